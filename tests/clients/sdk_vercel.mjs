// SPDX-License-Identifier: GPL-3.0-or-later
// The AI SDK ("ai") as a client of the matrix, with five of its providers, each of which speaks a format in its own way.
import {createAnthropic} from '@ai-sdk/anthropic';
import {createGoogleGenerativeAI} from '@ai-sdk/google';
import {createOpenAI} from '@ai-sdk/openai';
import {createOpenAICompatible} from '@ai-sdk/openai-compatible';
import {generateText, jsonSchema, Output, streamText, tool} from 'ai';

import {PLACEHOLDER} from './setting.mjs';
import {png} from './wire.mjs';

const apiKey = PLACEHOLDER;

async function ask(modelOf, providerOptions, url, question) {
  const {model, system, prompt, tools, schema, image, past} = question;
  const content = [{type: 'text', text: prompt}];
  if (image) content.push({type: 'image', image, mediaType: png.type});
  const messages = [{role: 'user', content}];
  if (past) {
    messages.push(...past.reply.raw, {role: 'tool', content: past.results.map(({id, name, text}) =>
      ({type: 'tool-result', toolCallId: id, toolName: name, output: {type: 'text', value: text}}))});
  }
  const asked = {model: modelOf(url, model), system, messages, providerOptions, maxRetries: 0,
    abortSignal: question.signal};
  if (tools) {
    asked.tools = Object.fromEntries(tools.map(({name, description, schema: inputSchema}) =>
      [name, tool({description, inputSchema: jsonSchema(inputSchema)})]));
  }
  if (schema) asked.output = Output.object({schema: jsonSchema(schema)});
  let result;
  if (question.stream) {
    result = streamText({...asked, onError() {}});
    for await (const part of result.fullStream) {
      // A provider's error event comes as what it holds, not as an Error.
      if (part.type === 'error') throw part.error instanceof Error ? part.error : new Error(part.error.message);
      if (part.type === 'text-delta') question.onText?.(part.text);
    }
  } else result = await generateText(asked);
  const [text, calls, finish, usage, response] =
    await Promise.all([result.text, result.toolCalls, result.finishReason, result.usage, result.response]);
  return {
    raw: response.messages, text, finish,
    calls: calls.map(({toolCallId: id, toolName: name, input: args}) => ({id, name, args})),
    usage: {input: usage.inputTokens, cached: usage.inputTokenDetails?.cacheReadTokens, output: usage.outputTokens},
  };
}

/// Google tells the time to wait in the body, the others in a header.
function failure({statusCode: status, message, responseBody, responseHeaders}) {
  const retryAfter = responseHeaders?.['retry-after'] ?? /"retryDelay": *"(\d+)s"/.exec(responseBody)?.[1];
  return {status, message: `${message} ${responseBody}`, retryAfter};
}

const rows = [
  ['openai', 'responses', (url, model) => createOpenAI({apiKey, baseURL: `${url}/v1`})(model), {openai: {store: false}}],
  ['openai.chat', 'openai', (url, model) => createOpenAI({apiKey, baseURL: `${url}/v1`}).chat(model)],
  ['openai-compatible', 'openai', (url, model) => createOpenAICompatible(
    {name: 'gateway', apiKey, baseURL: `${url}/v1`, includeUsage: true, supportsStructuredOutputs: true})(model)],
  ['anthropic', 'anthropic', (url, model) => createAnthropic({apiKey, baseURL: `${url}/v1`})(model),
    {anthropic: {structuredOutputMode: 'outputFormat'}}],
  ['google', 'gemini', (url, model) => createGoogleGenerativeAI({apiKey, baseURL: `${url}/v1beta`})(model)],
];

export const vercelClients = rows.map(([name, format, modelOf, options]) => ({
  name: `ai-sdk ${name}`, format, ids: true, caches: true, finish: {end: 'stop', calls: 'tool-calls'},
  failure,
  ask: ask.bind(null, modelOf, options),
}));
