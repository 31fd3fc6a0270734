// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "trace/trace.h"

#include <string>

// Records for tests of the trace store. Any thread.
namespace pm::test {

/// 2026-03-01T12:00:00Z, Unix microseconds.
constexpr std::int64_t kNoon = 1'772'366'400'000'000;

/// An id of the moment `micros`.
inline std::string idAt(std::int64_t micros)
{
    thread_local Rng rng = makeRng();
    return makeTraceId(SystemTime(std::chrono::duration_cast<SystemTime::duration>(std::chrono::microseconds(micros))), rng);
}

/// A finished, answered request of the moment `micros` with small bodies.
inline trace::Record recordAt(std::int64_t micros, const std::string &prompt = "hello there")
{
    trace::Record record;
    record.head.id = idAt(micros);
    record.head.startedAt = micros;
    record.head.state = trace::State::Done;
    record.head.status = 200;
    record.head.method = "POST";
    record.head.path = "/v1/chat/completions";
    record.head.router = "production";
    record.head.endpoint = "chat";
    record.head.clientDialect = "openai";
    record.head.app = "claude-code";
    record.head.requestedModel = "fast";
    record.head.provider = "anthropic";
    record.head.model = "claude-haiku";
    record.head.attempts = 1;
    record.head.totalUs = 1'200'000;
    record.head.usage.uncachedInput = 100;
    record.head.usage.output = 20;
    record.head.costMicroUsd = 350;
    record.head.promptStart = prompt.substr(0, 160);
    record.detail.routeLine = "priority: first healthy";
    record.detail.promptText = prompt;
    record.detail.requestBody = {QByteArrayLiteral("{\"model\":\"fast\"}"), 16};
    record.detail.upstreamResponseBody = {QByteArrayLiteral("{\"ok\":true}"), 11};
    return record;
}

inline std::int64_t nowMicros()
{
    return unixMicros(std::chrono::system_clock::now());
}

} // namespace pm::test
