// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "dialects/dialect.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace pm {

/// All text under `element`: what the provider will count, more or less.
std::size_t textBytes(json::Element element);

/// Counts a request up while its turns are walked: size, and the words to find it by. One thread, used once.
class PromptSurvey
{
public:
    enum class Voice { User, System, Other };

    /// Text of the prompt. Of the user's turns the last one is remembered: see newUserTurn.
    void text(Voice voice, std::string_view words);
    void newUserTurn() { m_user.clear(); }
    void bytes(std::size_t count) { m_bytes += count; }
    void image() { ++m_images; }
    /// Fills the estimate and the prompt's text.
    void conclude(RequestFacts &facts) const;

private:
    std::string m_user;
    std::string m_system;
    std::size_t m_bytes = 0;
    std::size_t m_images = 0;
};

} // namespace pm
