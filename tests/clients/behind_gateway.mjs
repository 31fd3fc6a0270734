// SPDX-License-Identifier: GPL-3.0-or-later
// A gateway with one scripted provider of a format behind it, for the tests of one file.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {startGateway} from './gateway.mjs';
import {UPSTREAM_KEY} from './setting.mjs';
import {startUpstream} from './upstream.mjs';

/// Nothing is repeated and no breaker opens; the router "limited" is there for what must rest.
function configuration(wire, upstream, models) {
  const provider = `{format: ${wire.format}, base-url: '${upstream.url}${wire.base}', api-key: env:FAKE_KEY, `
    + `models: [${models.map((model) => `'${model}'`).join(', ')}]}`;
  const target = (name) => `{strategy: priority, providers: [{provider: ${name}}]}`;
  const router = (name) => `{load-balance: {chat: ${target(name)}, embeddings: ${target(name)}}, fallback: {enabled: false}, `
    + 'circuit-breaker: {failures: 1000, ratio: 1.0, min-requests: 100000, cooldown: 1s, successes: 1}, '
    + 'retries: {strategy: constant, min-delay: 10ms, max-delay: 1s, max-retries: 0}}';
  return `
providers:
  target: ${provider}
  limited: ${provider}
routers:
  one: ${router('target')}
  limited: ${router('limited')}
`;
}

/// Starts both. The function that it gives tells each test what there is, or throws there when the gateway did not start.
/// Its `end` defines the last test of the file.
export async function behindGateway(wire, models = [wire.model]) {
  const upstream = await startUpstream();
  const started = await startGateway(configuration(wire, upstream, models), {FAKE_KEY: UPSTREAM_KEY})
    .then((gateway) => ({gateway}), (failed) => ({failed}));
  const here = () => {
    if (started.failed) throw started.failed;
    const {gateway} = started;
    return {gateway, upstream, url: `${gateway.url}/router/one`, limitedUrl: `${gateway.url}/router/limited`};
  };
  here.end = () => test('the gateway ends well', async () => {
    upstream.stop();
    assert.equal(await here().gateway.stop(), 0);
  });
  return here;
}
