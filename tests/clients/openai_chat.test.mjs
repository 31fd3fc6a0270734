// SPDX-License-Identifier: GPL-3.0-or-later
// The OpenAI SDK before a provider of its own format.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {openAiSdks, PLACEHOLDER, setting, UPSTREAM_KEY, user} from './setting.mjs';
import {openAi, openAiTools} from './shapes.mjs';
import {json, sse} from './upstream.mjs';

const here = await setting();

for (const {name, Sdk} of openAiSdks) {
  const client = () => here.openAi(Sdk, '/router/oai');

  test(`${name}: a chat, with the provider's key and not the client's`, async () => {
    here.openAiUpstream.script(json(openAi.reply({content: 'Hi.'})));
    const {data, response} = await client().chat.completions
      .create({model: 'gpt-test', messages: user('Hello'), temperature: 0.5, x_unknown: {kept: [1, 2]}}).withResponse();
    assert.equal(data.choices[0].message.content, 'Hi.');
    assert.equal(data.choices[0].finish_reason, 'stop');
    assert.deepEqual(data.usage, {prompt_tokens: 11, completion_tokens: 7, total_tokens: 18});
    assert.equal(data._request_id, response.headers.get('x-request-id'));
    assert.equal(response.headers.get('x-pointsman-provider'), 'oai');
    const [seen] = here.openAiUpstream.seen;
    assert.equal(seen.path, '/v1/chat/completions');
    assert.equal(seen.headers.authorization, `Bearer ${UPSTREAM_KEY}`);
    assert.ok(!JSON.stringify(seen).includes(PLACEHOLDER));
    assert.deepEqual(seen.json, {model: 'gpt-test', messages: user('Hello'), temperature: 0.5, x_unknown: {kept: [1, 2]}});
  });

  test(`${name}: a stream with usage asked for`, async () => {
    here.openAiUpstream.script(sse(openAi.text('One ', 'two ', 'three.'), {gap: 5}));
    const stream = await client().chat.completions.create(
      {model: 'gpt-test', messages: user('Count'), stream: true, stream_options: {include_usage: true}});
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    const deltas = chunks.map((chunk) => chunk.choices[0]?.delta.content).filter(Boolean);
    assert.deepEqual(deltas, ['One ', 'two ', 'three.']);
    assert.deepEqual(chunks.map((chunk) => chunk.choices[0]?.finish_reason).filter(Boolean), ['stop']);
    assert.deepEqual(chunks.at(-1).choices, []);
    assert.equal(chunks.at(-1).usage.total_tokens, 18);
  });

  test(`${name}: a stream without usage asked for shows none, though the gateway asks for it`, async () => {
    here.openAiUpstream.script(sse(openAi.text('One.')));
    const stream = await client().chat.completions.create({model: 'gpt-test', messages: user('Count'), stream: true});
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    assert.equal(chunks.filter((chunk) => chunk.usage).length, 0);
    assert.equal(chunks.filter((chunk) => chunk.choices.length === 0).length, 0);
    assert.deepEqual(here.openAiUpstream.seen[0].json.stream_options, {include_usage: true});
  });

  test(`${name}: text comes while the provider still talks`, async () => {
    here.openAiUpstream.script(sse(openAi.text('slow ', 'slow ', 'slow.'), {gap: 100}));
    const stream = await client().chat.completions.create({model: 'gpt-test', messages: user('Go'), stream: true});
    let first = 0;
    for await (const chunk of stream) {
      if (!first && chunk.choices[0]?.delta.content) first = Date.now();
    }
    assert.ok(Date.now() - first >= 200, 'the first word came with the last one');
  });

  test(`${name}: the stream helper puts a chat together`, async () => {
    here.openAiUpstream.script(sse(openAi.text('One ', 'two.')));
    const stream = client().chat.completions.stream(
      {model: 'gpt-test', messages: user('Count'), stream_options: {include_usage: true}});
    let text = '';
    stream.on('content', (delta) => { text += delta; });
    const completion = await stream.finalChatCompletion();
    assert.equal(text, 'One two.');
    assert.equal(completion.choices[0].message.content, 'One two.');
    assert.equal(completion.choices[0].finish_reason, 'stop');
    assert.equal(completion.usage.completion_tokens, 7);
  });

  test(`${name}: parallel tool calls and their results`, async () => {
    const calls = [openAi.toolCall('call_a', 'get_weather', {city: 'Oslo'}), openAi.toolCall('call_b', 'get_time', {zone: 'CET'})];
    here.openAiUpstream.script(json(openAi.reply({content: null, tool_calls: calls}, {finish: 'tool_calls'})),
      json(openAi.reply({content: 'Rain at noon.'})));
    const asked = {model: 'gpt-test', messages: user('Weather and time?'), tools: openAiTools};
    const first = await client().chat.completions.create(asked);
    assert.equal(first.choices[0].finish_reason, 'tool_calls');
    assert.deepEqual(first.choices[0].message.tool_calls, calls);
    const messages = [...asked.messages, first.choices[0].message,
      {role: 'tool', tool_call_id: 'call_a', content: 'rain'}, {role: 'tool', tool_call_id: 'call_b', content: 'noon'}];
    const second = await client().chat.completions.create({...asked, messages});
    assert.equal(second.choices[0].message.content, 'Rain at noon.');
    assert.deepEqual(here.openAiUpstream.seen[1].json.messages, messages);
  });

  test(`${name}: parallel tool calls in a stream`, async () => {
    here.openAiUpstream.script(sse(openAi.parallelCalls()));
    const completion = await client().chat.completions
      .stream({model: 'gpt-test', messages: user('Weather and time?'), tools: openAiTools}).finalChatCompletion();
    assert.equal(completion.choices[0].finish_reason, 'tool_calls');
    assert.deepEqual(
      completion.choices[0].message.tool_calls.map((call) => [call.id, call.function.name, JSON.parse(call.function.arguments)]),
      [['call_a', 'get_weather', {city: 'Oslo'}], ['call_b', 'get_time', {zone: 'CET'}]]);
  });

  test(`${name}: embeddings, in base64 by default and as numbers when asked`, async () => {
    const numbers = [0.5, -0.25, 1];
    const answer = (embedding) => json({
      object: 'list', data: [{object: 'embedding', index: 0, embedding}], model: 'embed-test',
      usage: {prompt_tokens: 3, total_tokens: 3},
    });
    const base64 = Buffer.from(new Float32Array(numbers).buffer).toString('base64');
    // A provider that keeps to the asked form, and one that does not know base64.
    for (const [sent, format] of [[base64, undefined], [numbers, undefined], [numbers, 'float'], [base64, 'float']]) {
      here.openAiUpstream.script(answer(sent));
      const reply = await client().embeddings.create({model: 'embed-test', input: 'hello', encoding_format: format});
      assert.deepEqual(Array.from(reply.data[0].embedding), numbers);
      assert.equal(here.openAiUpstream.seen[0].path, '/v1/embeddings');
      assert.equal(here.openAiUpstream.seen[0].json.encoding_format, format ?? 'base64');
    }
  });

  test(`${name}: a client that hangs up ends the provider's call`, async () => {
    let closed;
    const gone = new Promise((resolve) => { closed = resolve; });
    here.openAiUpstream.script((response) => {
      response.on('close', () => closed(true));
      response.writeHead(200, {'content-type': 'text/event-stream'});
      response.write(openAi.chunk({role: 'assistant', content: 'and so '}));
    });
    const stream = await client().chat.completions.create({model: 'gpt-test', messages: user('Go on'), stream: true});
    for await (const chunk of stream) {
      if (chunk.choices[0].delta.content) break; // the SDK aborts the request
    }
    assert.equal(await gone, true);
  });
}

here.end();
