// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "chat/chat.h"
#include "dialects/dialect.h"
#include "dialects/shared/json_body.h"

#include <string>
#include <string_view>
#include <vector>

// What the files of the Gemini dialect share with each other; nobody else includes this. Pure functions.
namespace pm::gemini {

/// Whose signatures a client of this dialect sends without an envelope.
inline constexpr std::string_view kFamily = "gemini";

/// What stands for the signature of a call that never had one; the API lets it pass.
inline constexpr std::string_view kNoSignature = "skip_thought_signature_validator";

/// BadRequest for the field at `place`: "contents[0].parts: must be an array".
Error badField(std::string place, std::string_view must);
/// "contents[2]".
std::string place(std::string_view list, std::size_t index);
/// Adds a name once, to a list that cannot grow without bound.
void note(std::vector<std::string> &names, std::string name);
bool isBlank(std::string_view text);

// Lookups by the camelCase name, which find the snake_case spelling too: the API's JSON is protobuf's.
std::optional<json::Element> find(json::Element object, std::string_view name);
std::string_view findString(json::Element object, std::string_view name); ///< empty when absent
std::optional<json::Element> findObject(json::Element object, std::string_view name);
std::optional<json::Array> findArray(json::Element object, std::string_view name);
/// Whole numbers, also as decimal text: protobuf writes 64-bit ones so.
std::optional<std::int64_t> findInt(json::Element object, std::string_view name);
/// "maxOutputTokens" for "max_output_tokens".
std::string camel(std::string_view name);

/// The request in a body: countTokens may have it one level further in.
json::Element requestRoot(json::Element body);

/// The signature that a client of this dialect sent back; empty for kNoSignature.
Signature readSignature(json::Element part);

/// An id for a call that came without one. Equal only for the same seed, index and call.
std::string madeUpCallId(std::string_view seed, std::size_t index, std::string_view name, std::string_view arguments);

/// usageMetadata; thoughts are part of the output here.
Usage readUsage(json::Element usage);
void writeUsage(json::Writer &out, const Usage &usage);

/// What a finishReason means. STOP is also said of tool calls, which `hasCalls` tells.
FinishReason readFinish(std::string_view reason, bool hasCalls);
std::string_view finishName(FinishReason reason);
/// True for the reasons that say that the model wrote a call which the API could not read.
bool isBrokenCall(std::string_view reason);
/// The error for an answer that is nothing but a broken call.
Error brokenCall(json::Element candidate, std::string_view reason);

/// The citations of a candidate. Google counts bytes of the answer's text; without the text, offsets stay unknown.
std::vector<Citation> readCitations(json::Element candidate, std::string_view text);
/// `citation` of a text with its offsets in bytes, `base` bytes further on.
Citation inBytes(Citation citation, std::string_view text, std::size_t base);
/// citationMetadata, with offsets as they are; nothing for none.
void writeCitations(json::Writer &out, const std::vector<Citation> &citations);

/// Where Google itself fetches from: its own files, its buckets, and videos.
bool isGoogleHosted(std::string_view url);

/// The text that stands for what the vocabulary has no answer part for: generated code and its outcome, pictures.
/// Empty for other parts.
std::string textOfOddPart(json::Element part);

/// Classifies an error body; `status` 0 for an error inside a stream.
Error readErrorBody(int status, std::string_view body);
/// {"error":{...}} as clients of this dialect read it.
std::string writeErrorBody(const Error &error, std::string_view requestId);

/// At most 64 characters of [A-Za-z0-9_.-] with a letter or '_' first. What had to be changed ends in a hash.
std::string toolName(std::string_view name);

/// `arguments` as the text of a JSON object: {} for nothing, {"input": TEXT} for what is none.
std::string objectText(std::string_view arguments);

/// {"functionCall":{...}} with its signature, as a client of this dialect sees it.
void writeCallPart(json::Writer &out, const ToolCallPart &call);
/// A part of text or thought.
void writeTextPart(json::Writer &out, std::string_view text, bool isThought, std::string_view signature);
/// What a client carries of reasoning that only its provider can read.
std::string sealedRedacted(const Signature &data);
/// The opposite: nothing when it is an ordinary signature.
std::optional<Signature> openedRedacted(const Signature &signature);

} // namespace pm::gemini
