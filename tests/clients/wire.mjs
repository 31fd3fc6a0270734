// SPDX-License-Identifier: GPL-3.0-or-later
// What the providers of all formats have in common, and the list of them. Each speaks the same replies ({words, calls}) in
// its own way, whole or as a stream: `begin`, `word`, `call`, `end` are the pieces of one. `read` says in the same words for
// all of them what a request holds; it throws on what is not of the format.
import assert from 'node:assert/strict';

import {json, sse} from './upstream.mjs';

export const bearer = (headers) => headers.authorization?.replace(/^Bearer /, '');

/// The arguments of a call, from JSON text as it must be in this format.
export function parsed(text) {
  assert.equal(typeof text, 'string', 'arguments must be JSON text');
  return JSON.parse(text);
}

/// A picture of one pixel.
export const png = {
  type: 'image/png', uri: 'data:image/png;base64,',
  data: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
};

export const sseEvent = (type, rest) => `event: ${type}\ndata: ${JSON.stringify({type, ...rest})}\n\n`;

/// The bytes of a stream; `gate` is waited for behind the first word.
export function pieces(wire, {words = [], calls = []}, gate) {
  const [first, ...others] = words.map((word, index) => wire.word(word, index));
  const reply = {words, calls};
  return [wire.begin(reply), ...(first ? [first] : []), ...(gate ? [gate] : []), ...others,
    ...calls.map((call, index) => wire.call(call, index, reply)), wire.end(reply)];
}

const streamHeaders = (wire) => ({headers: {'content-type': wire.contentType ?? 'text/event-stream'}});

export const whole = (wire, reply) => json(wire.whole(reply));
export const streamed = (wire, reply, gate) => sse(pieces(wire, reply, gate), streamHeaders(wire));
/// A stream that begins with `words` and goes on with `rest`, as on the wire.
export const begun = (wire, words, ...rest) =>
  sse([wire.begin({words}), ...words.map((word, index) => wire.word(word, index)), ...rest], streamHeaders(wire));
export const refused = (wire, status, message, retryAfter) => json(wire.error(status, message, retryAfter),
  {status, headers: retryAfter && !wire.retryInBody ? {'retry-after': String(retryAfter)} : {}});
