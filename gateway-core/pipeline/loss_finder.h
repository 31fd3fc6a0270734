// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/chat.h"
#include "pipeline/json_outline.h"
#include "pipeline/loss_rules.h"

#include <functional>
#include <string_view>
#include <vector>

namespace pm {

/// Finds in a client's request what a loss speaks of. Pure; one request each, which must outlive it.
class LossFinder
{
public:
    using Id = JsonOutline::Id;
    using Ids = std::vector<Id>;

    /// `request` is the body as understood; null when it could not be read.
    LossFinder(const JsonOutline &outline, const ChatRequest *request)
        : m_outline(outline)
        , m_request(request)
    {
    }

    /// In the order of the text; empty when the loss has no place in it, as for what was added.
    Ids find(std::string_view loss) const;

private:
    using Test = std::function<bool(Id)>;

    Ids byPath(std::string_view loss, bool isWriters) const;
    Ids byRule(const LossRule &rule, std::string_view loss) const;
    /// All below `top` that pass; where any name may stand, in schemas and in arguments of calls, only when asked.
    Ids below(Id top, const Test &test, bool withSchemas = false) const;
    Ids settings(std::string_view names) const;
    Ids content(std::string_view names) const;
    Ids reasoningOfHistory() const;
    Ids system(bool isLate) const;
    Ids toolNames(std::string_view loss) const;
    Ids speakers() const;
    Ids inSchema(Id top, std::string_view remark) const;
    Ids refine(Id top, std::string_view remark) const;
    Id resolve(std::string_view path) const;
    Id toolAt(std::string_view path) const;
    /// What of an element says what it is: its type or name.
    Id signOf(Id id) const;

    const JsonOutline &m_outline;
    const ChatRequest *m_request;
};

} // namespace pm
