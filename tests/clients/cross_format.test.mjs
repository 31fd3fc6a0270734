// SPDX-License-Identifier: GPL-3.0-or-later
// Each SDK before a provider of the other's format.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {anthropicSdks, openAiSdks, PLACEHOLDER, setting, UPSTREAM_KEY, user} from './setting.mjs';
import {anthropic, anthropicTools, openAi, openAiTools} from './shapes.mjs';
import {json, sse} from './upstream.mjs';

const here = await setting();

for (const {name, Sdk} of openAiSdks) {
  const client = () => here.openAi(Sdk, '/router/ant');
  const ask = (content, more = {}) => ({model: 'claude-test', messages: user(content), ...more});

  test(`${name} to Anthropic: a chat`, async () => {
    here.anthropicUpstream.script(json(anthropic.reply([{type: 'text', text: 'Hi.'}])));
    const completion = await client().chat.completions
      .create(ask('Hello', {messages: [{role: 'system', content: 'Be brief.'}, ...user('Hello')], max_tokens: 50}));
    assert.equal(completion.object, 'chat.completion');
    assert.equal(completion.choices[0].message.content, 'Hi.');
    assert.equal(completion.choices[0].finish_reason, 'stop');
    assert.equal(completion.usage.prompt_tokens, 11);
    assert.equal(completion.usage.completion_tokens, 7);
    const [seen] = here.anthropicUpstream.seen;
    assert.equal(seen.headers['x-api-key'], UPSTREAM_KEY);
    assert.ok(!JSON.stringify(seen).includes(PLACEHOLDER));
    assert.equal(seen.json.max_tokens, 50);
    assert.match(JSON.stringify(seen.json.system), /Be brief\./);
    assert.deepEqual(seen.json.messages.map((message) => message.role), ['user']);
  });

  test(`${name} to Anthropic: the stream helper`, async () => {
    here.anthropicUpstream.script(sse(anthropic.text('One ', 'two.')));
    const completion = await client().chat.completions
      .stream(ask('Count', {stream_options: {include_usage: true}})).finalChatCompletion();
    assert.equal(completion.choices[0].message.content, 'One two.');
    assert.equal(completion.choices[0].finish_reason, 'stop');
    assert.deepEqual([completion.usage.prompt_tokens, completion.usage.completion_tokens], [11, 7]);
  });

  test(`${name} to Anthropic: tool calls in a stream, and their results`, async () => {
    here.anthropicUpstream.script(
      sse([anthropic.start(), ...anthropic.textBlock(0, 'Let me see.'),
        ...anthropic.toolBlock(1, 'toolu_a', 'get_weather', '{"ci', 'ty":"Oslo"}'),
        ...anthropic.toolBlock(2, 'toolu_b', 'get_time', '{"zone":"CET"}'), ...anthropic.end('tool_use')]),
      json(anthropic.reply([{type: 'text', text: 'Rain at noon.'}])));
    const asked = ask('Weather and time?', {tools: openAiTools});
    const first = (await client().chat.completions.stream(asked).finalChatCompletion()).choices[0];
    assert.equal(first.finish_reason, 'tool_calls');
    assert.equal(first.message.content, 'Let me see.');
    assert.deepEqual(first.message.tool_calls.map((call) => [call.function.name, JSON.parse(call.function.arguments)]),
      [['get_weather', {city: 'Oslo'}], ['get_time', {zone: 'CET'}]]);
    const results = first.message.tool_calls.map((call) => ({role: 'tool', tool_call_id: call.id, content: call.function.name}));
    const {role, content, tool_calls} = first.message;
    const second = await client().chat.completions
      .create({...asked, messages: [...asked.messages, {role, content, tool_calls}, ...results]});
    assert.equal(second.choices[0].message.content, 'Rain at noon.');
    const sent = here.anthropicUpstream.seen[1].json.messages;
    const uses = sent[1].content.filter((block) => block.type === 'tool_use');
    assert.deepEqual(uses.map((use) => use.input), [{city: 'Oslo'}, {zone: 'CET'}]);
    assert.deepEqual(sent[2].content.map((block) => [block.type, block.tool_use_id]), uses.map((use) => ['tool_result', use.id]));
  });

  test(`${name} to Anthropic: an error is one of the SDK's own`, async () => {
    here.anthropicUpstream.script(json(anthropic.error('invalid_request_error', 'max_tokens: too large'), {status: 400}));
    await assert.rejects(client().chat.completions.create(ask('Hello')), (error) => {
      assert.ok(error instanceof Sdk.BadRequestError);
      assert.match(error.message, /max_tokens: too large/);
      assert.ok(error.requestID);
      return true;
    });
  });

  test(`${name} to Anthropic: a stream that breaks raises`, async () => {
    here.anthropicUpstream.script(sse([anthropic.start(), ...anthropic.textBlock(0, 'One ')], {cut: true}));
    let text = '';
    await assert.rejects(async () => {
      const stream = await client().chat.completions.create(ask('Count', {stream: true}));
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    });
    assert.equal(text, 'One ');
  });
}

