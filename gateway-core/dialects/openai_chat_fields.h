// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "chat/chat.h"
#include "dialects/shared/json_body.h"

#include <string>
#include <string_view>

// What the files of the OpenAI Chat dialect share with each other; nobody else includes this. Pure functions.
namespace pm::openai {

/// BadRequest for the field `param`; `must` goes on the field's name: "must be an array".
Error badField(std::string param, std::string_view must);

/// The same error with `prefix` put before the field's name: "tool_call_id" becomes
/// "messages[2].tool_call_id".
Error below(std::string_view prefix, Error error);

/// "messages[2]" from "messages" and 2.
std::string place(std::string_view list, std::size_t index);

/// An `usage` object of a reply or chunk in any of the spellings in use; input parts do not overlap in the
/// result.
Usage readUsage(json::Element usage);
/// The value of `usage`. Counts that are not known are left out.
void writeUsage(json::Writer &out, const Usage &usage);

/// What `reason` means. Tool calls are told from `hasCalls`, not from the provider's word, which is often
/// wrong.
FinishReason readFinish(std::string_view reason, bool hasCalls, bool hasRefusal);
std::string_view finishName(FinishReason reason, bool hasCalls);

/// Reasoning text of a message or delta, under either name in use; empty when there is none.
std::string_view reasoningText(json::Element message);

/// Classifies an error body. `status` is the provider's HTTP status, 200 for errors inside a good answer.
Error readErrorBody(int status, std::string_view body);
/// {"error":{...}} as clients of this dialect read it.
std::string writeErrorBody(const Error &error);

/// {"input": text}: what stands for the argument of a custom tool, which takes plain text.
std::string customArguments(std::string_view input);

/// The text of a content part that holds thinking (Mistral: {"type":"thinking","thinking":[text parts]}).
std::string thinkingInPart(json::Element part);

/// An id for a call whose server gave none: the same for the same answer and place, so that any cutting of a
/// stream gives the same.
std::string madeUpCallId(std::string_view seed, std::size_t index);

/// One entry of tool_calls. No arguments are written as {}.
/// Whose signatures have a field of their own here.
inline constexpr std::string_view kGoogleFamily = "gemini";
/// The signature that Gemini's calls carry here, under extra_content.google.
Signature readCallSignature(json::Element call, std::string_view family);
/// extra_content.google.thought_signature: written for Gemini's alone, others would not be understood.
void writeCallSignature(json::Writer &out, const Signature &signature);

void writeToolCall(json::Writer &out, const ToolCallPart &call, std::string_view name);

/// One entry of `annotations`: {"type":"url_citation",...}.
void writeCitation(json::Writer &out, const Citation &citation);
/// What an entry of `annotations` names; nothing when it is of another kind.
std::optional<Citation> readCitation(json::Element annotation);

/// The start of a text that was not meant for programs: without mark-up, on one line.
std::string plainText(std::string_view text);

} // namespace pm::openai
