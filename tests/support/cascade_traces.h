// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "config/config_yaml.h"
#include "runtime/snapshot_builder.h"
#include "support/trace_records.h"

#include <QByteArray>

#include <string>

// Traces of a router whose cheap target answered, well or not. Any thread.
namespace pm::test {

constexpr const char *kTiersConfig =
    "routers:\n"
    "  steps: {route: {strategy: cascade, children: [openai/gpt-5-nano, openai/gpt-5-mini, openai/gpt-5]}}\n"
    "  tiers: {route: {strategy: complexity, children: [openai/gpt-5, {strategy: latency, "
    "providers: [groq, openai/gpt-5-mini]}]}}\n"
    "  plain: {route: {strategy: latency, providers: [openai]}}\n";

inline config::Config configOf(const char *yaml)
{
    const config::Loaded loaded = config::load(yaml, knownNames());
    if (!loaded.isUsable())
        qFatal("%s", config::formatProblems("test", loaded.problems).c_str());
    return loaded.config;
}

inline std::string chatText(const std::string &prompt, const char *extra = "")
{
    json::Writer body;
    body.beginObject();
    body.member("model", "fast");
    body.key("messages");
    body.beginArray();
    body.beginObject();
    body.member("role", "user");
    body.member("content", prompt);
    body.endObject();
    body.endArray();
    body.endObject();
    std::string text = body.take();
    text.insert(text.size() - 1, extra);
    return text;
}

inline std::string answerText(const char *content)
{
    return std::string(
               R"({"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":)") +
           R"({"role":"assistant","content":")" + content + R"("},"finish_reason":"stop"}]})";
}

inline trace::Body bodyOf(const std::string &text)
{
    return {QByteArray::fromStdString(text), std::int64_t(text.size())};
}

/// A request of the router `steps` that its cheap target answered.
inline trace::Record answered(const std::string &prompt, const char *answer, std::int64_t at = kNoon)
{
    trace::Record record = recordAt(at, prompt);
    record.head.router = "steps";
    record.detail.requestBody = bodyOf(chatText(prompt));
    record.detail.upstreamResponseBody = bodyOf(answerText(answer));
    trace::Attempt attempt;
    attempt.provider = "openai";
    attempt.model = "gpt-5-nano";
    attempt.dialect = "openai";
    attempt.status = 200;
    attempt.outcome = "answered";
    record.detail.attempts.push_back(attempt);
    return record;
}

/// The same, passed over: the next step answered.
inline trace::Record escalated(const std::string &prompt, std::int64_t at = kNoon)
{
    trace::Record record = answered(prompt, "a better one", at);
    record.detail.attempts.front().outcome = "poor: the model refused";
    trace::Attempt next = record.detail.attempts.front();
    next.model = "gpt-5";
    next.outcome = "answered";
    record.detail.attempts.push_back(next);
    return record;
}

} // namespace pm::test
