// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pm::http {

/// Header fields in order; names keep their spelling, lookups ignore case (RFC 9110 5.1).
class Headers
{
public:
    using Field = std::pair<std::string, std::string>;

    Headers() = default;
    Headers(std::initializer_list<Field> fields) : m_fields(fields) {}

    void add(std::string name, std::string value) { m_fields.emplace_back(std::move(name), std::move(value)); }
    /// Replaces every field of that name by one.
    void set(std::string_view name, std::string value);
    void remove(std::string_view name);
    /// The first value, or an empty view. The view lives as long as the headers are not changed.
    std::string_view value(std::string_view name) const;
    bool contains(std::string_view name) const;
    const std::vector<Field> &fields() const { return m_fields; }
    std::size_t size() const { return m_fields.size(); }

private:
    std::vector<Field> m_fields;
};

bool equalsIgnoreCase(std::string_view a, std::string_view b);
bool startsWithIgnoreCase(std::string_view text, std::string_view start);

/// The non-empty members of the comma-separated lists in all fields of that name, without blanks around them (RFC 9110
/// 5.6.1). The views live as long as the headers are not changed.
std::vector<std::string_view> listMembers(const Headers &headers, std::string_view name);

/// The parts of a query between '&', as they stand.
std::vector<std::string_view> queryPairs(std::string_view query);

/// True for fields that belong to one connection only (RFC 9110 7.6.1) and never travel on.
bool isHopByHop(std::string_view name);

/// The standard reason phrase, or "Unknown".
std::string_view reasonPhrase(int status);

} // namespace pm::http
