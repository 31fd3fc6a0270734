// SPDX-License-Identifier: GPL-3.0-or-later
// The Anthropic SDK as a client of the matrix.
import {anthropicSdks, PLACEHOLDER} from './setting.mjs';
import {png} from './wire.mjs';

async function ask(Sdk, url, question) {
  const {model, system, prompt, tools, schema, image, past} = question;
  const content = [{type: 'text', text: prompt}];
  if (image) content.unshift({type: 'image', source: {type: 'base64', media_type: png.type, data: image}});
  const body = {model, max_tokens: 1000, system, messages: [{role: 'user', content}]};
  if (past) {
    const results = past.results.map(({id, text}) => ({type: 'tool_result', tool_use_id: id, content: text}));
    body.messages.push({role: 'assistant', content: past.reply.raw}, {role: 'user', content: results});
  }
  body.tools = tools?.map(({name, description, schema: input_schema}) => ({name, description, input_schema}));
  if (schema) body.output_config = {format: {type: 'json_schema', schema}};
  const {messages} = new Sdk({apiKey: PLACEHOLDER, baseURL: url, maxRetries: 0, timeout: 20_000});
  const message = question.stream
    ? await messages.stream(body, {signal: question.signal}).on('text', (text) => question.onText?.(text)).finalMessage()
    : await messages.create(body);
  const {input_tokens: uncached, cache_read_input_tokens: cached, cache_creation_input_tokens: created,
    output_tokens: output} = message.usage;
  return {
    raw: message.content, finish: message.stop_reason,
    text: message.content.filter((block) => block.type === 'text').map((block) => block.text).join(''),
    calls: message.content.filter((block) => block.type === 'tool_use')
      .map(({id, name, input}) => ({id, name, args: input})),
    usage: {input: uncached + (cached ?? 0) + (created ?? 0), cached: cached ?? undefined, output},
  };
}

export const anthropicClients = anthropicSdks.map(({name, Sdk}) => ({
  name, format: 'anthropic', ids: true, caches: true, finish: {end: 'end_turn', calls: 'tool_use'},
  failure: ({status, message, headers}) => ({status, message, retryAfter: headers?.get('retry-after') ?? undefined}),
  ask: ask.bind(null, Sdk),
}));
