// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/json.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Errors that name the field at fault, and the reading of fields that make them. Pure functions.
namespace pm::errors {

/// BadRequest for the field `param`; `must` goes on the field's name: "must be an array".
Error badField(std::string param, std::string_view must);

/// NotSupported for the field `param`; `why` goes on the field's name and a colon.
Error unsupportedField(std::string param, std::string_view why);

/// The same error with `prefix` put before the field's name: "images[0]" becomes "messages[2].images[0]".
Error below(std::string_view prefix, Error error);

/// "messages[2]" from "messages" and 2.
std::string place(std::string_view list, std::size_t index);

/// Adds a name once to a list of losses that cannot grow without bound. Names end up in a response header:
/// what is not printable ASCII becomes '?'.
void note(std::vector<std::string> &names, std::string name);

/// Reads optional members of one object; the first one of a wrong type is the result's error. Null is absent.
class FieldReader
{
public:
    explicit FieldReader(json::Element object)
        : m_object(object)
    {
    }

    void whole(std::string_view key, std::optional<std::int64_t> &into);
    void real(std::string_view key, std::optional<double> &into);
    void boolean(std::string_view key, std::optional<bool> &into);
    void string(std::string_view key, std::string &into);
    const std::optional<Error> &error() const { return m_error; }

private:
    template <typename T, typename Find>
    void take(std::string_view key, std::optional<T> &into, Find find, std::string_view must);

    json::Element m_object;
    std::optional<Error> m_error;
};

} // namespace pm::errors
