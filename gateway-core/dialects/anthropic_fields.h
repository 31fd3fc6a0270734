// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "chat/chat.h"
#include "dialects/dialect.h"
#include "dialects/shared/json_body.h"
#include "dialects/shared/names.h"

#include <string>
#include <string_view>
#include <vector>

// What the files of the Anthropic dialect share with each other; nobody else includes this. Pure functions.
namespace pm::anthropic {

/// Whose signatures a client of this dialect sends without an envelope.
inline constexpr std::string_view kFamily = "anthropic";

/// BadRequest for the field at `place`: "messages.0.content: must be a string".
Error badField(std::string place, std::string_view must);

/// "messages.0" from "messages" and 0.
std::string place(std::string_view list, std::size_t index);

/// The cache_control of a block or tool; nothing when it has none.
std::optional<CacheMark> readCacheMark(json::Element carrier);
/// The member cache_control.
void writeCacheMark(json::Writer &out, const CacheMark &mark);

/// An entry of a text's `citations`. Its places are in the source, not in the answer: they are left open.
Citation readCitation(json::Element citation);

/// A `usage` object of a reply or event. Cache writes without a split count as five-minute ones.
Usage readUsage(json::Element usage);
/// The value of `usage`. Clients add these numbers up, so none may be missing: unknown input is written as
/// `inputEstimate`, other unknown counts as 0.
void writeUsage(json::Writer &out, const Usage &usage, std::int64_t inputEstimate);

/// What `reason` means. Tool calls are told from `hasCalls`, not from the word alone.
FinishReason readFinish(std::string_view reason, bool hasCalls);
std::string_view stopReason(FinishReason reason, bool hasCalls);

/// Classifies an error body. `status` is the provider's HTTP status, 0 for an error event inside a stream.
Error readErrorBody(int status, std::string_view body);
/// {"type":"error",...} as clients of this dialect read it.
std::string writeErrorBody(const Error &error, std::string_view requestId);

using shared::isAttribution;
using shared::isBlank;
using shared::note;
using shared::toolId;
using shared::toolName;

} // namespace pm::anthropic
