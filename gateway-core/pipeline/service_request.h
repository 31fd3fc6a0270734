// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/encode.h"

#include <string>
#include <string_view>

// Requests that pass through as they are: images, audio, files and the like. Of their bodies only the model is read,
// where it stands, and changed where a target's differs; a body that is not JSON is never parsed. Plain functions.
namespace pm {

/// Stage 3 for them: the model from path, query, JSON or form field, empty where none is named; text for the trace.
/// Error: BadRequest, for a body that says that it is JSON and is not.
Result<Decoded> decodeService(const http::Request &request, const Route &route);

/// Stage 5 for them: the client's bytes, but for the model. An empty `model` leaves the client's.
/// Errors: NotSupported, BadRequest, LoopDetected.
Result<Encoded> encodeService(const EncodeContext &context, const Decoded &decoded, const ProviderRuntime &provider,
                              const std::string &model, const KeySlot *key);

/// Does it ask for a WebSocket, by its path or by an upgrade of a direct GET?
bool asksForSocket(const http::Request &request, const Route &route);

/// Token counts of an answer in OpenAI's shape; all unknown when it has none.
Usage serviceUsage(std::string_view body);

} // namespace pm
