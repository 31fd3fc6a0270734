// SPDX-License-Identifier: GPL-3.0-or-later
// Google's and Ollama's SDKs while a provider fails: what the gateway mends they do not see, what it cannot mend is an
// error to them. (Those of OpenAI and Anthropic stand in failures.test.mjs.)
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {startGateway} from './gateway.mjs';
import {genAiClients} from './sdk_genai.mjs';
import {ollamaClients} from './sdk_ollama.mjs';
import {UPSTREAM_KEY} from './setting.mjs';
import {sse, startUpstream} from './upstream.mjs';
import {begun, refused, streamed, whole} from './wire.mjs';
import {gemini} from './wire_gemini.mjs';
import {ollama} from './wire_ollama.mjs';
import {openAi} from './wire_openai.mjs';

/// Each SDK before providers of its own format, whose bytes pass through, and of another, where they are translated.
const pairs = [
  ...genAiClients.flatMap((client) => [[client, gemini], [client, openAi]]),
  ...ollamaClients.flatMap((client) => [[client, ollama], [client, openAi]]),
].map(([client, wire], at) => ({client, wire, at}));

const first = await startUpstream();
const second = await startUpstream();

/// For each pair a router of its own, since a target that was limited rests: "again-N" repeats once, "then-N" has a second
/// target and repeats nothing. No breaker opens.
function configuration() {
  const breaker = '{failures: 1000, ratio: 1.0, min-requests: 100000, cooldown: 1s, successes: 1}';
  const retries = (most) => `{strategy: constant, min-delay: 10ms, max-delay: 1s, max-retries: ${most}}`;
  const provider = (upstream, {format, base, model}) =>
    `{format: ${format}, base-url: '${upstream.url}${base}', api-key: env:FAKE_KEY, models: ['${model}']}`;
  const targets = (...names) => `{chat: {strategy: priority, providers: [${names.map((name) => `{provider: ${name}}`).join(', ')}]}}`;
  return `
providers:${pairs.map(({wire, at}) => `
  first-${at}: ${provider(first, wire)}
  second-${at}: ${provider(second, wire)}`).join('')}
routers:${pairs.map(({at}) => `
  again-${at}: {load-balance: ${targets(`first-${at}`)}, fallback: {enabled: false}, circuit-breaker: ${breaker}, retries: ${retries(1)}}
  then-${at}: {load-balance: ${targets(`first-${at}`, `second-${at}`)}, circuit-breaker: ${breaker}, retries: ${retries(0)}}`).join('')}
`;
}

const gateway = await startGateway(configuration(), {FAKE_KEY: UPSTREAM_KEY});

/// Asks through the router; what came of the text before an error stands in `said`.
function asking({client, wire, at}, router, stream) {
  const said = [];
  const question = {model: wire.model, system: 'Be brief.', prompt: 'Count', stream, onText: (word) => said.push(word)};
  return {said, reply: client.ask(`${gateway.url}/router/${router}-${at}`, question)};
}

const answer = {words: ['One ', 'two.']};
/// As begun() of wire.mjs, and then the connection breaks, or the body ends without the format's end.
const brokenOff = (wire, cut) => sse([wire.begin(answer), wire.word('One ', 0)],
  {cut, headers: {'content-type': wire.contentType ?? 'text/event-stream'}});

for (const pair of pairs) {
  const {client, wire} = pair;
  for (const stream of [false, true]) {
    const called = `${client.name} to ${wire.format}, ${stream ? 'a stream' : 'whole'}`;
    const send = stream ? streamed : whole;

    test(`${called}: a 429 and then the answer is the answer`, async () => {
      first.script(refused(wire, 429, 'slow down'), send(wire, answer));
      second.script();
      assert.equal((await asking(pair, 'again', stream).reply).text, 'One two.');
      assert.deepEqual([first.seen.length, second.seen.length], [2, 0]);
    });

    test(`${called}: after a 500 the next target answers`, async () => {
      first.script(refused(wire, 500, 'out of order'));
      second.script(send(wire, answer));
      assert.equal((await asking(pair, 'then', stream).reply).text, 'One two.');
      assert.deepEqual([first.seen.length, second.seen.length], [1, 1]);
    });

    test(`${called}: a 500 of all of them is an error with its status and words`, async () => {
      first.script(refused(wire, 500, 'out of order'));
      second.script(refused(wire, 500, 'the other one too'));
      const error = await asking(pair, 'then', stream).reply.then(() => assert.fail('it was answered'), client.failure);
      assert.equal(error.status, 500, error.message);
      assert.match(error.message, /the other one too/);
      assert.deepEqual([first.seen.length, second.seen.length], [1, 1]);
    });
  }

  for (const [how, ending] of [
    ['is cut', () => brokenOff(wire, true)],
    ['ends too early', () => brokenOff(wire, false)],
    ['reports an error', () => begun(wire, ['One '], wire.streamError('the provider gave up'))]]) {
    test(`${client.name} to ${wire.format}: a stream that ${how} after the first word raises, and nobody else is asked`, async () => {
      first.script(ending());
      second.script();
      const {said, reply} = asking(pair, 'then', true);
      const error = await reply.then(() => assert.fail('it ended well'), (raised) => raised);
      assert.ok(error instanceof Error);
      assert.doesNotMatch(error.message, /it ended well/);
      assert.deepEqual(said, ['One ']);
      assert.deepEqual([first.seen.length, second.seen.length], [1, 0]);
    });
  }
}

test('the gateway ends well', async () => {
  first.stop();
  second.stop();
  assert.equal(await gateway.stop(), 0);
});
