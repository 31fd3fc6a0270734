// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace pm::redis {

/// What the server answered (RESP2): nothing, a number, a text (of any bytes), or a list of these. An error answer is no
/// reply, see Client::Done.
struct Reply
{
    std::variant<std::monostate, std::int64_t, std::string, std::vector<Reply>> value;

    bool isNil() const { return std::holds_alternative<std::monostate>(value); }
    /// 0 for what is no number.
    std::int64_t number() const
    {
        const auto *held = std::get_if<std::int64_t>(&value);
        return held ? *held : 0;
    }
    /// Empty for what is no text.
    std::string_view text() const
    {
        const auto *held = std::get_if<std::string>(&value);
        return held ? std::string_view(*held) : std::string_view();
    }
    /// Empty for what is no list.
    const std::vector<Reply> &list() const
    {
        static const std::vector<Reply> none;
        const auto *held = std::get_if<std::vector<Reply>>(&value);
        return held ? *held : none;
    }
};

} // namespace pm::redis
