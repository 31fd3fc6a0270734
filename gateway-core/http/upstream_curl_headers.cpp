// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/upstream_curl_headers.h"

#include <algorithm>

namespace pm::http {

namespace {

bool isOurs(std::string_view name)
{
    switch (name.size()) {
    case 4:
        return equalsIgnoreCase(name, "host");
    case 6:
        return equalsIgnoreCase(name, "expect");
    case 14:
        return equalsIgnoreCase(name, "content-length");
    case 15:
        return equalsIgnoreCase(name, "accept-encoding");
    default:
        return false;
    }
}

bool isControl(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

} // namespace

Result<void> checkField(std::string_view name, std::string_view value)
{
    if (name.empty() || std::any_of(name.begin(), name.end(), isControl) ||
        name.find_first_of(":; ") != std::string_view::npos)
        return fail(ErrorKind::Config, "a header field for the provider has an invalid name");
    if (std::any_of(value.begin(), value.end(), isControl)) {
        return fail(ErrorKind::Config,
                    "the header field " + std::string(name) +
                        " for the provider holds a line break or another control character;"
                        " check the provider's key and headers");
    }
    return {};
}

Result<void> HeaderLines::fill(const UpstreamRequest &request)
{
    wipe();
    constexpr std::size_t kPerLine = 3; // ": " and the end
    constexpr std::size_t kOwnLines = 2;
    std::size_t bytes = 64;
    for (const Headers::Field &field : request.headers.fields())
        bytes += field.first.size() + field.second.size() + kPerLine;
    for (const auto &[name, secret] : request.secretHeaders)
        bytes += name.size() + secret.reveal().size() + kPerLine;
    // Room for all first: growing would leave an unwiped copy behind, and move what the nodes point at.
    m_text.reserve(bytes);
    m_nodes.reserve(request.headers.size() + request.secretHeaders.size() + kOwnLines);

    addLine("Expect:"); // none: it costs a round trip for each large body
    if (!request.headers.contains("content-type"))
        addLine("Content-Type:"); // else libcurl calls the body a form
    for (const Headers::Field &field : request.headers.fields()) {
        if (isOurs(field.first) || isHopByHop(field.first))
            continue;
        if (auto checked = checkField(field.first, field.second); !checked)
            return checked;
        add(field.first, field.second);
    }
    for (const auto &[name, secret] : request.secretHeaders) {
        if (auto checked = checkField(name, secret.reveal()); !checked)
            return checked;
        add(name, secret.reveal());
    }
    for (std::size_t i = 0; i + 1 < m_nodes.size(); ++i)
        m_nodes[i].next = &m_nodes[i + 1];
    return {};
}

void HeaderLines::wipe()
{
    // A volatile pointer keeps the compiler from dropping stores to memory that is not read again.
    volatile char *bytes = m_text.data();
    for (std::size_t i = 0; i < m_text.size(); ++i)
        bytes[i] = 0;
    m_text.clear();
    m_nodes.clear();
}

void HeaderLines::add(std::string_view name, std::string_view value)
{
    const std::size_t begin = m_text.size();
    m_text += name;
    if (value.empty()) {
        m_text += ';'; // libcurl's way to write a field without value
    } else {
        m_text += ": ";
        m_text += value;
    }
    m_text += '\0';
    m_nodes.push_back({m_text.data() + begin, nullptr});
}

void HeaderLines::addLine(std::string_view line)
{
    const std::size_t begin = m_text.size();
    m_text += line;
    m_text += '\0';
    m_nodes.push_back({m_text.data() + begin, nullptr});
}

} // namespace pm::http
