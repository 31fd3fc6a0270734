// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialects/dialect.h"
#include "pipeline/route.h"
#include "trace/trace.h"

#include <string>
#include <string_view>

// How the bodies of a trace are to be read: what was asked, in which format. Pure functions.
namespace pm {

/// What a record's request asked for: Chat, CountTokens or Embeddings; of a direct request by its path.
Endpoint endpointOf(const trace::Head &head);

/// The client's format, and that of the provider who was asked last (the client's when nobody was).
const Dialect &clientFormat(const trace::Record &record);
const Dialect &providerFormat(const trace::Record &record);

std::string_view storedText(const trace::Body &body);

/// Why a stored body is not read at all; empty when it is. A stream is read as far as it was kept.
std::string whyUnread(const trace::Body &body, bool isStream);

/// The client's request in the common form. What it refers to and the trace does not hold is left out, and named in
/// `problem`. Error: as Dialect::readRequest.
Result<ChatRequest> readStoredChat(const trace::Record &record, std::string &problem);

} // namespace pm
