// SPDX-License-Identifier: GPL-3.0-or-later
// Anthropic Messages as a provider.
import assert from 'node:assert/strict';

import {bearer, png, sseEvent} from './wire.mjs';

const input = {input_tokens: 7, cache_creation_input_tokens: 0, cache_read_input_tokens: 4};
const message = (more) => ({
  id: 'msg_up', type: 'message', role: 'assistant', model: 'up', content: [], stop_reason: null, stop_sequence: null,
  usage: {...input, output_tokens: 1}, ...more,
});
const stop = ({calls = []}) => (calls.length ? 'tool_use' : 'end_turn');
const blocks = (content) => (typeof content === 'string' ? [{type: 'text', text: content}] : content);
const text = (content) => blocks(content ?? []).filter((block) => block.type === 'text').map((block) => block.text).join('');

/// The words are block 0 where there are any.
const close = (index) => sseEvent('content_block_stop', {index});

export const anthropic = {
  format: 'anthropic', model: 'claude-sonnet-4-5', base: '/v1', ids: true, caches: true,
  key: (headers) => headers['x-api-key'] ?? bearer(headers),
  path: () => '/v1/messages',
  whole({words = [], calls = []}) {
    const content = calls.map(({id, name, args}) => ({type: 'tool_use', id, name, input: args}));
    if (words.length) content.unshift({type: 'text', text: words.join('')});
    return message({content, stop_reason: stop({calls}), usage: {...input, output_tokens: 7}});
  },
  begin: ({words}) => sseEvent('message_start', {message: message()}) + (words.length
    ? sseEvent('content_block_start', {index: 0, content_block: {type: 'text', text: ''}}) : ''),
  word: (word) => sseEvent('content_block_delta', {index: 0, delta: {type: 'text_delta', text: word}}),
  call({id, name, args}, at, {words}) {
    const json = JSON.stringify(args);
    const index = at + (words.length ? 1 : 0);
    const piece = (part) => sseEvent('content_block_delta', {index, delta: {type: 'input_json_delta', partial_json: part}});
    return (words.length && at === 0 ? close(0) : '')
      + sseEvent('content_block_start', {index, content_block: {type: 'tool_use', id, name, input: {}}})
      + piece('') + piece(json.slice(0, 3)) + piece(json.slice(3)) + close(index);
  },
  end: (reply) => (reply.calls.length ? '' : close(0))
    + sseEvent('message_delta', {delta: {stop_reason: stop(reply), stop_sequence: null}, usage: {...input, output_tokens: 7}})
    + sseEvent('message_stop', {}),
  streamError: (said) => sseEvent('error', {error: {type: 'api_error', message: said}}),
  error: (status, said) => ({type: 'error', request_id: 'req_up',
    error: {type: status === 429 ? 'rate_limit_error' : 'invalid_request_error', message: said}}),
  read({json, headers}) {
    assert.ok(json.max_tokens > 0, 'max_tokens is required');
    assert.match(headers['anthropic-version'], /^\d{4}-\d\d-\d\d$/);
    const of = (role) => json.messages.filter((each) => each.role === role).flatMap(({content}) => blocks(content));
    const images = of('user').filter((block) => block.type === 'image').map(({source}) => source);
    for (const source of images) assert.deepEqual([source.type, source.media_type], ['base64', png.type]);
    for (const {content} of json.messages) {
      const kinds = blocks(content).map((block) => (block.type === 'tool_result' ? 'r' : 'o')).join('');
      assert.match(kinds, /^r*o*$/, 'tool results come first');
      assert.ok(blocks(content).every((block) => block.type !== 'text' || block.text), 'a text block is not empty');
    }
    return {
      model: json.model, stream: json.stream === true, system: text(json.system), prompt: text(of('user')),
      tools: (json.tools ?? []).map(({name, input_schema: schema}) => ({name, schema})),
      calls: of('assistant').filter((block) => block.type === 'tool_use')
        .map(({id, name, input: args}) => ({id, name, args})),
      results: of('user').filter((block) => block.type === 'tool_result')
        .map((block) => ({id: block.tool_use_id, text: text(block.content)})),
      images: images.map((source) => source.data),
      schema: json.output_config?.format?.schema,
      order: json.messages.map(({role, content}) =>
        (role === 'assistant' ? 'a' : blocks(content).some((block) => block.type === 'tool_result') ? 'r' : 'u')).join(''),
    };
  },
};
