// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/request_fields.h"

#include <map>

namespace pm::routing::test {

/// A request that says what the test says.
class ToldFields final : public RequestFields
{
public:
    std::map<std::string, std::string, std::less<>> values;
    std::uint64_t talk = 0;
    std::string who;
    bool isNewTurn = true;

    std::optional<std::string> value(std::string_view field) const override
    {
        const auto found = values.find(field);
        return found == values.end() ? std::nullopt : std::optional(found->second);
    }
    std::uint64_t conversation() const override { return talk; }
    std::string identity() const override { return who; }
    bool beginsTurn() const override { return isNewTurn; }
};

} // namespace pm::routing::test
