// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/encode.h"

#include <string>

// What every call to a provider has, whatever its body. Plain functions.
namespace pm {

/// The route's, or shorter ones that the client asks for by x-pointsman-timeout.
http::UpstreamTimeouts timeoutsOf(const EncodeContext &context);

/// The client's fields that may travel (of a translated request almost none), ours and the provider's own.
void addStandardHeaders(const EncodeContext &context, const ProviderRuntime &provider, Encoded &encoded);

/// Last of all: a signature covers the whole call.
void authenticate(const EncodeContext &context, const ProviderRuntime &provider, AuthKind auth, const KeySlot *key,
                  Encoded &encoded);

/// A path with query, without a client key in the query: it is for this gateway, and a provider's log is no place for
/// it.
std::string withoutClientKey(const std::string &target);

/// Error: LoopDetected, for a provider whose address is ours.
Result<void> refuseLoop(const EncodeContext &context, const Provider &row);

} // namespace pm
