// SPDX-License-Identifier: GPL-3.0-or-later
// A WebSocket through the gateway, both ends by "ws": what OpenAI's realtime clients are made of. The SDKs' own classes
// know no address but wss://.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {after, before, test} from 'node:test';

import {WebSocket, WebSocketServer} from 'ws';

import {startGateway} from './gateway.mjs';
import {PLACEHOLDER, UPSTREAM_KEY} from './setting.mjs';

let provider;
let gateway;
let failed;
const url = (path) => gateway.url.replace('http', 'ws') + path;

before(async () => {
  // Offers compression, which the gateway must not let come about.
  provider = new WebSocketServer({host: '127.0.0.1', port: 0, perMessageDeflate: true,
    handleProtocols: (protocols) => (protocols.has('realtime') ? 'realtime' : false)});
  await once(provider, 'listening');
  provider.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, {binary: isBinary}));
  });
  const base = `http://127.0.0.1:${provider.address().port}/v1`;
  gateway = await startGateway(
    `providers:\n  target: {format: openai, base-url: '${base}', api-key: env:FAKE_KEY, services: [realtime]}\n`,
    {FAKE_KEY: UPSTREAM_KEY}).catch((error) => { failed = error; });
});

after(() => {
  provider.close();
  for (const socket of provider.clients) socket.terminate();
});

/// A client, open, and the request that the provider got.
async function open(path, protocols, options) {
  if (failed) throw failed;
  const asked = once(provider, 'connection');
  const socket = new WebSocket(url(path), protocols, options);
  await once(socket, 'open');
  const [theirs, request] = await asked;
  return {socket, theirs, request};
}

test('messages of all kinds go both ways', async () => {
  const {socket, request} = await open('/v1/realtime?model=target/gpt-realtime', [],
    {headers: {authorization: `Bearer ${PLACEHOLDER}`}, perMessageDeflate: true});
  assert.equal(request.url, '/v1/realtime?model=gpt-realtime');
  assert.equal(request.headers.authorization, `Bearer ${UPSTREAM_KEY}`);
  assert.equal(socket.extensions, '');
  for (const message of ['', 'hello', JSON.stringify({type: 'session.update'}), 'x'.repeat(5_000_000)]) {
    socket.send(message);
    const [data, isBinary] = await once(socket, 'message');
    assert.equal(isBinary, false);
    assert.equal(data.toString(), message);
  }
  const sound = Buffer.alloc(300_000, 7);
  socket.send(sound);
  const [data, isBinary] = await once(socket, 'message');
  assert.equal(isBinary, true);
  assert.ok(sound.equals(data));
  socket.ping('are you there');
  assert.equal((await once(socket, 'pong'))[0].toString(), 'are you there');
  socket.close(1000, 'done');
  assert.equal((await once(socket, 'close'))[0], 1000);
});

test('the provider says goodbye', async () => {
  const {socket, theirs} = await open('/target/v1/realtime?model=gpt-realtime');
  theirs.close(4000, 'session expired');
  const [code, reason] = await once(socket, 'close');
  assert.equal(code, 4000);
  assert.equal(reason.toString(), 'session expired');
});

test('the client says goodbye', async () => {
  const {socket, theirs} = await open('/target/v1/realtime?model=gpt-realtime');
  const closed = once(theirs, 'close');
  socket.close(4001, 'enough');
  const [code, reason] = await closed;
  assert.equal(code, 4001);
  assert.equal(reason.toString(), 'enough');
});

test('the provider drops', async () => {
  const {socket, theirs} = await open('/target/v1/realtime?model=gpt-realtime');
  theirs.terminate();
  assert.equal((await once(socket, 'close'))[0], 1011);
});

test("a browser's subprotocols", async () => {
  const {socket, request} = await open('/v1/realtime?model=target/gpt-realtime',
    ['realtime', `openai-insecure-api-key.${PLACEHOLDER}`]);
  assert.equal(socket.protocol, 'realtime');
  assert.equal(request.headers['sec-websocket-protocol'], 'realtime');
  assert.equal(request.headers.authorization, `Bearer ${UPSTREAM_KEY}`);
  socket.close();
  await once(socket, 'close');
});

test('the gateway ends well with a socket open', async () => {
  const {socket} = await open('/v1/realtime?model=target/gpt-realtime');
  const closed = once(socket, 'close');
  const stopping = gateway.stop(); // drains first
  socket.send('still served');
  assert.equal((await once(socket, 'message'))[0].toString(), 'still served');
  socket.close(1000);
  await closed;
  assert.equal(await stopping, 0);
});
