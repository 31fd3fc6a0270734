// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "chat/chat.h"
#include "dialects/dialect.h"

#include <string>
#include <string_view>
#include <vector>

// What the files of the Ollama dialect share with each other; nobody else includes this. Pure functions.
namespace pm::ollama {

/// The variant of /api/generate: `response` in the place of `message`.
constexpr std::string_view kGenerate = "generate";

/// The counts of a last line. What it leaves out (a prompt that was cached whole) is unknown, not zero.
Usage readUsage(json::Element line);

/// What `reason` means. Tool calls are told from `hasCalls`: the server says "stop" of them.
FinishReason readFinish(std::string_view reason, bool hasCalls);
std::string_view finishName(FinishReason reason);

/// "2023-11-14T22:13:20Z" and back; 0 for what is no time.
std::string timestamp(std::int64_t unixSeconds);
std::int64_t unixSeconds(std::string_view timestamp);

/// The `arguments` of a call as JSON text: the object that the format wants, or the text that some servers
/// send.
std::string readArguments(json::Element function);
/// One JSON object on one line; what is none becomes {"input": TEXT}.
std::string objectArguments(std::string_view arguments);

/// An id for a call without one: the same for the same seed and place.
std::string madeUpCallId(std::string_view seed, std::size_t index);

/// Takes out calls that the limit of an answer cut within their arguments: clients run what they get, and such a
/// call has no place in a format of whole objects.
void dropCutCalls(std::vector<ToolCallPart> &calls, FinishReason finish);

/// The value of `tool_calls`.
void writeCalls(json::Writer &out, const std::vector<ToolCallPart> &calls);

/// How long what took, by our own clock, in nanoseconds.
struct Durations
{
    std::int64_t total = 0;
    std::int64_t prompt = 0; ///< until the first content
};
/// The members of a last line behind `done`.
void writeFigures(json::Writer &out, FinishReason reason, const Usage &usage, const Durations &durations);

/// {"error":"text"}.
std::string writeErrorBody(std::string_view message);
Error readErrorBody(int status, std::string_view body);

/// The window that a prompt of `promptTokens` by the usual estimate needs, with room for its answer: rounded
/// up so that the server, which loads the model anew for each other window, seldom has to. Never above
/// `most`, the model's own, where that is known.
std::int64_t contextWindow(std::int64_t promptTokens, std::int64_t answerTokens, std::int64_t most);
/// The smallest window that servers use by themselves.
constexpr std::int64_t kDefaultWindow = 4096;

} // namespace pm::ollama
