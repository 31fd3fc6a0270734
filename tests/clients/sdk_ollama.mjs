// SPDX-License-Identifier: GPL-3.0-or-later
// Ollama's SDK as a client of the matrix. Its results name no call: they are told apart by their order.
import {Ollama} from 'ollama';

import {PLACEHOLDER} from './setting.mjs';

async function ask(url, question) {
  const {model, system, prompt, tools, schema, image, past} = question;
  const asked = {role: 'user', content: prompt, ...(image ? {images: [image]} : {})};
  const messages = [{role: 'system', content: system}, asked];
  if (past) {
    messages.push(past.reply.raw,
      ...past.results.map(({name, text}) => ({role: 'tool', tool_name: name, content: text})));
  }
  const body = {model, messages, format: schema};
  body.tools = tools?.map(({name, description, schema: parameters}) =>
    ({type: 'function', function: {name, description, parameters}}));
  const client = new Ollama({host: url, headers: {authorization: `Bearer ${PLACEHOLDER}`}});
  const raw = {role: 'assistant', content: ''};
  let last;
  const take = (reply) => {
    if (reply.message.content) question.onText?.(reply.message.content);
    raw.content += reply.message.content;
    if (reply.message.tool_calls) raw.tool_calls = [...(raw.tool_calls ?? []), ...reply.message.tool_calls];
    last = reply;
  };
  if (question.stream) {
    const stream = await client.chat({...body, stream: true});
    question.signal?.addEventListener('abort', () => stream.abort());
    for await (const reply of stream) take(reply);
  } else take(await client.chat(body));
  return {
    raw, text: raw.content, finish: last.done_reason,
    calls: (raw.tool_calls ?? []).map(({function: {name, arguments: args}}) => ({name, args})),
    usage: {input: last.prompt_eval_count, output: last.eval_count},
  };
}

export const ollamaClients = [{
  name: 'ollama', format: 'ollama', ids: false, caches: false, finish: {end: 'stop', calls: 'stop'},
  failure: (error) => ({status: error.status_code, message: error.message}), ask,
}];
