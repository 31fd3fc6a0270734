// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <curl/curl.h>

#include <chrono>
#include <string_view>

// Turns the ways in which a transfer can end badly into errors that name the host, the cause and the remedy.
// Pure functions, any thread. Nothing but the host and port of the address gets into a text: path and query
// may hold keys.
namespace pm::http {

/// What is known of a transfer when it failed.
struct FailureFacts
{
    CURLcode code = CURLE_OK;
    std::string_view place;  ///< host and port as the address names them
    std::string_view detail; ///< libcurl's own sentence; used for TLS and proxies only
    long osError = 0;        ///< errno of the failed connect or read, 0 when none
    bool headSeen = false;   ///< the answer's head was complete
    long long received = 0;  ///< body bytes seen
    std::chrono::milliseconds connectTimeout{0};
};

Error describeFailure(const FailureFacts &facts);

enum class TimeoutPhase { FirstByte, Idle, Total };

Error describeTimeout(TimeoutPhase phase, std::string_view place, std::chrono::milliseconds limit);

/// Host and port of an http or https address without user, path and query; empty when it is neither.
std::string_view placeOf(std::string_view url);

} // namespace pm::http
