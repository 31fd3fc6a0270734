// SPDX-License-Identifier: GPL-3.0-or-later
// A provider on 127.0.0.1 that answers as a test says, request by request, and keeps what it was sent.
import {once} from 'node:events';
import http from 'node:http';

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/// One JSON answer.
export function json(body, {status = 200, headers = {}, delay = 0} = {}) {
  return async (response) => {
    if (delay) await pause(delay);
    response.writeHead(status, {'content-type': 'application/json', ...headers});
    response.end(JSON.stringify(body));
  };
}

/// Among the events of a stream: nothing more comes.
export const forever = new Promise(() => {});

/// A stream of `events` (text as on the wire; a promise among them is waited for). `gap`: milliseconds before each; `cut`:
/// the connection is broken in the place of the end, so that the body is left unfinished.
export function sse(events, {gap = 0, cut = false, headers = {}} = {}) {
  return async (response) => {
    response.writeHead(200, {'content-type': 'text/event-stream', ...headers});
    for (const event of events) {
      if (gap) await pause(gap);
      const text = await event;
      if (text !== undefined && !response.write(text)) await once(response, 'drain');
    }
    if (!cut) return response.end();
    // Behind the bytes written, not over them.
    await pause(20);
    response.destroy();
  };
}

/// The provider. `script(...answers)` sets what comes next, each answer once, and forgets what was seen; a request beyond
/// the script gets 500, which a test sees as one call too many.
export async function startUpstream() {
  const seen = [];
  let script = [];
  const server = http.createServer(async (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    for await (const piece of request) body += piece;
    seen.push({
      method: request.method, path: request.url, headers: request.headers, body,
      json: body ? JSON.parse(body) : undefined, at: Date.now(),
      /// Settled when the answer is over, because it was ended or because the caller went away.
      closed: new Promise((resolve) => { response.on('close', resolve); }),
    });
    const answer = script.shift() ?? json({error: {message: 'not in the script'}}, {status: 500});
    await answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    seen,
    script(...answers) {
      seen.length = 0;
      script = answers;
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
