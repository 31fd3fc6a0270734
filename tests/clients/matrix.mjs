// SPDX-License-Identifier: GPL-3.0-or-later
// Every client before a provider of one format: what the SDK hands to its user, and what reached the provider. A format
// that the program does not know fails all of its cells.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {behindGateway} from './behind_gateway.mjs';
import {anthropicClients} from './sdk_anthropic.mjs';
import {genAiClients} from './sdk_genai.mjs';
import {ollamaClients} from './sdk_ollama.mjs';
import {openAiClients} from './sdk_openai.mjs';
import {vercelClients} from './sdk_vercel.mjs';
import {PLACEHOLDER, UPSTREAM_KEY} from './setting.mjs';
import {forever, startUpstream} from './upstream.mjs';
import {begun, png, refused, streamed, whole} from './wire.mjs';

const clients = [...openAiClients, ...anthropicClients, ...genAiClients, ...ollamaClients, ...vercelClients];

/// THE TABLE of cells that there are not: [client, cell, why]. All others must pass.
const missing = [
  [/ completions$/, /tool|answer that keeps|picture/, 'legacy completions are text alone'],
];

// ---- What is asked and answered

const object = (...names) => ({
  type: 'object', properties: Object.fromEntries(names.map((name) => [name, {type: 'string'}])), required: names,
  additionalProperties: false,
});
const tools = [{name: 'get_weather', description: 'Weather of a city.', schema: object('city')},
  {name: 'get_time', description: 'Time in a zone.', schema: object('zone')}];
const twoTools = [{id: 'call_a', name: 'get_weather', args: {city: 'Oslo'}},
  {id: 'call_b', name: 'get_time', args: {zone: 'CET'}}];
const oneToolTwice = [{id: 'call_a', name: 'get_weather', args: {city: 'Oslo'}},
  {id: 'call_b', name: 'get_weather', args: {city: 'Zürich'}}];
const ANSWER = {city: 'Oslo', degrees: '7'};
const system = 'Be brief.';
const withoutIds = (calls) => calls.map(({name, args}) => ({name, args}));

/// The results of a reply's calls, one for each, as text that tells which.
const resultsOf = (calls) => calls.map(({id, name, args}) => ({id, name, text: `${Object.values(args)[0]}: found`}));

function assertUsage(client, wire, {usage}) {
  assert.deepEqual([usage.input, usage.output], [11, 7]);
  if (client.caches && wire.caches) assert.equal(usage.cached, 4);
}

/// The question reached the provider whole, in its format, with its key, and nothing of the client's own.
function assertAsked(here, wire, {stream = false, prompt}, at = 0) {
  const seen = here.upstream.seen[at];
  const asked = wire.read(seen);
  assert.equal(seen.path, wire.path(wire.model, stream));
  assert.equal(wire.key(seen.headers), here.key);
  if (here.key !== PLACEHOLDER) assert.ok(!JSON.stringify([seen.headers, seen.path, seen.body]).includes(PLACEHOLDER));
  assert.deepEqual([asked.model, asked.stream], [wire.model, stream]);
  assert.match(asked.system + asked.prompt, /Be brief\./);
  assert.ok(asked.prompt.includes(prompt), asked.prompt);
  return asked;
}

/// The second request holds the calls as they came and their results, each with its call.
function assertAnswered(client, wire, asked, calls, results) {
  assert.deepEqual(withoutIds(asked.calls), withoutIds(calls));
  assert.match(asked.order, wire.format === client.format ? /^ua+r+$/ : /^ua{1,4}(r|rr)$/);
  assert.equal(asked.results.length, results.length);
  const texts = results.map(({text}) => text);
  if (!wire.ids) {
    for (const [at, {text}] of asked.results.entries()) assert.ok(text.includes(texts[at]), `result ${at} is ${text}`);
    return;
  }
  if (client.ids) assert.deepEqual(asked.calls.map(({id}) => id), calls.map(({id}) => id));
  assert.equal(new Set(asked.calls.map(({id}) => id)).size, calls.length);
  assert.deepEqual(new Set(asked.results.map(({id}) => id)), new Set(asked.calls.map(({id}) => id)));
  asked.calls.forEach(({id}, at) => {
    const {text} = asked.results.find((result) => result.id === id);
    assert.ok(text.includes(texts[at]), `the result of call ${at} is ${text}`);
  });
}

