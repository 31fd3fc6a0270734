// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pm::routing {

/// What conditions, experiments and sticky conversations may ask of a request. Read when asked for: most requests
/// meet no such node. On the thread of the request.
class RequestFields
{
public:
    virtual ~RequestFields() = default;
    /// The text of a field of config::conditionFields(); nothing when the request has it not.
    virtual std::optional<std::string> value(std::string_view field) const = 0;
    /// The same for all requests of one conversation, and hardly for others: by session, by prompt_cache_key, else by
    /// the first system text and the first user turn. 0: cannot be told.
    virtual std::uint64_t conversation() const = 0;
    /// Whose request it is: user, session, client key, in this order; empty: cannot be told.
    virtual std::string identity() const = 0;
    /// Does the conversation's next user turn begin with this request, rather than a step of tools within one?
    virtual bool beginsTurn() const = 0;
};

} // namespace pm::routing
