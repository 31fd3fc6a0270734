// SPDX-License-Identifier: GPL-3.0-or-later
// Embeddings through each SDK that has them, before a provider of each format that has them.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {createGoogleGenerativeAI} from '@ai-sdk/google';
import {createOpenAI} from '@ai-sdk/openai';
import {GoogleGenAI} from '@google/genai';
import {embed, embedMany} from 'ai';
import {Ollama} from 'ollama';

import {behindGateway} from './behind_gateway.mjs';
import {openAiSdks, PLACEHOLDER, UPSTREAM_KEY} from './setting.mjs';
import {json} from './upstream.mjs';
import {gemini} from './wire_gemini.mjs';
import {ollama} from './wire_ollama.mjs';
import {openAi} from './wire_openai.mjs';

/// Exact in 32 bits, so that the way over base64 changes nothing.
const vectors = [[0.5, -0.25, 1], [0.125, 2, -3]];

/// Each provider: what it answers, and what a request to it asks for.
const providers = [
  {
    wire: openAi, model: 'text-embed', reply: (list) => ({
      object: 'list', model: 'text-embed', usage: {prompt_tokens: 5, total_tokens: 5},
      data: list.map((embedding, index) => ({object: 'embedding', index, embedding})),
    }),
    read({path, json: body}) {
      assert.equal(path, '/v1/embeddings');
      return {model: body.model, inputs: [body.input].flat(), dimensions: body.dimensions};
    },
  },
  {
    wire: gemini, model: 'gemini-embedding-001', reply: (list, {path}) =>
      (path.endsWith(':embedContent') ? {embedding: {values: list[0]}} : {embeddings: list.map((values) => ({values}))}),
    read({path, json: body}) {
      const [, model, method] = /^\/v1beta\/models\/(.+):(embedContent|batchEmbedContents)$/.exec(path);
      const requests = method === 'embedContent' ? [body] : body.requests;
      if (method !== 'embedContent') for (const request of requests) assert.equal(request.model, `models/${model}`);
      return {
        model, inputs: requests.map(({content}) => content.parts.map(({text}) => text).join('')),
        dimensions: requests[0].outputDimensionality ?? requests[0].embedContentConfig?.outputDimensionality,
      };
    },
  },
  {
    wire: ollama, model: 'nomic-embed-text', reply: (embeddings) => ({
      model: 'nomic-embed-text', embeddings, total_duration: 3000000, load_duration: 1000000, prompt_eval_count: 5}),
    read({path, json: body}) {
      assert.equal(path, '/api/embed');
      return {model: body.model, inputs: [body.input].flat(), dimensions: body.dimensions};
    },
  },
];

/// Each client: (url, model, texts, dimensions) to vectors, and the input tokens where the SDK tells them.
const genAi = (url) => new GoogleGenAI({apiKey: PLACEHOLDER, vertexai: false, httpOptions: {baseUrl: url}});
const clients = [
  ...openAiSdks.flatMap(({name, Sdk}) => ['base64', 'float'].map((encoding_format) => ({
    name: `${name}, ${encoding_format}`,
    async ask(url, model, input, dimensions) {
      const client = new Sdk({apiKey: PLACEHOLDER, baseURL: `${url}/v1`, maxRetries: 0});
      // The SDK asks for base64 by itself and decodes it.
      const format = encoding_format === 'float' ? {encoding_format} : {};
      const reply = await client.embeddings.create({model, input, dimensions, ...format});
      return {vectors: reply.data.map(({embedding}) => Array.from(embedding)), tokens: reply.usage.prompt_tokens};
    },
  }))),
  {
    name: '@google/genai',
    async ask(url, model, contents, outputDimensionality) {
      const reply = await genAi(url).models.embedContent({model, contents, config: {outputDimensionality}});
      return {vectors: reply.embeddings.map(({values}) => values)};
    },
  },
  {
    name: 'ollama',
    async ask(url, model, input, dimensions) {
      const client = new Ollama({host: url, headers: {authorization: `Bearer ${PLACEHOLDER}`}});
      const reply = await client.embed({model, input, dimensions});
      return {vectors: reply.embeddings, tokens: reply.prompt_eval_count};
    },
  },
  {
    name: 'ai-sdk openai',
    async ask(url, model, values, dimensions) {
      const embedding = createOpenAI({apiKey: PLACEHOLDER, baseURL: `${url}/v1`}).embedding(model);
      const reply = await embedMany({model: embedding, values, maxRetries: 0, providerOptions: {openai: {dimensions}}});
      return {vectors: reply.embeddings, tokens: reply.usage.tokens};
    },
  },
  {
    // One text goes to embedContent, several go to batchEmbedContents.
    name: 'ai-sdk google',
    async ask(url, model, values, outputDimensionality) {
      const embedding = createGoogleGenerativeAI({apiKey: PLACEHOLDER, baseURL: `${url}/v1beta`}).embedding(model);
      const options = {model: embedding, maxRetries: 0, providerOptions: {google: {outputDimensionality}}};
      if (values.length === 1) return {vectors: [(await embed({...options, value: values[0]})).embedding]};
      return {vectors: (await embedMany({...options, values})).embeddings};
    },
  },
];

for (const {wire, model, reply, read} of providers) {
  const here = await behindGateway(wire, [model]);
  for (const client of clients) {
    for (const texts of [['one'], ['one', 'zwei – 🐟']]) {
      test(`${client.name} to ${wire.format}: ${texts.length} embedded`, {timeout: 30_000}, async () => {
        const {url, upstream} = here();
        const sent = vectors.slice(0, texts.length);
        upstream.script((response) => json(reply(sent, upstream.seen[0]))(response));
        const got = await client.ask(url, model, texts, 3);
        assert.deepEqual(got.vectors, sent);
        // Gemini tells no count.
        if (got.tokens !== undefined && wire !== gemini) assert.equal(got.tokens, 5);
        const [seen] = upstream.seen;
        assert.equal(upstream.seen.length, 1);
        assert.deepEqual(read(seen), {model, inputs: texts, dimensions: 3});
        assert.equal(wire.key(seen.headers), UPSTREAM_KEY);
      });
    }
  }
  here.end();
}
