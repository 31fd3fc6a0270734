// SPDX-License-Identifier: GPL-3.0-or-later
// What the two providers' formats look like on the wire, for the scripted upstream.

// ---- OpenAI Chat Completions

export const openAi = {
  reply(message, {finish = 'stop', model = 'gpt-test'} = {}) {
    return {
      id: 'chatcmpl-up', object: 'chat.completion', created: 1700000000, model,
      choices: [{index: 0, message: {role: 'assistant', refusal: null, ...message}, logprobs: null, finish_reason: finish}],
      usage: {prompt_tokens: 11, completion_tokens: 7, total_tokens: 18},
    };
  },
  toolCall(id, name, input) {
    return {id, type: 'function', function: {name, arguments: JSON.stringify(input)}};
  },
  chunk(delta, finish = null, extra = {}) {
    const chunk = {
      id: 'chatcmpl-up', object: 'chat.completion.chunk', created: 1700000000, model: 'gpt-test',
      choices: [{index: 0, delta, finish_reason: finish}], ...extra,
    };
    return `data: ${JSON.stringify(chunk)}\n\n`;
  },
  usage() {
    const chunk = {
      id: 'chatcmpl-up', object: 'chat.completion.chunk', created: 1700000000, model: 'gpt-test', choices: [],
      usage: {prompt_tokens: 11, completion_tokens: 7, total_tokens: 18},
    };
    return `data: ${JSON.stringify(chunk)}\n\n`;
  },
  done: 'data: [DONE]\n\n',
  text(...words) {
    return [this.chunk({role: 'assistant', content: ''}), ...words.map((content) => this.chunk({content})),
      this.chunk({}, 'stop'), this.usage(), this.done];
  },
  /// Two calls whose arguments come in pieces, one call after the other.
  parallelCalls() {
    const piece = (index, args) => this.chunk({tool_calls: [{index, function: {arguments: args}}]});
    const open = (index, id, name) =>
      this.chunk({tool_calls: [{index, id, type: 'function', function: {name, arguments: ''}}]});
    return [this.chunk({role: 'assistant', content: null}), open(0, 'call_a', 'get_weather'), piece(0, '{"ci'),
      piece(0, 'ty":"Oslo"}'), open(1, 'call_b', 'get_time'), piece(1, '{"zone":'), piece(1, '"CET"}'),
      this.chunk({}, 'tool_calls'), this.usage(), this.done];
  },
  error(message, type, code) {
    return {error: {message, type, param: null, code}};
  },
};

// ---- Anthropic Messages

const event = (type, rest) => `event: ${type}\ndata: ${JSON.stringify({type, ...rest})}\n\n`;

export const anthropic = {
  reply(content, {stop = 'end_turn', model = 'claude-test'} = {}) {
    return {
      id: 'msg_up', type: 'message', role: 'assistant', model, content, stop_reason: stop, stop_sequence: null,
      usage: {input_tokens: 11, output_tokens: 7, cache_creation_input_tokens: 0, cache_read_input_tokens: 0},
    };
  },
  start() {
    const message = {...this.reply([]), stop_reason: null, usage: {input_tokens: 11, output_tokens: 1}};
    return event('message_start', {message});
  },
  block(index, block, ...deltas) {
    return [event('content_block_start', {index, content_block: block}),
      ...deltas.map((delta) => event('content_block_delta', {index, delta})), event('content_block_stop', {index})];
  },
  textBlock(index, ...words) {
    return this.block(index, {type: 'text', text: ''}, ...words.map((text) => ({type: 'text_delta', text})));
  },
  thinkingBlock(index, thinking, signature) {
    return this.block(index, {type: 'thinking', thinking: '', signature: ''}, {type: 'thinking_delta', thinking},
      {type: 'signature_delta', signature});
  },
  toolBlock(index, id, name, ...pieces) {
    return this.block(index, {type: 'tool_use', id, name, input: {}},
      ...pieces.map((piece) => ({type: 'input_json_delta', partial_json: piece})));
  },
  end(stop = 'end_turn') {
    return [event('message_delta', {delta: {stop_reason: stop, stop_sequence: null}, usage: {output_tokens: 7}}),
      event('message_stop', {})];
  },
  text(...words) {
    return [this.start(), ...this.textBlock(0, ...words), ...this.end()];
  },
  error(type, message) {
    return {type: 'error', error: {type, message}, request_id: 'req_up'};
  },
};

// ---- Tools that the tests offer, in both shapes

const schemas = [
  ['get_weather', {type: 'object', properties: {city: {type: 'string'}}, required: ['city']}],
  ['get_time', {type: 'object', properties: {zone: {type: 'string'}}, required: ['zone']}],
];
export const openAiTools = schemas.map(([name, parameters]) => ({type: 'function', function: {name, parameters}}));
export const anthropicTools = schemas.map(([name, schema]) => ({name, description: `${name}.`, input_schema: schema}));
