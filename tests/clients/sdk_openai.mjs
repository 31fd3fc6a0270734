// SPDX-License-Identifier: GPL-3.0-or-later
// The OpenAI SDK as a client of the matrix, by each of its three ways to ask for text.
import OpenAI from 'openai';
import OpenAI6 from 'openai-6';

import {PLACEHOLDER} from './setting.mjs';
import {png} from './wire.mjs';

const sdks = [{name: 'openai 7', Sdk: OpenAI}, {name: 'openai 6', Sdk: OpenAI6}];
const client = (Sdk, url) => new Sdk({apiKey: PLACEHOLDER, baseURL: `${url}/v1`, maxRetries: 0, timeout: 20_000});
const failure = (error) =>
  ({status: error.status, message: error.message, retryAfter: error.headers?.get('retry-after') ?? undefined});
const shared = {ids: true, caches: true, failure};

async function askChat(Sdk, url, question) {
  const {model, system, prompt, tools, schema, image, past} = question;
  const content = image ? [{type: 'text', text: prompt}, {type: 'image_url', image_url: {url: png.uri + image}}] : prompt;
  const body = {model, messages: [{role: 'system', content: system}, {role: 'user', content}]};
  if (past) {
    body.messages.push(past.reply.raw,
      ...past.results.map(({id, text}) => ({role: 'tool', tool_call_id: id, content: text})));
  }
  body.tools = tools?.map(({name, description, schema: parameters}) =>
    ({type: 'function', function: {name, description, parameters}}));
  if (schema) body.response_format = {type: 'json_schema', json_schema: {name: 'answer', schema, strict: true}};
  const {completions} = client(Sdk, url).chat;
  const completion = question.stream
    ? await completions.stream({...body, stream_options: {include_usage: true}}, {signal: question.signal})
      .on('content', (text) => question.onText?.(text)).finalChatCompletion()
    : await completions.create(body);
  const [{message, finish_reason: finish}] = completion.choices;
  const {usage} = completion;
  return {
    raw: message, text: message.content ?? '', finish,
    calls: (message.tool_calls ?? []).map(({id, function: {name, arguments: args}}) => ({id, name, args: JSON.parse(args)})),
    usage: {input: usage.prompt_tokens, cached: usage.prompt_tokens_details?.cached_tokens, output: usage.completion_tokens},
  };
}

async function askResponses(Sdk, url, question) {
  const {model, system, prompt, tools, schema, image, past} = question;
  const content = [{type: 'input_text', text: prompt}];
  if (image) content.push({type: 'input_image', image_url: png.uri + image, detail: 'auto'});
  const body = {model, instructions: system, store: false, input: [{role: 'user', content}]};
  if (past) {
    body.input.push(...past.reply.raw,
      ...past.results.map(({id, text}) => ({type: 'function_call_output', call_id: id, output: text})));
  }
  body.tools = tools?.map(({name, description, schema: parameters}) =>
    ({type: 'function', name, description, parameters, strict: false}));
  if (schema) body.text = {format: {type: 'json_schema', name: 'answer', schema, strict: true}};
  const {responses} = client(Sdk, url);
  const response = question.stream
    ? await responses.stream(body, {signal: question.signal})
      .on('response.output_text.delta', ({delta}) => question.onText?.(delta)).finalResponse()
      // Version 6 throws the error event itself, which is no Error.
      .catch((error) => { throw error instanceof Error ? error : new Error(error.message); })
    : await responses.create(body);
  // The SDK raises for an error event, and gives a failed response as it is.
  if (response.status === 'failed') throw new Error(response.error.message);
  const {usage} = response;
  return {
    raw: response.output, text: response.output_text, finish: response.status,
    calls: response.output.filter((item) => item.type === 'function_call')
      .map((item) => ({id: item.call_id, name: item.name, args: JSON.parse(item.arguments)})),
    usage: {input: usage.input_tokens, cached: usage.input_tokens_details?.cached_tokens, output: usage.output_tokens},
  };
}

async function askCompletions(Sdk, url, {model, system, prompt, stream, signal, onText}) {
  const body = {model, prompt: `${system} ${prompt}`, max_tokens: 100};
  const {completions} = client(Sdk, url);
  const reply = {text: '', calls: [], finish: undefined, usage: {}};
  const take = (piece) => {
    const [choice] = piece.choices;
    if (choice?.text) onText?.(choice.text);
    reply.text += choice?.text ?? '';
    reply.finish = choice?.finish_reason ?? reply.finish;
    if (!piece.usage) return;
    const {prompt_tokens: input, completion_tokens: output, prompt_tokens_details: details} = piece.usage;
    reply.usage = {input, cached: details?.cached_tokens, output};
  };
  if (!stream) take(await completions.create(body));
  else {
    const asked = {...body, stream, stream_options: {include_usage: true}};
    for await (const piece of await completions.create(asked, {signal})) take(piece);
  }
  return reply;
}

export const openAiClients = sdks.flatMap(({name, Sdk}) => [
  {name: `${name} chat`, ...shared, format: 'openai', finish: {end: 'stop', calls: 'tool_calls'},
    ask: askChat.bind(null, Sdk)},
  {name: `${name} responses`, ...shared, format: 'responses', finish: {end: 'completed', calls: 'completed'},
    ask: askResponses.bind(null, Sdk)},
  {name: `${name} completions`, ...shared, format: 'completions', finish: {end: 'stop'},
    ask: askCompletions.bind(null, Sdk)},
]);
