// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/http.h"

#include "http/characters.h"

#include <algorithm>
#include <array>

namespace pm::http {

namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

} // namespace

bool equalsIgnoreCase(std::string_view a, std::string_view b)
{
    return a.size() == b.size()
           && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

void Headers::set(std::string_view name, std::string value)
{
    remove(name);
    add(std::string(name), std::move(value));
}

void Headers::remove(std::string_view name)
{
    std::erase_if(m_fields, [&](const Field &field) { return equalsIgnoreCase(field.first, name); });
}

std::string_view Headers::value(std::string_view name) const
{
    for (const Field &field : m_fields) {
        if (equalsIgnoreCase(field.first, name))
            return field.second;
    }
    return {};
}

bool Headers::contains(std::string_view name) const
{
    return std::any_of(m_fields.begin(), m_fields.end(),
                       [&](const Field &field) { return equalsIgnoreCase(field.first, name); });
}

bool startsWithIgnoreCase(std::string_view text, std::string_view start)
{
    return text.size() >= start.size() && equalsIgnoreCase(text.substr(0, start.size()), start);
}

std::vector<std::string_view> listMembers(const Headers &headers, std::string_view name)
{
    std::vector<std::string_view> members;
    for (const auto &[fieldName, value] : headers.fields()) {
        if (!equalsIgnoreCase(fieldName, name))
            continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            const std::size_t comma = std::min(rest.find(','), rest.size());
            if (const std::string_view member = trimmed(rest.substr(0, comma)); !member.empty())
                members.push_back(member);
            rest.remove_prefix(std::min(comma + 1, rest.size()));
        }
    }
    return members;
}

std::vector<std::string_view> queryPairs(std::string_view query)
{
    std::vector<std::string_view> pairs;
    while (!query.empty()) {
        pairs.push_back(query.substr(0, query.find('&')));
        query.remove_prefix(std::min(query.size(), pairs.back().size() + 1));
    }
    return pairs;
}

bool isHopByHop(std::string_view name)
{
    constexpr std::array<std::string_view, 9> kNames{
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection",
        "te",         "trailer",    "transfer-encoding",  "upgrade",
    };
    return std::any_of(kNames.begin(), kNames.end(),
                       [&](std::string_view hop) { return equalsIgnoreCase(hop, name); });
}

std::string_view reasonPhrase(int status)
{
    struct Row
    {
        int status;
        std::string_view phrase;
    };
    constexpr std::array kRows{
        Row{100, "Continue"},
        Row{101, "Switching Protocols"},
        Row{200, "OK"},
        Row{201, "Created"},
        Row{202, "Accepted"},
        Row{204, "No Content"},
        Row{301, "Moved Permanently"},
        Row{302, "Found"},
        Row{304, "Not Modified"},
        Row{307, "Temporary Redirect"},
        Row{308, "Permanent Redirect"},
        Row{400, "Bad Request"},
        Row{401, "Unauthorized"},
        Row{402, "Payment Required"},
        Row{403, "Forbidden"},
        Row{404, "Not Found"},
        Row{405, "Method Not Allowed"},
        Row{408, "Request Timeout"},
        Row{409, "Conflict"},
        Row{413, "Content Too Large"},
        Row{415, "Unsupported Media Type"},
        Row{422, "Unprocessable Content"},
        Row{425, "Too Early"},
        Row{426, "Upgrade Required"},
        Row{429, "Too Many Requests"},
        Row{431, "Request Header Fields Too Large"},
        Row{499, "Client Closed Request"},
        Row{500, "Internal Server Error"},
        Row{501, "Not Implemented"},
        Row{502, "Bad Gateway"},
        Row{503, "Service Unavailable"},
        Row{504, "Gateway Timeout"},
        Row{505, "HTTP Version Not Supported"},
        Row{508, "Loop Detected"},
        Row{529, "Overloaded"},
    };
    for (const Row &row : kRows) {
        if (row.status == status)
            return row.phrase;
    }
    return "Unknown";
}

} // namespace pm::http
