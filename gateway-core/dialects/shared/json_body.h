// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

#include <string_view>

// What all dialects need to read a JSON body. Pure functions.
namespace pm {

/// A request's body, parsed as parseLenient does. Error: BadRequest for what is not a JSON object.
Result<json::Document> parseObject(std::string_view body);

/// The items of an array element, by value: a range-for over what simdjson's own accessors return would
/// outlive it.
inline json::Array items(json::Element array)
{
    return array.get_array().value_unsafe();
}

/// The members of an object element, by value for the same reason.
inline json::Object fields(json::Element object)
{
    return object.get_object().value_unsafe();
}

} // namespace pm
