// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/upstream.h"

#include <curl/curl.h>

#include <string>
#include <vector>

namespace pm::http {

/// Error: Config, when the field would break the lines of a head, as a line break in a value would; it names the field
/// and never its value.
Result<void> checkField(std::string_view name, std::string_view value);

/// The header fields of one request in the form libcurl reads, in one buffer that is used again by the next
/// request. Holds secrets, so it is wiped after each. One thread.
class HeaderLines
{
public:
    HeaderLines() = default;
    HeaderLines(const HeaderLines &) = delete;
    HeaderLines &operator=(const HeaderLines &) = delete;
    ~HeaderLines() { wipe(); }

    /// Writes the fields of `request`, secret ones last. Fields that belong to the connection, and those that
    /// libcurl sets itself (host, content-length, accept-encoding, expect), are left out. Error: as checkField().
    Result<void> fill(const UpstreamRequest &request);

    /// For CURLOPT_HTTPHEADER; valid until the next fill or wipe.
    curl_slist *list() { return m_nodes.empty() ? nullptr : m_nodes.data(); }

    void wipe();

private:
    void add(std::string_view name, std::string_view value);
    void addLine(std::string_view line);

    std::string m_text;
    std::vector<curl_slist> m_nodes;
};

} // namespace pm::http
