// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/result.h"
#include "dialects/framing/sse.h"
#include "pipeline/response_store.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pm {

/// What a Responses request has to do with earlier and later ones: finds what it refers to by id, gives each target the
/// body that it can answer, and keeps the answer. One exchange, its thread.
class ResponseTurn
{
public:
    /// `body` is the client's request and must outlive this; it has been read for facts, so that it is an object.
    ResponseTurn(std::string_view body, ResponseStore &store, std::string owner);

    /// Who is asked, as far as bodies differ.
    struct Target
    {
        std::string provider;
        bool isTranslated = false;
        bool keepsResponses = false; ///< it finds its own earlier answers by their ids
    };
    /// The client's body, or one with everything in it that it refers to. Error: BadRequest with the code
    /// previous_response_not_found, or naming the item.
    Result<std::string> bodyFor(const Target &target) const;
    /// True when the request refers to anything.
    bool refers() const { return !m_previousId.empty() || m_hasReferences; }

    /// The answer is to be kept: it must be shown to one of the following.
    bool keeps() const { return m_keeps; }
    void watch(std::string_view streamToClient);
    void take(std::string_view response) { m_response = response; }
    /// Stores what was shown. `maker` is the provider when it answered in this format itself, else empty.
    void keep(const std::string &maker, std::int64_t now, bool onDisk);

private:
    struct Earlier
    {
        std::vector<StoredResponsePtr> turns; ///< the oldest first
        bool isWhole = true;
    };
    Earlier earlier() const;
    std::string ownItems() const;

    std::string_view m_body;
    ResponseStore &m_store;
    std::string m_owner;
    std::string m_previousId;
    bool m_hasReferences = false;
    bool m_keeps = false;
    SseFraming m_framing;
    std::string m_response;
};

} // namespace pm
