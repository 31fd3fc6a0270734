// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/secret.h"

namespace pm {

Secret &Secret::operator=(const Secret &other)
{
    if (this != &other) {
        wipe();
        m_value = other.m_value;
    }
    return *this;
}

Secret::Secret(Secret &&other) noexcept : m_value(std::move(other.m_value))
{
    other.wipe();
}

Secret &Secret::operator=(Secret &&other) noexcept
{
    if (this != &other) {
        wipe();
        m_value = std::move(other.m_value);
        other.wipe();
    }
    return *this;
}

std::string Secret::masked() const
{
    constexpr std::size_t kShownFrom = 16; // shorter keys would give too much away
    if (m_value.size() < kShownFrom)
        return m_value.empty() ? std::string() : "••••";
    return "••••" + m_value.substr(m_value.size() - 4);
}

bool Secret::equals(std::string_view other) const
{
    unsigned char difference = m_value.size() == other.size() ? 0 : 1;
    for (std::size_t i = 0; i < m_value.size(); ++i) {
        const char theirs = other.empty() ? '\0' : other[i % other.size()];
        difference = static_cast<unsigned char>(difference | (m_value[i] ^ theirs));
    }
    return difference == 0;
}

void Secret::wipe()
{
    // A volatile pointer keeps the compiler from dropping stores to memory that is about to die.
    volatile char *bytes = m_value.data();
    for (std::size_t i = 0; i < m_value.size(); ++i)
        bytes[i] = 0;
    m_value.clear();
}

} // namespace pm
