// SPDX-License-Identifier: GPL-3.0-or-later
// A gateway with one scripted provider of a format behind it, for the tests of one file.
import {after, before} from 'node:test';

import {startGateway} from './gateway.mjs';
import {UPSTREAM_KEY} from './setting.mjs';
import {startUpstream} from './upstream.mjs';

/// Nothing is repeated and no breaker opens; the router "limited" is there for what must rest.
function configuration(wire, upstream, models) {
  const provider = `{format: ${wire.format}, base-url: '${upstream.url}${wire.base}', api-key: env:FAKE_KEY, `
    + `models: [${models.map((model) => `'${model}'`).join(', ')}]}`;
  const target = (name) => `{strategy: priority, providers: [{provider: ${name}}]}`;
  const router = (name) => `{load-balance: {chat: ${target(name)}, embeddings: ${target(name)}}, fallback: {enabled: false}, `
    + 'circuit-breaker: {failures: 1000, ratio: 1.0, min-requests: 100000, cooldown: 1s, successes: 1}, '
    + 'retries: {strategy: constant, min-delay: 10ms, max-delay: 1s, max-retries: 0}}';
  return `
providers:
  target: ${provider}
  limited: ${provider}
routers:
  one: ${router('target')}
  limited: ${router('limited')}
`;
}

/// Starts both before the tests of the file and ends them after. The function that it returns gives what there is, and
/// throws in each test that asks when the gateway did not start.
export function behindGateway(wire, models = [wire.model]) {
  const here = {};
  let failed;
  before(async () => {
    here.upstream = await startUpstream();
    try {
      here.gateway = await startGateway(configuration(wire, here.upstream, models), {FAKE_KEY: UPSTREAM_KEY});
      here.url = `${here.gateway.url}/router/one`;
      here.limitedUrl = `${here.gateway.url}/router/limited`;
    } catch (error) {
      failed = error;
    }
  });
  after(async () => {
    const code = await here.gateway?.stop();
    here.upstream.stop();
    if (here.gateway && code !== 0) throw new Error(`pointsman serve ended with ${code}`);
  });
  return () => {
    if (failed) throw failed;
    return here;
  };
}
