// SPDX-License-Identifier: GPL-3.0-or-later
// Google Gemini as a provider. Its calls have no ids; the first of several carries the signature that must come back.
import assert from 'node:assert/strict';

import {png} from './wire.mjs';

const SIGNATURE = 'c2lnbmF0dXJlIG9mIHRoZSBwcm92aWRlcg==';
const usageMetadata = {
  promptTokenCount: 11, cachedContentTokenCount: 4, candidatesTokenCount: 5, thoughtsTokenCount: 2, totalTokenCount: 18,
};
const body = (parts, more = {}, finish) => ({
  candidates: [{content: {role: 'model', parts}, index: 0, ...(finish ? {finishReason: finish} : {})}],
  modelVersion: 'up', responseId: 'resp-up', ...more,
});
const event = (value) => `data: ${JSON.stringify(value)}\n\n`;
const callPart = ({name, args}, index) =>
  ({functionCall: {name, args}, ...(index === 0 ? {thoughtSignature: SIGNATURE} : {})});
const either = (object, camel, snake) => object?.[camel] ?? object?.[snake];
const texts = (content) => (content?.parts ?? []).map((part) => part.text ?? '').join('');
/// An answer to a call is an object; text stands in one of its members.
const said = (response) => {
  assert.ok(response && typeof response === 'object' && !Array.isArray(response), 'functionResponse.response is an object');
  return Object.values(response).map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('');
};

/// N calls in one turn are answered by one turn with N answers.
function checkTurns(contents) {
  contents.forEach(({role, parts}, at) => {
    assert.ok(['user', 'model'].includes(role), `role ${role}`);
    assert.ok(at === 0 || contents[at - 1].role !== role, 'turns alternate');
    const calls = parts.filter((part) => part.functionCall);
    if (!calls.length) return;
    const answers = contents[at + 1].parts.filter((part) => part.functionResponse);
    assert.deepEqual(answers.map((part) => part.functionResponse.name), calls.map((part) => part.functionCall.name));
    assert.ok([SIGNATURE, 'skip_thought_signature_validator'].includes(calls[0].thoughtSignature),
      `the first call's signature is ${calls[0].thoughtSignature}`);
  });
}

export const gemini = {
  format: 'gemini', model: 'gemini-3-flash', base: '/v1beta', ids: false, caches: true, retryInBody: true,
  key: (headers) => headers['x-goog-api-key'],
  path: (model, stream) => `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
  whole: ({words = [], calls = []}) =>
    body([...(words.length ? [{text: words.join('')}] : []), ...calls.map(callPart)], {usageMetadata}, 'STOP'),
  begin: () => '',
  word: (text) => event(body([{text}], {usageMetadata: {promptTokenCount: 11, totalTokenCount: 11}})),
  call: (call, index) => event(body([callPart(call, index)])),
  end: () => event(body([{text: ''}], {usageMetadata}, 'STOP')),
  streamError: (message) => event({error: {code: 503, message, status: 'UNAVAILABLE'}}),
  error: (status, message, retryAfter) => ({error: {
    code: status, message, status: status === 429 ? 'RESOURCE_EXHAUSTED' : 'INVALID_ARGUMENT',
    ...(retryAfter ? {details: [{'@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryAfter}s`}]} : {}),
  }}),
  read({json, path}) {
    checkTurns(json.contents);
    const of = (role, kind) => json.contents.filter((content) => content.role === role)
      .flatMap(({parts}) => parts.map((part) => part[kind]).filter(Boolean));
    const config = json.generationConfig ?? {};
    const images = of('user', 'inlineData');
    for (const image of images) assert.equal(image.mimeType, png.type);
    return {
      model: /models\/(.+):(generate|stream)/.exec(path)[1], stream: path.includes(':stream'),
      system: texts(either(json, 'systemInstruction', 'system_instruction')),
      prompt: json.contents.filter(({role}) => role === 'user').map(texts).join(''),
      tools: (json.tools ?? []).flatMap((tool) => tool.functionDeclarations ?? [])
        .map((tool) => ({name: tool.name, schema: tool.parametersJsonSchema ?? tool.parameters})),
      calls: of('model', 'functionCall').map(({id, name, args}) => ({id, name, args})),
      results: of('user', 'functionResponse').map(({id, name, response}) => ({id, name, text: said(response)})),
      images: images.map((image) => image.data),
      schema: config.responseMimeType === 'application/json' ? config.responseJsonSchema ?? config.responseSchema : undefined,
      order: json.contents.map(({role, parts}) =>
        (role === 'model' ? 'a' : parts.some((part) => part.functionResponse) ? 'r' : 'u')).join(''),
    };
  },
};
