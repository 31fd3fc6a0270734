// SPDX-License-Identifier: GPL-3.0-or-later
#include "mock_upstream_request.h"

#include <charconv>

namespace mock {

long numberAfter(std::string_view text, std::string_view key, long otherwise)
{
    const std::size_t at = text.find(key);
    if (at == std::string_view::npos)
        return otherwise;
    const std::string_view digits = text.substr(at + key.size());
    long number = otherwise;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

std::size_t contentLength(std::string_view head)
{
    for (const std::string_view name : {"\r\nContent-Length:", "\r\ncontent-length:"}) {
        std::size_t at = head.find(name);
        if (at == std::string_view::npos)
            continue;
        at = head.find_first_not_of(' ', at + name.size());
        std::size_t length = 0;
        std::from_chars(head.data() + at, head.data() + head.size(), length);
        return length;
    }
    return 0;
}

bool wantsStream(std::string_view body)
{
    return body.find("\"stream\":true") != std::string_view::npos ||
           body.find("\"stream\": true") != std::string_view::npos;
}

} // namespace mock