function assertCalls(client, wire, reply, calls) {
  assert.deepEqual(withoutIds(reply.calls), withoutIds(calls));
  assert.equal(reply.finish, client.finish.calls);
  // Who talks with a provider of the client's own format gets what it sends.
  if (client.ids && (wire.ids || wire.format !== client.format))
    assert.equal(new Set(reply.calls.map(({id}) => id).filter(Boolean)).size, calls.length);
}

/// A promise that an event of the SDK settles.
function signal() {
  let fire;
  const fired = new Promise((resolve) => { fire = resolve; });
  return {fire, fired: fired.then(() => undefined)};
}

// ---- The cells

async function toolsThereAndBack({here, client, wire}, stream, calls, prompt) {
  const shown = wire.ids ? calls : withoutIds(calls);
  const answer = {words: ['Rain at noon.']};
  const send = stream ? streamed : whole;
  here.upstream.script(send(wire, {words: ['Let me see.'], calls: shown}), send(wire, answer));
  const question = {model: wire.model, system, prompt, tools, stream};
  const first = await client.ask(here.url, question);
  assertCalls(client, wire, first, calls);
  if (wire.ids && client.ids) assert.deepEqual(first.calls.map(({id}) => id), calls.map(({id}) => id));
  assert.equal(first.text, 'Let me see.');
  assertUsage(client, wire, first);
  const asked = assertAsked(here, wire, question);
  assert.deepEqual(asked.tools.map(({name}) => name), tools.map(({name}) => name));
  assert.deepEqual(asked.tools.map(({schema}) => Object.keys(schema.properties)), [['city'], ['zone']]);
  const results = resultsOf(first.calls);
  // Whoever names the call may answer in any order.
  const sent = stream && client.ids && client.format !== wire.format ? [...results].reverse() : results;
  const second = await client.ask(here.url, {...question, past: {reply: first, results: sent}});
  assert.equal(second.text, 'Rain at noon.');
  assert.equal(second.finish, client.finish.end);
  assertAnswered(client, wire, assertAsked(here, wire, question, 1), calls, results);
}

async function refusal({here, client, wire}, url, model, status, retryAfter) {
  here.upstream.script(refused(wire, status, `words of the ${status}`, retryAfter));
  const question = {model, system, prompt: 'Hello'};
  const error = await client.ask(url, question).then(() => assert.fail('it was answered'), client.failure);
  assert.equal(error.status, status, error.message);
  assert.match(error.message, new RegExp(`words of the ${status}`));
  assert.equal(here.upstream.seen.length, 1);
  return error;
}

