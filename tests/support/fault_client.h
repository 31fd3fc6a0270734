// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialects/dialect.h"
#include "support/http_client.h"

#include <string>
#include <string_view>
#include <vector>

// A client of each format: how it asks, and how it understands what comes back.
namespace pm::test {

/// The formats that clients speak.
const std::vector<DialectId> &clientFormats();

/// A question for `model` to `router`, of the format. The URL is without scheme and host.
Call questionOf(DialectId format, std::string_view router, std::string_view model, bool stream);

/// What a client of the format makes of an answer.
struct Seen
{
    bool isAnswer = false; ///< it ended as its format wants it: the client takes it for complete
    bool isBroken =
        false; ///< it is not complete and says so: an error in the format, or a connection that was cut
    bool isCut = false; ///< the connection was closed before the answer's end
    std::string error;  ///< the error's type and code as the format has them: "server_error", "UNAVAILABLE"
    std::string text;   ///< of the model
    std::string breach; ///< what of it is against the format's protocol
};
Seen seenBy(DialectId format, const Reply &reply, bool stream);

} // namespace pm::test
