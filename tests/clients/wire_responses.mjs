// SPDX-License-Identifier: GPL-3.0-or-later
// OpenAI Responses as a provider.
import assert from 'node:assert/strict';

import {bearer, parsed, png} from './wire.mjs';

const usage = {
  input_tokens: 11, input_tokens_details: {cached_tokens: 4}, output_tokens: 7, output_tokens_details: {reasoning_tokens: 2},
  total_tokens: 18,
};
const part = (text) => ({type: 'output_text', text, annotations: [], logprobs: []});
const messageItem = (words, status = 'completed') =>
  ({type: 'message', id: 'msg_up', role: 'assistant', status, content: words.length ? [part(words.join(''))] : []});
const callItem = ({id, name, args}, status = 'completed') =>
  ({type: 'function_call', id: `fc_${id}`, call_id: id, name, arguments: args ? JSON.stringify(args) : '', status});
const output = ({words, calls}) => [...(words.length ? [messageItem(words)] : []), ...calls.map((call) => callItem(call))];
const response = (more) => ({
  id: 'resp_up', object: 'response', created_at: 1700000000, status: 'in_progress', error: null, incomplete_details: null,
  instructions: null, metadata: {}, model: 'up', output: [], parallel_tool_calls: true, previous_response_id: null,
  reasoning: {effort: null, summary: null}, store: false, temperature: 1, text: {format: {type: 'text'}}, tool_choice: 'auto',
  tools: [], top_p: 1, truncation: 'disabled', usage: null, ...more,
});

const ORDER = {user: 'u', assistant: 'a', function_call: 'a', function_call_output: 'r'};

/// Numbers run over the whole stream; its first event begins them anew.
let number = 0;
const event = (type, rest) => `event: ${type}\ndata: ${JSON.stringify({type, sequence_number: number++, ...rest})}\n\n`;
const inMessage = {item_id: 'msg_up', output_index: 0, content_index: 0};

function closeMessage({words}) {
  const text = words.join('');
  return event('response.output_text.done', {...inMessage, text, logprobs: []})
    + event('response.content_part.done', {...inMessage, part: part(text)})
    + event('response.output_item.done', {output_index: 0, item: messageItem(words)});
}

const contents = (items, kind) => items.filter((item) => (item.type ?? 'message') === 'message')
  .flatMap(({role, content}) => (typeof content === 'string' ? [{role, type: 'input_text', text: content}]
    : content.map((each) => ({...each, role})))).filter(kind);
const text = (items, ...roles) =>
  contents(items, (each) => roles.includes(each.role)).map((each) => each.text ?? '').join('');

export const responses = {
  format: 'responses', model: 'gpt-test', base: '/v1', ids: true, caches: true, key: bearer,
  path: () => '/v1/responses',
  whole: ({words = [], calls = []}) =>
    response({status: 'completed', output: output({words, calls}), usage, completed_at: 1700000001}),
  begin({words}) {
    number = 0;
    return event('response.created', {response: response()}) + event('response.in_progress', {response: response()})
      + (words.length ? event('response.output_item.added', {output_index: 0, item: messageItem([], 'in_progress')})
        + event('response.content_part.added', {...inMessage, part: part('')}) : '');
  },
  word: (delta) => event('response.output_text.delta', {...inMessage, delta, logprobs: []}),
  call(call, at, reply) {
    const output_index = at + (reply.words.length ? 1 : 0);
    const at0 = {item_id: `fc_${call.id}`, output_index};
    const json = JSON.stringify(call.args);
    return (reply.words.length && at === 0 ? closeMessage(reply) : '')
      + event('response.output_item.added', {output_index, item: callItem({...call, args: null}, 'in_progress')})
      + event('response.function_call_arguments.delta', {...at0, delta: json.slice(0, 3)})
      + event('response.function_call_arguments.delta', {...at0, delta: json.slice(3)})
      + event('response.function_call_arguments.done', {...at0, name: call.name, arguments: json})
      + event('response.output_item.done', {output_index, item: callItem(call)});
  },
  end: (reply) => (reply.calls.length ? '' : closeMessage(reply))
    + event('response.completed', {response: response({status: 'completed', output: output(reply), usage})}),
  streamError: (message) =>
    event('response.failed', {response: response({status: 'failed', error: {code: 'server_error', message}})}),
  error: (status, message) => ({error: {message, type: status === 429 ? 'rate_limit_error' : 'invalid_request_error',
    param: null, code: null}}),
  read({json}) {
    const items = typeof json.input === 'string' ? [{role: 'user', content: json.input}] : json.input;
    const of = (type) => items.filter((item) => item.type === type);
    for (const tool of json.tools ?? []) assert.equal(tool.type, 'function');
    return {
      model: json.model, stream: json.stream === true,
      system: (json.instructions ?? '') + text(items, 'system', 'developer'), prompt: text(items, 'user'),
      tools: (json.tools ?? []).map(({name, parameters}) => ({name, schema: parameters})),
      calls: of('function_call').map((item) => ({id: item.call_id, name: item.name, args: parsed(item.arguments)})),
      results: of('function_call_output').map(({call_id: id, output: said}) =>
        ({id, text: typeof said === 'string' ? said : said.map((each) => each.text).join('')})),
      images: contents(items, (each) => each.type === 'input_image').map((each) => each.image_url.replace(png.uri, '')),
      schema: json.text?.format?.schema,
      order: items.map(({type = 'message', role}) => ORDER[type === 'message' ? role : type] ?? '').join(''),
    };
  },
};