const cells = [
  ['text', async ({here, client, wire}) => {
    here.upstream.script(whole(wire, {words: ['Grüße ', '🐟.']}));
    const question = {model: wire.model, system, prompt: 'Say "hi" – ünd 🐟'};
    const reply = await client.ask(here.url, question);
    assert.equal(reply.text, 'Grüße 🐟.');
    assert.equal(reply.finish, client.finish.end);
    assert.deepEqual(reply.calls, []);
    assertUsage(client, wire, reply);
    assertAsked(here, wire, question);
  }],

  ['a stream, the first word before the second is there', async ({here, client, wire}) => {
    const {fire, fired} = signal();
    here.upstream.script(streamed(wire, {words: ['One ', 'two.']}, fired));
    const question = {model: wire.model, system, prompt: 'Count', stream: true, onText: fire};
    const reply = await client.ask(here.url, question);
    assert.equal(reply.text, 'One two.');
    assert.equal(reply.finish, client.finish.end);
    assertUsage(client, wire, reply);
    assertAsked(here, wire, question);
  }],

  ['two tools and their results', (cell) => toolsThereAndBack(cell, false, twoTools, 'Weather and time?')],

  ['one tool twice in a stream, results by id',
    (cell) => toolsThereAndBack(cell, true, oneToolTwice, 'Weather here and there?')],

  ['an answer that keeps to a schema', async ({here, client, wire}) => {
    here.upstream.script(whole(wire, {words: [JSON.stringify(ANSWER)]}));
    const question = {model: wire.model, system, prompt: 'As JSON', schema: object('city', 'degrees')};
    const reply = await client.ask(here.url, question);
    assert.deepEqual(JSON.parse(reply.text), ANSWER);
    const {schema} = assertAsked(here, wire, question);
    assert.ok(schema, 'the schema did not arrive');
    assert.deepEqual([Object.keys(schema.properties), schema.required], [['city', 'degrees'], ['city', 'degrees']]);
  }],

  ['a picture', async ({here, client, wire}) => {
    here.upstream.script(whole(wire, {words: ['A dot.']}));
    const question = {model: wire.model, system, prompt: 'What is it?', image: png.data};
    assert.equal((await client.ask(here.url, question)).text, 'A dot.');
    assert.deepEqual(assertAsked(here, wire, question).images, [png.data]);
  }],

  ['a rate limit, with the time to wait', async (cell) => {
    // A model for each client: the target that is limited rests.
    const {retryAfter} = await refusal(cell, cell.here.limitedUrl, `limited-${clients.indexOf(cell.client)}`, 429, 7);
    // Ollama's SDK shows no headers.
    assert.equal(retryAfter, cell.client.format === 'ollama' ? undefined : '7');
  }],

  ['a refused request', (cell) => refusal(cell, cell.here.url, cell.wire.model, 400)],

  ['an error in the middle of a stream', async ({here, client, wire}) => {
    here.upstream.script(begun(wire, ['One '], wire.streamError('the provider gave up')));
    let text = '';
    const question = {model: wire.model, system, prompt: 'Count', stream: true, onText: (word) => { text += word; }};
    await assert.rejects(client.ask(here.url, question), /the provider gave up/);
    assert.equal(text, 'One ');
  }],

  ['a client that goes away ends the provider\'s stream', async ({here, client, wire}) => {
    here.upstream.script(begun(wire, ['One '], forever));
    const controller = new AbortController();
    const onText = () => controller.abort();
    const question = {model: wire.model, system, prompt: 'Count', stream: true, signal: controller.signal, onText};
    // Some SDKs raise, others end.
    await client.ask(here.url, question).catch(() => {});
    await here.upstream.seen[0].closed;
    assert.ok(controller.signal.aborted, 'there was no word');
  }],
];

function define(those, wire, name, here) {
  for (const client of those) {
    for (const [cell, run] of cells) {
      if (missing.some(([who, what]) => who.test(client.name) && what.test(cell))) continue;
      test(`${client.name} to ${name}: ${cell}`, {timeout: 30_000}, () => run({here: here(), client, wire}));
    }
  }
}

/// Defines the tests of all clients before a gateway with a provider that speaks `wire`.
export async function matrix(wire) {
  const here = await behindGateway(wire);
  define(clients, wire, wire.format, () => ({...here(), key: UPSTREAM_KEY}));
  here.end();
}

/// Defines the tests of the formats' own clients before those providers themselves: what fails here is no gateway's fault.
export async function withoutGateway(wires) {
  const upstream = await startUpstream();
  for (const wire of wires) {
    define(clients.filter(({format}) => format === wire.format), wire, `a provider of ${wire.format}`,
      () => ({upstream, url: upstream.url, limitedUrl: upstream.url, key: PLACEHOLDER}));
  }
  test('the provider ends', () => upstream.stop());
}
