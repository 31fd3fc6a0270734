// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/upstream.h"

#include <optional>
#include <string>

namespace pm::test {

/// Starts one upstream call and keeps what it says. Test thread; must outlive neither its Upstream nor the
/// event loop. Counts what the contract forbids: a callback before start returned, out of order, or after the
/// end.
class UpstreamProbe
{
public:
    UpstreamProbe() = default;
    UpstreamProbe(const UpstreamProbe &) = delete;
    UpstreamProbe &operator=(const UpstreamProbe &) = delete;

    void start(http::Upstream &upstream, http::UpstreamRequest request)
    {
        call = upstream.start(std::move(request), callbacks());
        started = true;
    }

    http::UpstreamCallbacks callbacks()
    {
        return {
            .onHead =
                [this](const http::UpstreamHead &answer) {
                    offences += !started || ++heads > 1 || done() || !body.empty();
                    head = answer;
                    if (atHead)
                        atHead();
                },
            .onData =
                [this](std::string_view data) {
                    offences += !started || heads != 1 || done() || data.empty();
                    body += data;
                    if (atData)
                        atData();
                },
            .onDone =
                [this](Result<void> outcome) {
                    offences += !started || done();
                    result = std::move(outcome);
                    if (atDone)
                        atDone();
                },
        };
    }

    bool done() const { return result.has_value(); }
    bool succeeded() const { return done() && result->has_value(); }
    /// The error's kind; Internal when there is none.
    ErrorKind errorKind() const { return done() && !*result ? result->error().kind : ErrorKind::Internal; }
    std::string message() const { return done() && !*result ? result->error().message : std::string(); }

    std::unique_ptr<http::UpstreamCall> call;
    bool started = false;
    int heads = 0;
    int offences = 0; ///< must stay 0
    http::UpstreamHead head;
    std::string body;
    std::optional<Result<void>> result;
    std::function<void()> atHead;
    std::function<void()> atData;
    std::function<void()> atDone;
};

} // namespace pm::test
