// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace pm::trace {

/// Header fields in their order, in one piece of memory: a record holds four such lists, and thirty small strings a
/// request that are made in one thread and freed in another cost more than all else in it.
class HeaderList
{
public:
    using Field = std::pair<std::string_view, std::string_view>; ///< name and value; valid while the list is unchanged

    class Iterator
    {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Field;
        using difference_type = std::ptrdiff_t;
        using pointer = const Field *;
        using reference = Field;

        explicit Iterator(const char *at)
            : m_at(at)
        {
        }
        Field operator*() const
        {
            const Sizes sizes = read();
            const char *name = m_at + sizeof(Sizes);
            return {{name, sizes.name}, {name + sizes.name, sizes.value}};
        }
        Iterator &operator++()
        {
            const Sizes sizes = read();
            m_at += sizeof(Sizes) + sizes.name + sizes.value;
            return *this;
        }
        bool operator==(const Iterator &) const = default;

    private:
        friend class HeaderList;
        struct Sizes
        {
            std::uint32_t name = 0;
            std::uint32_t value = 0;
        };
        Sizes read() const
        {
            Sizes sizes;
            std::memcpy(&sizes, m_at, sizeof sizes);
            return sizes;
        }

        const char *m_at;
    };

    HeaderList() = default;
    HeaderList(std::initializer_list<Field> fields)
    {
        for (const auto &[name, value] : fields)
            add(name, value);
    }

    /// Room for `fields` fields whose names and values have `bytes` bytes together.
    void reserve(std::size_t fields, std::size_t bytes) { m_packed.reserve(fields * sizeof(Iterator::Sizes) + bytes); }
    void add(std::string_view name, std::string_view value)
    {
        const Iterator::Sizes sizes{static_cast<std::uint32_t>(name.size()), static_cast<std::uint32_t>(value.size())};
        m_packed.append(reinterpret_cast<const char *>(&sizes), sizeof sizes);
        m_packed.append(name);
        m_packed.append(value);
        ++m_count;
    }

    std::size_t size() const { return m_count; }
    bool empty() const { return m_count == 0; }
    /// Memory that the fields take.
    std::size_t bytes() const { return m_packed.size(); }
    Iterator begin() const { return Iterator(m_packed.data()); }
    Iterator end() const { return Iterator(m_packed.data() + m_packed.size()); }
    bool operator==(const HeaderList &) const = default;

private:
    std::string m_packed; ///< per field both sizes, name, value
    std::size_t m_count = 0;
};

} // namespace pm::trace
