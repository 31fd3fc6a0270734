// SPDX-License-Identifier: GPL-3.0-or-later
// The built-in provider, without any key or configuration, and the list of models.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {startGateway} from './gateway.mjs';
import {anthropicSdks, openAiSdks, PLACEHOLDER, user} from './setting.mjs';
import {anthropicTools, openAiTools} from './shapes.mjs';

const gateway = await startGateway('');

for (const {name, Sdk} of openAiSdks) {
  const client = () => new Sdk({apiKey: PLACEHOLDER, baseURL: `${gateway.url}/v1`, maxRetries: 0});

  test(`${name}: demo answers whole and in a stream, with the same words`, async () => {
    const ask = {model: 'demo-fast', messages: user('Say something.')};
    const whole = await client().chat.completions.create(ask);
    assert.match(whole.choices[0].message.content, /Say something\./);
    const streamed = await client().chat.completions
      .stream({...ask, stream_options: {include_usage: true}}).finalChatCompletion();
    assert.equal(streamed.choices[0].message.content, whole.choices[0].message.content);
    assert.deepEqual(streamed.usage, whole.usage);
    assert.ok(whole.usage.total_tokens > 0);
  });

  test(`${name}: demo calls the tools that it is told to, by way of runTools too`, async () => {
    const messages = user('call get_weather and call get_time');
    const {choices: [choice]} = await client().chat.completions.create({model: 'demo-fast', messages, tools: openAiTools});
    assert.equal(choice.finish_reason, 'tool_calls');
    assert.deepEqual(choice.message.tool_calls.map((call) => call.function.name), ['get_weather', 'get_time']);
    let called = 0;
    const tools = [{type: 'function', function: {...openAiTools[0].function, parse: JSON.parse,
      function: ({city}) => { called += 1; return `rain in ${city}`; }}}];
    const runner = client().chat.completions.runTools({model: 'demo-fast', messages: user('call get_weather'), tools});
    assert.ok(await runner.finalContent());
    assert.equal(called, 1);
  });

  test(`${name}: demo embeds to unit length, the same in both encodings`, async () => {
    const ask = {model: 'demo', input: ['one', 'two']};
    const base64 = await client().embeddings.create(ask);
    const numbers = await client().embeddings.create({...ask, encoding_format: 'float'});
    assert.equal(base64.data.length, 2);
    const length = Math.hypot(...numbers.data[0].embedding);
    assert.ok(Math.abs(length - 1) < 1e-3, `length ${length}`);
    numbers.data[1].embedding.forEach((value, i) => assert.ok(Math.abs(value - base64.data[1].embedding[i]) < 1e-6));
    assert.notDeepEqual(numbers.data[0].embedding, numbers.data[1].embedding);
  });

  test(`${name}: models are listed and found one by one`, async () => {
    const ids = [];
    for await (const model of client().models.list()) ids.push(model.id);
    assert.ok(ids.includes('demo/demo'), ids.join());
    assert.equal((await client().models.retrieve('demo/demo')).object, 'model');
    assert.equal((await client().models.retrieve('demo')).id, 'demo/demo');
    await assert.rejects(client().models.retrieve('demo/nothing'), Sdk.NotFoundError);
  });

  test(`${name}: demo-error models are the SDK's typed errors`, async () => {
    for (const [status, Kind] of [[400, Sdk.BadRequestError], [429, Sdk.RateLimitError], [500, Sdk.InternalServerError]]) {
      const asked = client().chat.completions.create({model: `demo/demo-error-${status}`, messages: user('Fail.')});
      await assert.rejects(asked, (error) => {
        assert.ok(error instanceof Kind, `${status}: ${error.constructor.name} ${error.message}`);
        return true;
      });
    }
  });
}

for (const {name, Sdk} of anthropicSdks) {
  const client = () => new Sdk({apiKey: PLACEHOLDER, baseURL: gateway.url, maxRetries: 0});

  test(`${name}: demo answers whole and in a stream, with the same words`, async () => {
    const ask = {model: 'demo-fast', max_tokens: 200, messages: user('Say something.')};
    const whole = await client().messages.create(ask);
    assert.match(whole.content[0].text, /Say something\./);
    const streamed = await client().messages.stream(ask).finalMessage();
    assert.equal(streamed.content[0].text, whole.content[0].text);
    assert.equal(streamed.usage.output_tokens, whole.usage.output_tokens);
  });

  test(`${name}: demo calls a tool`, async () => {
    const ask = {model: 'demo-fast', max_tokens: 200, messages: user('use the tool get_time'), tools: anthropicTools};
    const message = await client().messages.stream(ask).finalMessage();
    assert.equal(message.stop_reason, 'tool_use');
    const [use] = message.content.filter((block) => block.type === 'tool_use');
    assert.equal(use.name, 'get_time');
    assert.equal(typeof use.input.zone, 'string');
  });

  test(`${name}: models are listed and found one by one`, async () => {
    const ids = [];
    for await (const model of client().models.list()) ids.push(model.id);
    assert.ok(ids.includes('demo/demo'), ids.join());
    const model = await client().models.retrieve('demo/demo');
    assert.equal(model.type, 'model');
    assert.ok(!Number.isNaN(Date.parse(model.created_at)));
    await assert.rejects(client().models.retrieve('demo/nothing'), Sdk.NotFoundError);
  });
}

test('the gateway ends well', async () => { assert.equal(await gateway.stop(), 0); });
