// SPDX-License-Identifier: GPL-3.0-or-later
// Ollama's own API as a provider: JSON lines, calls without ids and whole, answered in order.
import assert from 'node:assert/strict';

import {bearer} from './wire.mjs';

const message = (content, more = {}) => ({
  model: 'up', created_at: '2026-01-01T00:00:00.000000Z', message: {role: 'assistant', content}, done: false, ...more,
});
const done = {
  done: true, done_reason: 'stop', total_duration: 5000000, load_duration: 1000000, prompt_eval_count: 11,
  prompt_eval_duration: 1000000, eval_count: 7, eval_duration: 3000000,
};
const toolCalls = (calls) => calls.map(({name, args}) => ({function: {name, arguments: args}}));
const line = (value) => `${JSON.stringify(value)}\n`;

export const ollama = {
  format: 'ollama', model: 'qwen3:8b', base: '', ids: false, caches: false, contentType: 'application/x-ndjson', key: bearer,
  path: () => '/api/chat',
  whole({words = [], calls = []}) {
    const reply = message(words.join(''), done);
    if (calls.length) reply.message.tool_calls = toolCalls(calls);
    return reply;
  },
  begin: () => '',
  word: (word) => line(message(word)),
  call: (call) => line({...message(''), message: {role: 'assistant', content: '', tool_calls: toolCalls([call])}}),
  end: () => line(message('', done)),
  streamError: (error) => line({error}),
  error: (status, error) => ({error}),
  read({json}) {
    const said = (role) => json.messages.filter((each) => each.role === role);
    for (const {content} of json.messages) assert.equal(typeof content, 'string', 'content is text');
    const text = (role) => said(role).map(({content}) => content).join('');
    return {
      model: json.model, stream: json.stream !== false, system: text('system'), prompt: text('user'),
      tools: (json.tools ?? []).map(({function: {name, parameters}}) => ({name, schema: parameters})),
      calls: said('assistant').flatMap(({tool_calls: calls = []}) => calls.map(({function: {name, arguments: args}}) => {
        assert.equal(typeof args, 'object', 'arguments are an object');
        return {name, args};
      })),
      results: said('tool').map(({tool_name: name, content}) => ({name, text: content})),
      images: said('user').flatMap(({images = []}) => images),
      schema: typeof json.format === 'object' ? json.format : undefined,
      order: json.messages.map(({role}) => ({system: '', user: 'u', assistant: 'a', tool: 'r'})[role]).join(''),
    };
  },
};
