// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/server.h"
#include "trace/trace.h"

#include <string>

// A stored request, made ready to be routed once more. Plain functions, any thread.
namespace pm {

/// Why it cannot be routed again: "body not kept", "body cut"…; empty when it can. Few and stable, for
/// counting.
std::string whyNotAgain(const trace::Record &record);
/// The same of what a list knows, so that bodies need not be read in vain.
std::string whyNotAgain(const trace::Head &head);

/// The request as the client sent it, addressed to the router that it went through. Values of credentials are
/// stars.
http::Request requestAgain(const trace::Record &record);

} // namespace pm
