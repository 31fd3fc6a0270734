// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/secret.h"
#include "http/upstream.h"
#include "providers/google_oauth.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pm {

/// The access tokens of service accounts: fetched once, kept until shortly before they expire, renewed ahead of that
/// while the old one serves. One of these a worker, used on its thread; what is in flight is shared by all who wait.
class GoogleTokens
{
public:
    using Done = std::function<void(Result<Secret>)>;
    /// Keeps the callback alive: when it dies, nobody is called.
    using Waiting = std::shared_ptr<Done>;

    GoogleTokens(http::Upstream &upstream, const Clock &clock)
        : m_upstream(upstream)
        , m_clock(clock)
    {
    }

    /// A token that may be used now; nothing when one has to be asked for first.
    std::optional<Secret> ready(const Secret &account);
    /// Asks for one; `done` is called later, never before this returns. Error: UpstreamAuth at once, for what is no
    /// service account, and for a while after the token endpoint refused it.
    Result<Waiting> request(const Secret &account, Done done);

private:
    struct Entry
    {
        AccessToken token;
        std::unique_ptr<http::UpstreamCall> call; ///< in flight
        int status = 0;
        std::string body;
        std::vector<std::weak_ptr<Done>> waiting;
        Error failure;
        SteadyTime failedUntil{};
        SteadyTime used{};
    };

    Result<void> fetch(const Secret &account, const std::shared_ptr<Entry> &entry);
    void finished(Entry &entry, const Result<void> &result);
    std::shared_ptr<Entry> find(const Secret &account);

    http::Upstream &m_upstream;
    const Clock &m_clock;
    std::map<std::string, std::shared_ptr<Entry>> m_entries; ///< by a hash of the account
};

} // namespace pm