for (const {name, Sdk} of anthropicSdks) {
  const client = () => here.anthropic(Sdk, '/router/oai');
  const ask = (content, more = {}) => ({model: 'gpt-test', max_tokens: 100, messages: user(content), ...more});

  test(`${name} to OpenAI: a message`, async () => {
    here.openAiUpstream.script(json(openAi.reply({content: 'Hi.'})));
    const message = await client().messages.create(ask('Hello', {system: 'Be brief.'}));
    assert.equal(message.type, 'message');
    assert.equal(message.content[0].text, 'Hi.');
    assert.equal(message.stop_reason, 'end_turn');
    assert.deepEqual([message.usage.input_tokens, message.usage.output_tokens], [11, 7]);
    const [seen] = here.openAiUpstream.seen;
    assert.equal(seen.headers.authorization, `Bearer ${UPSTREAM_KEY}`);
    assert.ok(!('anthropic-version' in seen.headers) && !JSON.stringify(seen).includes(PLACEHOLDER));
    assert.match(JSON.stringify(seen.json.messages[0]), /Be brief\./);
  });

  test(`${name} to OpenAI: the stream helper`, async () => {
    here.openAiUpstream.script(sse(openAi.text('One ', 'two.')));
    const message = await client().messages.stream(ask('Count')).finalMessage();
    assert.equal(message.content[0].text, 'One two.');
    assert.equal(message.stop_reason, 'end_turn');
    assert.equal(message.usage.output_tokens, 7);
  });

  test(`${name} to OpenAI: parallel tool uses in a stream, and their results`, async () => {
    here.openAiUpstream.script(sse(openAi.parallelCalls()), json(openAi.reply({content: 'Rain at noon.'})));
    const asked = ask('Weather and time?', {tools: anthropicTools});
    const first = await client().messages.stream(asked).finalMessage();
    assert.equal(first.stop_reason, 'tool_use');
    assert.deepEqual(first.content.map((use) => [use.type, use.name, use.input]),
      [['tool_use', 'get_weather', {city: 'Oslo'}], ['tool_use', 'get_time', {zone: 'CET'}]]);
    const results = first.content.map((use) => ({type: 'tool_result', tool_use_id: use.id, content: use.name}));
    const second = await client().messages.create({...asked,
      messages: [...asked.messages, {role: 'assistant', content: first.content}, {role: 'user', content: results}]});
    assert.equal(second.content[0].text, 'Rain at noon.');
    const sent = here.openAiUpstream.seen[1].json.messages;
    assert.deepEqual(sent[1].tool_calls.map((call) => JSON.parse(call.function.arguments)), [{city: 'Oslo'}, {zone: 'CET'}]);
    assert.deepEqual(sent.slice(2).map((message) => [message.role, message.tool_call_id, message.content]),
      [['tool', sent[1].tool_calls[0].id, 'get_weather'], ['tool', sent[1].tool_calls[1].id, 'get_time']]);
  });

  test(`${name} to OpenAI: count_tokens is an estimate where nobody counts`, async () => {
    here.openAiUpstream.script();
    const count = await client().messages.countTokens({model: 'gpt-test', messages: user('How long is this?')});
    assert.ok(count.input_tokens > 0);
    assert.equal(here.openAiUpstream.seen.length, 0);
  });

  test(`${name} to OpenAI: an error is one of the SDK's own`, async () => {
    here.openAiUpstream.script(json(openAi.error('no such model', 'invalid_request_error', 'model_not_found'), {status: 404}));
    await assert.rejects(client().messages.create(ask('Hello')), (error) => {
      assert.ok(error instanceof Sdk.NotFoundError);
      assert.equal(error.error.type, 'error');
      assert.equal(error.error.error.type, 'not_found_error');
      assert.ok(error.requestID);
      return true;
    });
  });

  test(`${name} to OpenAI: a stream that breaks raises`, async () => {
    here.openAiUpstream.script(sse([openAi.chunk({role: 'assistant', content: ''}), openAi.chunk({content: 'One '})], {cut: true}));
    let text = '';
    await assert.rejects(client().messages.stream(ask('Count')).on('text', (delta) => { text += delta; }).finalMessage());
    assert.equal(text, 'One ');
  });
}

here.end();
