// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/http.h"

#include <chrono>
#include <functional>
#include <future>
#include <string>
#include <string_view>

namespace pm::test {

/// What a client got. `failure` is libcurl's text when the exchange did not end as HTTP wants, e.g. a cut stream.
struct Reply
{
    int status = 0;
    http::Headers headers;
    std::string body;
    std::string failure;
    bool isClean() const { return failure.empty(); }
};

struct Call
{
    std::string method = "POST";
    std::string url;
    http::Headers headers;
    std::string body;
    std::chrono::milliseconds timeout{20'000};
    /// Called with each piece of the body; returning false closes the connection there.
    std::function<bool(std::string_view)> onBytes;
};

/// Makes the call and waits for its end. Blocks: the gateway's workers run on threads of their own.
Reply perform(const Call &call);

/// The same on another thread, for tests that must keep the event loop going.
std::future<Reply> performAsync(Call call);

} // namespace pm::test
