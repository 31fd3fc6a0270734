// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/shared/field_errors.h"

#include "base/text.h"

#include <algorithm>

namespace pm::errors {

Error badField(std::string param, std::string_view must)
{
    Error error{ErrorKind::BadRequest, param + " " + std::string(must)};
    error.param = std::move(param);
    return error;
}

Error unsupportedField(std::string param, std::string_view why)
{
    Error error{ErrorKind::NotSupported, param + ": " + std::string(why)};
    error.param = std::move(param);
    return error;
}

Error below(std::string_view prefix, Error error)
{
    std::string path(prefix);
    if (!error.param.empty() && error.param.front() != '[')
        path += '.';
    error.message.insert(0, path);
    error.param.insert(0, path);
    return error;
}

std::string place(std::string_view list, std::size_t index)
{
    return std::string(list) + "[" + std::to_string(index) + "]";
}

void note(std::vector<std::string> &names, std::string name)
{
    constexpr std::size_t kMostNames = 32;
    constexpr std::size_t kMostBytes = 96;
    name.resize(clipUtf8(name, kMostBytes).size());
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    if (names.size() < kMostNames && std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(std::move(name));
}

template <typename T, typename Find>
void FieldReader::take(std::string_view key, std::optional<T> &into, Find find, std::string_view must)
{
    if (m_error || !json::find(m_object, key))
        return;
    into = find(m_object, key);
    if (!into)
        m_error = badField(std::string(key), must);
}

void FieldReader::whole(std::string_view key, std::optional<std::int64_t> &into)
{
    take(key, into, json::findInt, "must be a whole number");
}

void FieldReader::real(std::string_view key, std::optional<double> &into)
{
    take(key, into, json::findDouble, "must be a number");
}

void FieldReader::boolean(std::string_view key, std::optional<bool> &into)
{
    take(key, into, json::findBool, "must be true or false");
}

void FieldReader::string(std::string_view key, std::string &into)
{
    std::optional<std::string_view> found;
    take(key, found, json::findString, "must be a string");
    if (found)
        into = *found;
}

} // namespace pm::errors
