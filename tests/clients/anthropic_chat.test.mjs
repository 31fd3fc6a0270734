// SPDX-License-Identifier: GPL-3.0-or-later
// The Anthropic SDK before a provider of its own format.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {anthropicSdks, PLACEHOLDER, setting, UPSTREAM_KEY, user} from './setting.mjs';
import {anthropic, anthropicTools} from './shapes.mjs';
import {json, sse} from './upstream.mjs';

const here = await setting();

for (const {name, Sdk, version} of anthropicSdks) {
  const client = () => here.anthropic(Sdk, '/router/ant');
  const ask = (content, more = {}) => ({model: 'claude-test', max_tokens: 100, messages: user(content), ...more});

  test(`${name}: a message, with the provider's key and not the client's`, async () => {
    here.anthropicUpstream.script(json(anthropic.reply([{type: 'text', text: 'Hi.'}])));
    const {data, response} = await client().messages
      .create(ask('Hello', {system: [{type: 'text', text: 'Be brief.', cache_control: {type: 'ephemeral'}}]})).withResponse();
    assert.deepEqual(data.content, [{type: 'text', text: 'Hi.'}]);
    assert.equal(data.stop_reason, 'end_turn');
    assert.equal(data.usage.output_tokens, 7);
    assert.ok(data._request_id);
    assert.equal(data._request_id, response.headers.get('request-id'));
    const [seen] = here.anthropicUpstream.seen;
    assert.equal(seen.path, '/v1/messages');
    assert.equal(seen.headers['x-api-key'], UPSTREAM_KEY);
    assert.equal(seen.headers['anthropic-version'], version);
    assert.ok(!JSON.stringify(seen).includes(PLACEHOLDER));
    assert.deepEqual(seen.json,
      ask('Hello', {system: [{type: 'text', text: 'Be brief.', cache_control: {type: 'ephemeral'}}]}));
  });

  test(`${name}: a stream`, async () => {
    here.anthropicUpstream.script(sse(anthropic.text('One ', 'two.'), {gap: 5}));
    const stream = await client().messages.create(ask('Count', {stream: true}));
    const events = [];
    for await (const event of stream) events.push(event);
    assert.deepEqual(events.map((event) => event.type), ['message_start', 'content_block_start', 'content_block_delta',
      'content_block_delta', 'content_block_stop', 'message_delta', 'message_stop']);
    assert.equal(events[5].delta.stop_reason, 'end_turn');
    assert.equal(events[5].usage.output_tokens, 7);
  });

  test(`${name}: the stream helper puts a message together`, async () => {
    here.anthropicUpstream.script(sse(anthropic.text('One ', 'two.')));
    const stream = client().messages.stream(ask('Count'));
    let text = '';
    stream.on('text', (delta) => { text += delta; });
    const message = await stream.finalMessage();
    assert.equal(text, 'One two.');
    assert.equal(message.content[0].text, 'One two.');
    assert.deepEqual([message.usage.input_tokens, message.usage.output_tokens], [11, 7]);
  });

  test(`${name}: parallel tool uses and their results`, async () => {
    const uses = [{type: 'tool_use', id: 'toolu_a', name: 'get_weather', input: {city: 'Oslo'}},
      {type: 'tool_use', id: 'toolu_b', name: 'get_time', input: {zone: 'CET'}}];
    here.anthropicUpstream.script(json(anthropic.reply(uses, {stop: 'tool_use'})),
      json(anthropic.reply([{type: 'text', text: 'Rain at noon.'}])));
    const asked = ask('Weather and time?', {tools: anthropicTools});
    const first = await client().messages.create(asked);
    assert.equal(first.stop_reason, 'tool_use');
    assert.deepEqual(first.content, uses);
    const messages = [...asked.messages, {role: 'assistant', content: first.content}, {role: 'user', content: [
      {type: 'tool_result', tool_use_id: 'toolu_a', content: 'rain'},
      {type: 'tool_result', tool_use_id: 'toolu_b', content: [{type: 'text', text: 'noon'}], is_error: false}]}];
    const second = await client().messages.create({...asked, messages});
    assert.equal(second.content[0].text, 'Rain at noon.');
    assert.deepEqual(here.anthropicUpstream.seen[1].json.messages, messages);
  });

  test(`${name}: tool uses in a stream`, async () => {
    here.anthropicUpstream.script(sse([anthropic.start(), ...anthropic.textBlock(0, 'Let me see.'),
      ...anthropic.toolBlock(1, 'toolu_a', 'get_weather', '{"ci', 'ty": "Oslo"}'),
      ...anthropic.toolBlock(2, 'toolu_b', 'get_time', '', '{"zone":"CET"}'), ...anthropic.end('tool_use')]));
    const message = await client().messages.stream(ask('Weather and time?', {tools: anthropicTools})).finalMessage();
    assert.equal(message.stop_reason, 'tool_use');
    assert.deepEqual(message.content.slice(1).map((use) => [use.id, use.name, use.input]),
      [['toolu_a', 'get_weather', {city: 'Oslo'}], ['toolu_b', 'get_time', {zone: 'CET'}]]);
  });

  test(`${name}: thinking comes and goes back untouched`, async () => {
    const thinking = {enabled: {type: 'enabled', budget_tokens: 1024}};
    here.anthropicUpstream.script(
      sse([anthropic.start(), ...anthropic.thinkingBlock(0, 'First, the sum.', 'sig+/=='),
        ...anthropic.block(1, {type: 'redacted_thinking', data: 'b3BhcXVl'}), ...anthropic.textBlock(2, 'Four.'),
        ...anthropic.end()]),
      json(anthropic.reply([{type: 'text', text: 'Five.'}])));
    const asked = ask('2+2?', {max_tokens: 2000, thinking: thinking.enabled});
    const first = await client().messages.stream(asked).finalMessage();
    const blocks = [{type: 'thinking', thinking: 'First, the sum.', signature: 'sig+/=='},
      {type: 'redacted_thinking', data: 'b3BhcXVl'}, {type: 'text', text: 'Four.'}];
    assert.deepEqual(first.content, blocks);
    await client().messages.create({...asked,
      messages: [...asked.messages, {role: 'assistant', content: first.content}, ...user('And 2+3?')]});
    const sent = here.anthropicUpstream.seen[1].json;
    assert.deepEqual(sent.messages[1].content, blocks);
    assert.deepEqual(sent.thinking, thinking.enabled);
  });

  test(`${name}: count_tokens is asked of the provider`, async () => {
    here.anthropicUpstream.script(json({input_tokens: 4321}));
    const count = await client().messages.countTokens({model: 'claude-test', messages: user('How long?')});
    assert.equal(count.input_tokens, 4321);
    assert.equal(here.anthropicUpstream.seen[0].path, '/v1/messages/count_tokens');
  });

  test(`${name}: beta headers and the beta query arrive`, async () => {
    here.anthropicUpstream.script(json(anthropic.reply([{type: 'text', text: 'Hi.'}])));
    const message = await client().beta.messages.create(ask('Hello', {betas: ['context-1m-2025-08-07']}));
    assert.equal(message.content[0].text, 'Hi.');
    assert.equal(here.anthropicUpstream.seen[0].headers['anthropic-beta'], 'context-1m-2025-08-07');
  });
}

here.end();
