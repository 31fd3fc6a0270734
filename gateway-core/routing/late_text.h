// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace pm::routing {

/// What a text that is written late is made of; what the text does not need is 0.
using Numbers = std::array<double, 5>;

/// A reason or figure of a plan: a choice is made for every request, and its reasons are read, if at all, later. So it
/// is kept as what it is made of and put together when somebody reads it. Making one allocates nothing but for a `rest`.
struct LateText
{
    using Writer = std::string (*)(const Numbers &);

    LateText() = default;
    /// `literal` lives as long as the program.
    LateText(const char *literal)
        : lead(literal)
    {
    }
    LateText(std::string text)
        : rest(std::move(text))
    {
    }
    LateText(std::string_view literal, Writer writer, const Numbers &of)
        : lead(literal)
        , write(writer)
        , numbers(of)
    {
    }

    std::string text() const;
    bool isEmpty() const { return lead.empty() && !write && rest.empty(); }

    // In the order of the text.
    std::string_view lead; ///< of a literal
    Writer write = nullptr;
    Numbers numbers{};
    std::string rest;
};

} // namespace pm::routing
