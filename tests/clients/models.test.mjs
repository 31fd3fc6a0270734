// SPDX-License-Identifier: GPL-3.0-or-later
// The list of models in each format's own shape, and the small calls that clients make before they ask.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {GoogleGenAI} from '@google/genai';
import {Ollama} from 'ollama';

import {behindGateway} from './behind_gateway.mjs';
import {anthropicSdks, openAiSdks, PLACEHOLDER, user} from './setting.mjs';
import {whole} from './wire.mjs';
import {openAi} from './wire_openai.mjs';

const here = await behindGateway(openAi);
const LISTED = `target/${openAi.model}`;

const genAi = (url) => new GoogleGenAI({apiKey: PLACEHOLDER, vertexai: false, httpOptions: {baseUrl: url}});

async function idsOf(list) {
  const ids = [];
  for await (const model of await list) ids.push(model.id ?? model.name);
  return ids;
}

/// Each client: the names that it lists, one model by name, and a question to a model under the name that was listed.
const clients = [
  ...openAiSdks.map(({name, Sdk}) => ({
    name, make: (url) => new Sdk({apiKey: PLACEHOLDER, baseURL: `${url}/v1`, maxRetries: 0}),
    names: (client) => idsOf(client.models.list()),
    one: async (client, model) => (await client.models.retrieve(model)).id,
    ask: async (client, model) =>
      (await client.chat.completions.create({model, messages: user('Hello')})).choices[0].message.content,
  })),
  ...anthropicSdks.map(({name, Sdk}) => ({
    name, make: (url) => new Sdk({apiKey: PLACEHOLDER, baseURL: url, maxRetries: 0}),
    names: (client) => idsOf(client.models.list()),
    one: async (client, model) => (await client.models.retrieve(model)).id,
    ask: async (client, model) =>
      (await client.messages.create({model, max_tokens: 50, messages: user('Hello')})).content[0].text,
  })),
  {
    name: '@google/genai', make: genAi,
    names: (client) => idsOf(client.models.list()),
    one: async (client, model) => (await client.models.get({model})).name,
    ask: async (client, model) => (await client.models.generateContent({model, contents: 'Hello'})).text,
  },
  {
    name: 'ollama', make: (url) => new Ollama({host: url, headers: {authorization: `Bearer ${PLACEHOLDER}`}}),
    names: async (client) => (await client.list()).models.map(({name}) => name),
    one: async (client, model) => {
      const shown = await client.show({model});
      assert.ok(shown.capabilities.includes('completion'), shown.capabilities.join());
      assert.equal(typeof shown.details, 'object');
      return model;
    },
    ask: async (client, model) => (await client.chat({model, messages: user('Hello')})).message.content,
  },
];

for (const client of clients) {
  test(`${client.name}: a model that is listed is found and can be asked under its name`, {timeout: 30_000}, async () => {
    const {gateway, upstream} = here();
    const sdk = client.make(gateway.url);
    const names = await client.names(sdk);
    const listed = names.find((name) => name.endsWith(LISTED));
    assert.ok(listed, `${LISTED} is not among ${names}`);
    assert.equal(new Set(names).size, names.length);
    assert.equal(await client.one(sdk, listed), listed);
    upstream.script(whole(openAi, {words: ['Hi.']}));
    assert.equal(await client.ask(sdk, listed), 'Hi.');
    assert.equal(upstream.seen[0].json.model, openAi.model);
  });

  test(`${client.name}: a model that there is not is an error with status 404 that names it`, {timeout: 30_000}, async () => {
    const {gateway} = here();
    const asked = client.one(client.make(gateway.url), 'target/nothing');
    await assert.rejects(asked, (error) => (error.status ?? error.status_code) === 404 && /nothing/.test(error.message));
  });
}

test('ollama: the version is one that clients accept', {timeout: 30_000}, async () => {
  const {version} = await clients.at(-1).make(here().gateway.url).version();
  const [major, minor, patch] = version.split('.').map((part) => Number.parseInt(part, 10));
  // Codex asks for 0.13.4 or newer.
  assert.ok(major > 0 || minor > 13 || (minor === 13 && patch >= 4), version);
});

test('ollama: what runs is a list', {timeout: 30_000}, async () => {
  assert.ok(Array.isArray((await clients.at(-1).make(here().gateway.url).ps()).models));
});

test('@google/genai: tokens are counted', {timeout: 30_000}, async () => {
  const {gateway, upstream} = here();
  upstream.script();
  const {totalTokens} = await genAi(gateway.url).models.countTokens({model: LISTED, contents: 'How long is this?'});
  assert.ok(totalTokens > 0);
  assert.equal(upstream.seen.length, 0);
});

here.end();
