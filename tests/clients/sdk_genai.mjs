// SPDX-License-Identifier: GPL-3.0-or-later
// Google's SDK as a client of the matrix.
import {GoogleGenAI} from '@google/genai';

import {PLACEHOLDER} from './setting.mjs';
import {png} from './wire.mjs';

async function ask(url, question) {
  const {model, system, prompt, tools, schema, image, past} = question;
  const parts = [{text: prompt}];
  if (image) parts.push({inlineData: {mimeType: png.type, data: image}});
  const contents = [{role: 'user', parts}];
  if (past) {
    contents.push({role: 'model', parts: past.reply.raw}, {role: 'user', parts: past.results.map(({id, name, text}) =>
      ({functionResponse: {id, name, response: {output: text}}}))});
  }
  const config = {systemInstruction: system, abortSignal: question.signal};
  if (tools) {
    config.tools = [{functionDeclarations: tools.map(({name, description, schema: parametersJsonSchema}) =>
      ({name, description, parametersJsonSchema}))}];
  }
  if (schema) Object.assign(config, {responseMimeType: 'application/json', responseJsonSchema: schema});
  const {models} = new GoogleGenAI({apiKey: PLACEHOLDER, vertexai: false, httpOptions: {baseUrl: url}});
  const reply = {raw: [], text: '', calls: [], finish: undefined, usage: {}};
  const take = (response) => {
    const [candidate] = response.candidates ?? [];
    for (const part of candidate?.content?.parts ?? []) {
      reply.raw.push(part);
      if (part.functionCall) reply.calls.push(part.functionCall);
      if (!part.text || part.thought) continue;
      reply.text += part.text;
      question.onText?.(part.text);
    }
    reply.finish = candidate?.finishReason ?? reply.finish;
    const {promptTokenCount: input, cachedContentTokenCount: cached, ...out} = response.usageMetadata ?? {};
    if (out.candidatesTokenCount !== undefined)
      reply.usage = {input, cached, output: out.candidatesTokenCount + (out.thoughtsTokenCount ?? 0)};
  };
  const asked = {model, contents, config};
  if (!question.stream) take(await models.generateContent(asked));
  else for await (const response of await models.generateContentStream(asked)) take(response);
  return reply;
}

/// The SDK gives the error's body as its message.
function failure(error) {
  const retryAfter = /"retryDelay":"(\d+)s"/.exec(error.message)?.[1];
  return {status: error.status, message: error.message, retryAfter};
}

export const genAiClients = [{
  name: '@google/genai', format: 'gemini', ids: true, caches: true, finish: {end: 'STOP', calls: 'STOP'}, failure, ask,
}];
