// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "chat/chat.h"
#include "dialects/dialect.h"
#include "dialects/shared/custom_tools.h"
#include "dialects/shared/json_body.h"
#include "dialects/shared/openai_error.h"
#include "dialects/shared/openai_fields.h"

#include <string>
#include <string_view>

// What the files of the Responses dialect share with each other; nobody else includes this. Pure functions.
namespace pm::responses {

using openai::badField;
using openai::below;
using openai::lose;
using openai::note;
using openai::place;
using openai::targetToolName;
using openai::unsupported;

/// Whose encrypted_content a client of this dialect sends without an envelope.
inline constexpr std::string_view kFamily = "openai";

/// encrypted_content for reasoning that only its provider can read, told apart from what goes with visible text.
std::string sealedRedacted(const Signature &data);
/// The part that a reasoning item stands for: thinking, redacted thinking, or nothing when it is empty. Takes items with
/// members that are null or missing. `isOurs`: of a client's request, where the family is known or in an envelope.
std::optional<Part> readReasoning(json::Element item, bool isOurs);

/// An `usage` object; input parts do not overlap in the result.
Usage readUsage(json::Element usage);
/// The value of `usage`. Clients add these numbers up, so that none is left out: unknown counts are 0.
void writeUsage(json::Writer &out, const Usage &usage);

std::optional<Citation> readAnnotation(json::Element annotation);
void writeAnnotation(json::Writer &out, const Citation &citation);

/// The name of a function call with its namespace in front: "ns__name".
std::string calledName(json::Element item);
/// "ns__name", or where that is taken "ns_2__name". The inverse, given the namespace, is nameInGroup.
std::string flatName(std::string_view group, std::string_view name, int copy = 1);
std::string nameInGroup(std::string_view flat, std::string_view group);

/// Members name and, for tools of a namespace, namespace.
void writeCalledName(json::Writer &out, const std::string &name, const ReplyContext &context);

/// Sorts the items of an answer that the vocabulary has no part for.
enum class Foreign {
    Informs, ///< the provider ran a tool of its own; what came of it is in the text
    Calls,   ///< somebody waits for the client to do something: shown as a call
    Shows,   ///< something the user would see
};
Foreign kindOfForeign(json::Element item);
/// An item that waits for the client, as a call of a function with the item's own name.
ToolCallPart foreignCall(json::Element item);
/// "[image_generation_call: ...]": says that something stood here.
std::string foreignNote(json::Element item);

/// Why an answer is incomplete; empty when it is complete.
std::string_view incompleteReason(FinishReason reason);
FinishReason readFinish(json::Element response, bool hasCalls, bool hasRefusal);

/// Members of a response object that do not change while it grows: from "id" on, and at the end what the request asked
/// for, as the API repeats it.
class Envelope
{
public:
    Envelope(const ReplyContext &context, std::string id, std::int64_t created, std::string model);
    const std::string &id() const { return m_id; }
    /// A whole response object. `output` is the JSON text of an array; `usage` may be null.
    std::string response(std::string_view status, std::string_view output, const Usage *usage,
                         std::string_view incomplete = {}, const Error *error = nullptr) const;

private:
    std::string m_id;
    std::int64_t m_created;
    std::string m_model;
    std::string m_echo; ///< members with a comma before each
};

/// The codes that clients of this dialect tell apart; others are read as defects of the server.
std::string_view failureCode(const Error &error);

/// {"code","message"} of a failed response.
void writeFailure(json::Writer &out, const Error &error);

} // namespace pm::responses
