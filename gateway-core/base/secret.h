// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace pm {

/// A key or token in memory. Copies are explicit, nothing prints it, and its bytes are wiped when it dies.
class Secret
{
public:
    Secret() = default;
    explicit Secret(std::string value) : m_value(std::move(value)) {}
    Secret(const Secret &) = default;
    Secret &operator=(const Secret &other);
    Secret(Secret &&other) noexcept;
    Secret &operator=(Secret &&other) noexcept;
    ~Secret() { wipe(); }

    bool isEmpty() const { return m_value.empty(); }

    /// The bytes. The caller must not store, log or trace them.
    std::string_view reveal() const { return m_value; }

    /// What may be shown: the last four characters of long keys behind stars ("…c9f2"), else stars alone.
    std::string masked() const;

    /// Compares in time that does not depend on where the strings differ.
    bool equals(std::string_view other) const;

private:
    void wipe();

    std::string m_value;
};

} // namespace pm
