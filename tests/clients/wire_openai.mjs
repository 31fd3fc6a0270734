// SPDX-License-Identifier: GPL-3.0-or-later
// OpenAI Chat Completions as a provider: what it answers, and what a request to it says.
import {bearer, parsed, png} from './wire.mjs';

const usage = {
  prompt_tokens: 11, completion_tokens: 7, total_tokens: 18, prompt_tokens_details: {cached_tokens: 4},
  completion_tokens_details: {reasoning_tokens: 2},
};
const chunk = (choices, more = {}) => `data: ${JSON.stringify({
  id: 'chatcmpl-up', object: 'chat.completion.chunk', created: 1700000000, model: 'up', choices, ...more})}\n\n`;
const delta = (value, finish = null) => chunk([{index: 0, delta: value, finish_reason: finish}]);
const finish = ({calls = []}) => (calls.length ? 'tool_calls' : 'stop');
const text = (content) => (typeof content === 'string' ? content
  : (content ?? []).filter((part) => part.type === 'text').map((part) => part.text).join(''));

const ORDER = {system: '', developer: '', user: 'u', assistant: 'a', tool: 'r'};

export const openAi = {
  format: 'openai', model: 'gpt-test', base: '/v1', ids: true, caches: true, key: bearer,
  path: () => '/v1/chat/completions',
  whole({words = [], calls = []}) {
    const message = {role: 'assistant', content: words.join('') || null, refusal: null};
    if (calls.length) message.tool_calls = calls.map(({id, name, args}) =>
      ({id, type: 'function', function: {name, arguments: JSON.stringify(args)}}));
    return {
      id: 'chatcmpl-up', object: 'chat.completion', created: 1700000000, model: 'up', usage,
      choices: [{index: 0, message, logprobs: null, finish_reason: finish({calls})}],
    };
  },
  begin: () => delta({role: 'assistant', content: ''}),
  word: (content) => delta({content}),
  /// One call, its arguments in two pieces.
  call({id, name, args}, index) {
    const json = JSON.stringify(args);
    return [{index, id, type: 'function', function: {name, arguments: ''}}, {index, function: {arguments: json.slice(0, 3)}},
      {index, function: {arguments: json.slice(3)}}].map((piece) => delta({tool_calls: [piece]})).join('');
  },
  end: (reply) => delta({}, finish(reply)) + chunk([], {usage}) + 'data: [DONE]\n\n',
  streamError: (message) => `data: ${JSON.stringify({error: {message, type: 'server_error', param: null, code: null}})}\n\n`,
  error: (status, message) => ({error: {message, type: status === 429 ? 'rate_limit_error' : 'invalid_request_error',
    param: null, code: null}}),
  read({json}) {
    const said = (...roles) => json.messages.filter((message) => roles.includes(message.role));
    const parts = said('user').flatMap(({content}) => (Array.isArray(content) ? content : []));
    return {
      model: json.model, stream: json.stream === true,
      system: said('system', 'developer').map(({content}) => text(content)).join(),
      prompt: said('user').map(({content}) => text(content)).join(),
      tools: (json.tools ?? []).map(({function: {name, parameters}}) => ({name, schema: parameters})),
      calls: said('assistant').flatMap(({tool_calls: calls = []}) =>
        calls.map((call) => ({id: call.id, name: call.function.name, args: parsed(call.function.arguments)}))),
      results: said('tool').map((message) => ({id: message.tool_call_id, text: text(message.content)})),
      images: parts.filter((part) => part.type === 'image_url').map((part) => part.image_url.url.replace(png.uri, '')),
      schema: json.response_format?.json_schema?.schema,
      order: json.messages.map(({role}) => ORDER[role]).join(''),
    };
  },
};
