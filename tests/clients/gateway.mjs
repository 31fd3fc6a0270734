// SPDX-License-Identifier: GPL-3.0-or-later
// A gateway of its own for one test file: `pointsman serve` on a free port, with a configuration and a data directory
// that vanish with it. POINTSMAN names the program.
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const START_LIMIT_MS = 20_000;

/// Resolves to the URL on the line that serve prints once it accepts.
function listening(child) {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`no "listening on" in ${START_LIMIT_MS} ms; it said:\n${said}`)),
      START_LIMIT_MS);
    const failed = (why) => {
      clearTimeout(timer);
      reject(new Error(`${why}; it said:\n${said}`));
    };
    child.on('error', (error) => failed(`cannot run ${child.spawnfile}: ${error.message}`));
    child.on('exit', (code, signal) => failed(`pointsman serve ended with ${code ?? signal}`));
    child.stderr.on('data', (text) => { said += text; });
    child.stdout.on('data', (text) => {
      said += text;
      const line = /listening on (http:\/\/\S+)/.exec(said);
      if (!line) return;
      clearTimeout(timer);
      resolve(line[1]);
    });
  });
}

/// Starts `pointsman serve` with the configuration text `config`. `environment` is added to this process's own.
export async function startGateway(config, environment = {}) {
  if (!process.env.POINTSMAN) throw new Error('set POINTSMAN to the path of the pointsman program');
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-clients-'));
  writeFileSync(join(folder, 'config.yaml'), config);
  const child = spawn(process.env.POINTSMAN,
    ['serve', '--port', '0', '--workers', '1', '--config', join(folder, 'config.yaml'), '--data-dir', join(folder, 'data'),
      '--no-keychain', '--no-discovery'],
    {env: {...process.env, ...environment}, stdio: ['ignore', 'pipe', 'pipe']});
  const ended = new Promise((resolve) => { child.on('close', (code, signal) => resolve(code ?? signal)); });
  // A test file that dies takes the gateway with it.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  ended.then(() => process.removeListener('exit', kill));
  const clear = () => rmSync(folder, {recursive: true, force: true});
  try {
    const url = await listening(child);
    return {
      url,
      /// The exit code: 0 for a clean end.
      async stop() {
        child.kill('SIGTERM');
        const code = await ended;
        clear();
        return code;
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    clear();
    throw error;
  }
}
