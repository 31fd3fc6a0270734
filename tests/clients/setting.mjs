// SPDX-License-Identifier: GPL-3.0-or-later
// What the test files share: the SDKs under test, and a gateway before two scripted providers.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import Anthropic from '@anthropic-ai/sdk';
import Anthropic0 from 'anthropic-sdk-0';
import OpenAI from 'openai';
import OpenAI6 from 'openai-6';

import {startGateway} from './gateway.mjs';
import {startUpstream} from './upstream.mjs';

export const openAiSdks = [{name: 'openai 7', Sdk: OpenAI}, {name: 'openai 6', Sdk: OpenAI6}];
/// `version`: what the SDK says in anthropic-version.
export const anthropicSdks = [{name: 'anthropic 1', Sdk: Anthropic, version: '2026-10-21'},
  {name: 'anthropic 0', Sdk: Anthropic0, version: '2023-06-01'}];

export const user = (content) => [{role: 'user', content}];
export const PLACEHOLDER = 'placeholder-of-the-client';
export const UPSTREAM_KEY = 'key-of-the-provider';

const eager = '{failures: 1000, ratio: 1.0, min-requests: 100000, cooldown: 1s, successes: 1}';
const router = (name, provider, retries) => `
  ${name}:
    load-balance: {chat: {strategy: priority, providers: [{provider: ${provider}}]}, embeddings: {strategy: priority, providers: [{provider: ${provider}}]}}
    fallback: {enabled: false}
    circuit-breaker: ${eager}
    retries: {strategy: constant, min-delay: 10ms, max-delay: 2s, max-retries: ${retries}}`;

/// Routers: oai and ant make one attempt, oai-retry and ant-retry three. The breaker never opens: errors are what the
/// tests are about.
function configuration(openAi, anthropic) {
  return `
providers:
  oai: {format: openai, base-url: '${openAi.url}/v1', api-key: env:FAKE_KEY, models: [gpt-test, embed-test]}
  ant: {format: anthropic, base-url: '${anthropic.url}/v1', api-key: env:FAKE_KEY, models: [claude-test]}
  limited: {format: openai, base-url: '${openAi.url}/limited/v1', api-key: env:FAKE_KEY, models: [gpt-test]}
  limited-ant: {format: anthropic, base-url: '${anthropic.url}/limited/v1', api-key: env:FAKE_KEY, models: [claude-test]}
routers:${router('oai', 'oai', 0)}${router('ant', 'ant', 0)}${router('oai-retry', 'oai', 2)}${router('ant-retry', 'ant', 2)}
`;
}

/// Starts providers and gateway; `end`, called last, defines the test that ends them. (Node.js 18.13 knows no hooks outside
/// of suites.)
export async function setting() {
  const openAiUpstream = await startUpstream();
  const anthropicUpstream = await startUpstream();
  const gateway = await startGateway(configuration(openAiUpstream, anthropicUpstream), {FAKE_KEY: UPSTREAM_KEY});
  return {
    openAiUpstream, anthropicUpstream, gateway,
    /// A client for `path` ("/router/oai"); the SDK repeats nothing unless told to.
    openAi: (Sdk, path, more = {}) =>
      new Sdk({apiKey: PLACEHOLDER, baseURL: `${gateway.url}${path}/v1`, maxRetries: 0, timeout: 20_000, ...more}),
    anthropic: (Sdk, path, more = {}) =>
      new Sdk({apiKey: PLACEHOLDER, baseURL: `${gateway.url}${path}`, maxRetries: 0, timeout: 20_000, ...more}),
    end: () => test('the gateway ends well', async () => {
      openAiUpstream.stop();
      anthropicUpstream.stop();
      assert.equal(await gateway.stop(), 0);
    }),
  };
}
