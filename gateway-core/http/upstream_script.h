// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/upstream.h"

#include <vector>

namespace pm::http {

/// An answer that is known beforehand: pieces with the pause before each. How the demo provider answers without
/// a network.
struct Script
{
    struct Piece
    {
        std::chrono::milliseconds pause{0};
        std::string bytes;
    };
    int status = 200;
    Headers headers;
    std::vector<Piece> pieces;
};

/// Plays `script` on the current thread's event loop, honouring pause, resume and destruction. The head comes with
/// the first piece, after that one's pause. Pieces without a pause follow in the same turn of the event loop.
std::unique_ptr<UpstreamCall> playScript(Script script, UpstreamCallbacks callbacks);

} // namespace pm::http
