// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

#include <optional>
#include <string_view>

// Members that the files of the admin API's JSON write alike.
namespace pm::admin {

template <typename T>
void optionalMember(json::Writer &out, std::string_view name, const std::optional<T> &value)
{
    if (value)
        out.member(name, *value);
    else
        out.memberNull(name);
}

/// The member "<name>": [ … ] with one element per item.
template <typename Items, typename WriteItem>
void listMember(json::Writer &out, std::string_view name, const Items &items, WriteItem writeItem)
{
    out.key(name);
    out.beginArray();
    for (const auto &item : items)
        writeItem(out, item);
    out.endArray();
}

} // namespace pm::admin
