// SPDX-License-Identifier: GPL-3.0-or-later
// What goes wrong: each SDK's typed errors, its own repetitions beside the gateway's, streams that break.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {startGateway} from './gateway.mjs';
import {anthropicSdks, openAiSdks, setting, user} from './setting.mjs';
import {anthropic, openAi} from './shapes.mjs';
import {json, sse} from './upstream.mjs';

const here = await setting();

const anthropicTypes = {
  400: 'invalid_request_error', 401: 'authentication_error', 404: 'not_found_error', 413: 'request_too_large',
  429: 'rate_limit_error', 500: 'api_error', 503: 'overloaded_error',
};

/// One row for each SDK: how it asks, and how its provider speaks.
const sides = [
  ...openAiSdks.map(({name, Sdk}) => ({
    name, Sdk, format: 'oai', limited: `limited/gpt-${name.at(-1)}`, upstream: () => here.openAiUpstream,
    client: (path, more) => here.openAi(Sdk, path, more),
    create: (client, model = 'gpt-test', more = {}) => client.chat.completions.create({model, messages: user('Hello'), ...more}),
    text: (chunk) => chunk.choices?.[0]?.delta.content ?? '',
    reply: () => json(openAi.reply({content: 'Hi.'})),
    textOf: (reply) => reply.choices[0].message.content,
    error: (status, headers) => json(openAi.error(`status ${status}`, 'some_error', 'some_code'), {status, headers}),
    begun: [openAi.chunk({role: 'assistant', content: ''}), openAi.chunk({content: 'One '})],
    errorEvent: `data: ${JSON.stringify(openAi.error('the provider gave up', 'server_error', null))}\n\n`,
  })),
  ...anthropicSdks.map(({name, Sdk}) => ({
    name, Sdk, format: 'ant', limited: `limited-ant/claude-${name.at(-1)}`, upstream: () => here.anthropicUpstream,
    client: (path, more) => here.anthropic(Sdk, path, more),
    create: (client, model = 'claude-test', more = {}) =>
      client.messages.create({model, max_tokens: 50, messages: user('Hello'), ...more}),
    text: (event) => (event.type === 'content_block_delta' ? event.delta.text : ''),
    reply: () => json(anthropic.reply([{type: 'text', text: 'Hi.'}])),
    textOf: (reply) => reply.content[0].text,
    error: (status, headers) => json(anthropic.error(anthropicTypes[status], `status ${status}`), {status, headers}),
    begun: [anthropic.start(), ...anthropic.textBlock(0, 'One ').slice(0, 2)],
    errorEvent: `event: error\ndata: ${JSON.stringify(anthropic.error('overloaded_error', 'the provider gave up'))}\n\n`,
  })),
];

/// The error that `promise` ends with.
const failure = (promise) => promise.then(() => assert.fail('it was answered'), (error) => error);

