// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/json.h"
#include "pipeline/encode.h"
#include "routing/plan.h"
#include "routing/request_fields.h"

#include <optional>

namespace pm {

/// Answers routing's questions about one request. The body is parsed once, and only when a question needs it. Holds
/// references: lives no longer than the request, route, facts and caller.
class ExchangeFields final : public routing::RequestFields
{
public:
    struct Of
    {
        const http::Request &request;
        const Route &route;
        const RequestFacts &facts;
        const Caller &caller;
        std::string_view app;
        SystemTime now;
    };
    explicit ExchangeFields(const Of &of) : m_of(of) {}

    std::optional<std::string> value(std::string_view field) const override;
    std::uint64_t conversation() const override;
    std::string identity() const override;
    bool beginsTurn() const override;
    /// Whose limit or budget it counts for, by what config::Limit::by says. Empty where the request does not tell, and for
    /// "global": all those share one. A router is its name, /ai and direct calls the first part of their path.
    std::string owner(std::string_view by) const;

private:
    std::optional<json::Element> body() const;
    std::optional<std::string> ofRequest(std::string_view name) const;
    std::optional<std::string> metadata(std::string_view name) const;
    std::optional<std::string> header(std::string_view name) const;
    std::optional<std::string> ofClient(std::string_view name) const;
    std::optional<std::string> session() const;
    std::optional<std::string> user() const;
    std::string ofTime(std::string_view name) const;
    std::optional<json::Array> turns() const;

    Of m_of;
    mutable bool m_isParsed = false;
    mutable std::optional<json::Document> m_document;
};

/// The conversation as a header field names it, the surest field first; empty when none does.
std::string_view namedSession(const http::Headers &headers);

/// What routing must know of a request. `fields` may be null.
routing::RequestNeeds needsOf(const RequestFacts &facts, Endpoint endpoint, const routing::RequestFields *fields);

} // namespace pm
