// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/ollama_fields.h"

#include "base/text.h"
#include "dialects/framing/surrogates.h"

#include <QDateTime>
#include <QString>
#include <QTimeZone>

#include <algorithm>

namespace pm::ollama {

namespace {

/// A count that can be meant; what is negative or absurd was not counted.
std::optional<std::int64_t> findCount(json::Element object, std::string_view key)
{
    constexpr std::int64_t kMost = 1'000'000'000'000;
    const auto count = json::findInt(object, key);
    return count && *count >= 0 && *count <= kMost ? count : std::nullopt;
}

} // namespace

Usage readUsage(json::Element line)
{
    Usage usage;
    usage.uncachedInput = findCount(line, "prompt_eval_count");
    usage.output = findCount(line, "eval_count");
    return usage;
}

FinishReason readFinish(std::string_view reason, bool hasCalls)
{
    if (reason == "length")
        return FinishReason::Length;
    return hasCalls ? FinishReason::ToolCalls : FinishReason::End;
}

std::string_view finishName(FinishReason reason)
{
    const bool isFull = reason == FinishReason::Length || reason == FinishReason::ContextFull;
    return isFull ? "length" : "stop";
}

std::string timestamp(std::int64_t unixSeconds)
{
    return QDateTime::fromSecsSinceEpoch(unixSeconds, Qt::UTC).toString(Qt::ISODate).toStdString();
}

std::int64_t unixSeconds(std::string_view timestamp)
{
    constexpr std::size_t kSeconds = 19; // what stands behind them are parts of a second and the zone
    constexpr std::size_t kMost = 64;
    if (timestamp.size() < kSeconds || timestamp.size() > kMost)
        return 0;
    // Nine digits of a second are more than Qt reads.
    const std::size_t zone = timestamp.find_first_of("Z+-", kSeconds);
    std::string text(timestamp.substr(0, kSeconds));
    text += zone == std::string_view::npos ? "Z" : timestamp.substr(zone);
    const QDateTime time = QDateTime::fromString(QString::fromStdString(text), Qt::ISODate);
    return time.isValid() ? std::max<std::int64_t>(0, time.toSecsSinceEpoch()) : 0;
}

std::string readArguments(json::Element function)
{
    const auto arguments = json::find(function, "arguments");
    if (!arguments)
        return {};
    return arguments->is_string() ? std::string(std::string_view(arguments->get_string().value_unsafe()))
                                  : json::text(*arguments);
}

std::string objectArguments(std::string_view arguments)
{
    if (arguments.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return "{}";
    if (const auto parsed = parseLenient(arguments); parsed && parsed->root().is_object())
        return json::text(parsed->root());
    json::Writer out;
    out.beginObject();
    out.member("input", arguments);
    out.endObject();
    return out.take();
}

std::string madeUpCallId(std::string_view seed, std::size_t index)
{
    return "call_" + stableHash(std::string(seed) + "#" + std::to_string(index));
}

void dropCutCalls(std::vector<ToolCallPart> &calls, FinishReason finish)
{
    if (finishName(finish) != "length")
        return;
    std::erase_if(calls, [](const ToolCallPart &call) {
        return !call.arguments.empty() && !parseLenient(call.arguments);
    });
}

void writeCalls(json::Writer &out, const std::vector<ToolCallPart> &calls)
{
    out.beginArray();
    for (std::size_t i = 0; i < calls.size(); ++i) {
        out.beginObject();
        if (!calls[i].id.empty())
            out.member("id", calls[i].id);
        out.key("function");
        out.beginObject();
        out.member("index", static_cast<std::int64_t>(i));
        out.member("name", calls[i].name);
        out.memberRaw("arguments", objectArguments(calls[i].arguments));
        out.endObject();
        out.endObject();
    }
    out.endArray();
}

void writeFigures(json::Writer &out, FinishReason reason, const Usage &usage, const Durations &durations)
{
    out.member("done_reason", finishName(reason));
    out.member("total_duration", durations.total);
    out.member("load_duration", 0);
    if (const auto input = usage.totalInput())
        out.member("prompt_eval_count", *input);
    out.member("prompt_eval_duration", durations.prompt);
    if (usage.output)
        out.member("eval_count", *usage.output);
    out.member("eval_duration", std::max<std::int64_t>(0, durations.total - durations.prompt));
}

std::int64_t contextWindow(std::int64_t promptTokens, std::int64_t answerTokens, std::int64_t most)
{
    constexpr std::int64_t kUsualAnswer = 4096; // where the client sets no limit
    constexpr std::int64_t kMostAnswer = 1'000'000'000;
    constexpr std::int64_t kStep = 16 * 1024;
    const std::int64_t answer = answerTokens > 0 ? std::min(answerTokens, kMostAnswer) : kUsualAnswer;
    // Code and many languages have fewer than the estimate's four bytes a token: too small loses the prompt's
    // start.
    const std::int64_t needed = promptTokens + promptTokens / 3 + answer;
    std::int64_t window = kDefaultWindow;
    while (window < needed && window < 2 * kStep)
        window *= 2;
    if (window < needed)
        window = (needed + kStep - 1) / kStep * kStep;
    return most > 0 ? std::min(window, most) : window;
}

} // namespace pm::ollama