for (const side of sides) {
  const {name, Sdk, format, upstream} = side;

  for (const [status, kind] of [[400, 'BadRequestError'], [404, 'NotFoundError'], [413, 'APIError'], [500, 'InternalServerError'],
    [503, 'InternalServerError']]) {
    test(`${name}: a provider's ${status} is ${kind}, with a request id`, async () => {
      upstream().script(side.error(status));
      const error = await failure(side.create(side.client(`/router/${format}`)));
      assert.ok(error instanceof Sdk[kind], `${error.constructor.name}: ${error.message}`);
      assert.equal(error.status, status);
      assert.match(error.message, new RegExp(`status ${status}`));
      assert.equal(error.requestID, error.headers.get('x-request-id'));
      assert.ok(error.requestID);
      assert.equal(upstream().seen.length, 1);
    });
  }

  test(`${name}: a provider that refuses the gateway's key is not the client's fault`, async () => {
    upstream().script(side.error(401));
    const error = await failure(side.create(side.client(`/router/${format}`)));
    assert.equal(error.status, 502);
  });

  test(`${name}: an unknown router is NotFoundError and names the known ones`, async () => {
    const error = await failure(side.create(side.client('/router/nobody')));
    assert.ok(error instanceof Sdk.NotFoundError);
    assert.match(error.message, /oai/);
  });

  test(`${name}: an unknown model is NotFoundError`, async () => {
    const error = await failure(side.create(side.client('/ai'), 'no-such-model-at-all'));
    assert.ok(error instanceof Sdk.NotFoundError, error.message);
    assert.ok(error.requestID);
  });

  test(`${name}: a request that makes no sense is BadRequestError`, async () => {
    upstream().script();
    const error = await failure(side.create(side.client(`/router/${format}`), 'gpt-test', {messages: 'not a list'}));
    assert.ok(error instanceof Sdk.BadRequestError, error.message);
    assert.equal(upstream().seen.length, 0);
  });

  test(`${name}: the SDK repeats after one 503 of the provider`, async () => {
    upstream().script(side.error(503, {'retry-after': '0'}), side.reply());
    const reply = await side.create(side.client(`/router/${format}`, {maxRetries: 2}));
    assert.equal(side.textOf(reply), 'Hi.');
    assert.equal(upstream().seen.length, 2);
  });

  test(`${name}: the gateway repeats, and the SDK does not multiply`, async () => {
    upstream().script(...[1, 2, 3].map(() => side.error(503)));
    const error = await failure(side.create(side.client(`/router/${format}-retry`, {maxRetries: 2})));
    assert.ok(error instanceof Sdk.InternalServerError);
    assert.equal(error.headers.get('x-should-retry'), 'false');
    assert.equal(error.headers.get('x-pointsman-attempts'), '3');
    assert.equal(upstream().seen.length, 3);
  });

  test(`${name}: the gateway's repetition is not seen by the client`, async () => {
    upstream().script(side.error(503), side.error(500), side.reply());
    assert.equal(side.textOf(await side.create(side.client(`/router/${format}-retry`))), 'Hi.');
    assert.equal(upstream().seen.length, 3);
  });

  test(`${name}: a client error is not repeated by anybody`, async () => {
    upstream().script(side.error(400));
    const error = await failure(side.create(side.client(`/router/${format}-retry`, {maxRetries: 2})));
    assert.ok(error instanceof Sdk.BadRequestError);
    assert.equal(upstream().seen.length, 1);
  });

  test(`${name}: a short retry-after is waited for`, async () => {
    upstream().script(side.error(503, {'retry-after': '1'}), side.reply());
    assert.equal(side.textOf(await side.create(side.client(`/router/${format}-retry`))), 'Hi.');
    const [first, second] = upstream().seen;
    assert.ok(second.at - first.at >= 950, `only ${second.at - first.at} ms`);
  });

  test(`${name}: a rate limit is RateLimitError, with retry-after`, async () => {
    upstream().script(side.error(429, {'retry-after': '90'}));
    const error = await failure(side.create(side.client('/ai'), side.limited));
    assert.ok(error instanceof Sdk.RateLimitError, error.message);
    assert.equal(error.headers.get('retry-after'), '90');
    // The target rests for the time named: what comes next is refused unsent, and says how long it is.
    const next = await failure(side.create(side.client('/ai'), side.limited));
    assert.equal(next.status, 503, next.message);
    assert.ok(Number(next.headers.get('retry-after')) > 60, next.headers.get('retry-after'));
    assert.equal(upstream().seen.length, 1);
  });

  for (const [how, ending, options] of [['is cut', [], {cut: true}], ['reports an error', [side.errorEvent], {}],
    ['ends too early', [], {}]]) {
    test(`${name}: a stream that ${how} after the first word raises`, async () => {
      upstream().script(sse([...side.begun, ...ending], options));
      let text = '';
      const error = await failure((async () => {
        const stream = await side.create(side.client(`/router/${format}`), undefined, {stream: true});
        for await (const piece of stream) text += side.text(piece);
      })());
      assert.equal(text, 'One ');
      assert.ok(error instanceof Error);
      assert.equal(upstream().seen.length, 1);
    });
  }

  test(`${name}: a stream that breaks before the first word is repeated unseen`, async () => {
    upstream().script(sse([side.begun[0]], {cut: true}), side.reply());
    const error = await failure((async () => {
      for await (const piece of await side.create(side.client(`/router/${format}`), undefined, {stream: true})) side.text(piece);
    })());
    assert.ok(error.status >= 500, error.message);
  });

  test(`${name}: a provider slower than the client's patience is a timeout of the SDK`, async () => {
    upstream().script(json({}, {delay: 1500}));
    const error = await failure(side.create(side.client(`/router/${format}`, {timeout: 200})));
    assert.ok(error instanceof Sdk.APIConnectionTimeoutError, error.message);
  });
}

test('client keys: without the right one each SDK raises AuthenticationError, with it the demo answers', async () => {
  const gateway = await startGateway('server: {client-keys: [{name: alice, key: env:ALICE}]}\n', {ALICE: 'right-key'});
  try {
    for (const {Sdk} of openAiSdks) {
      const client = (apiKey) => new Sdk({apiKey, baseURL: `${gateway.url}/v1`, maxRetries: 2});
      const ask = {model: 'demo-fast', messages: user('Hello')};
      const error = await failure(client('wrong-key').chat.completions.create(ask));
      assert.ok(error instanceof Sdk.AuthenticationError);
      assert.equal(error.code, 'invalid_api_key');
      assert.ok(error.requestID);
      assert.ok((await client('right-key').chat.completions.create(ask)).choices[0].message.content);
    }
    for (const {Sdk} of anthropicSdks) {
      const client = (options) => new Sdk({baseURL: gateway.url, maxRetries: 2, apiKey: null, authToken: null, ...options});
      const ask = {model: 'demo-fast', max_tokens: 50, messages: user('Hello')};
      const error = await failure(client({apiKey: 'wrong-key'}).messages.create(ask));
      assert.ok(error instanceof Sdk.AuthenticationError);
      assert.equal(error.error.error.type, 'authentication_error');
      for (const options of [{apiKey: 'right-key'}, {authToken: 'right-key'}])
        assert.ok((await client(options).messages.create(ask)).content[0].text);
    }
  } finally {
    await gateway.stop();
  }
});

here.end();
