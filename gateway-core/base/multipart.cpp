// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/multipart.h"

#include "base/text.h"

#include <algorithm>

namespace pm::multipart {

namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kLineEnd = "\r\n";

std::string_view trimmed(std::string_view text)
{
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

/// A value as it stands, or what is between its quotes.
std::string unquoted(std::string_view text)
{
    if (!text.starts_with('"'))
        return std::string(trimmed(text.substr(0, text.find(';'))));
    std::string out;
    for (std::size_t i = 1; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\' && i + 1 < text.size())
            ++i;
        out += text[i];
    }
    return out;
}

/// Where the first ';' outside of quotes is; the text's end when there is none.
std::size_t endOfItem(std::string_view text)
{
    bool isQuoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (isQuoted && text[i] == '\\')
            ++i;
        else if (text[i] == '"')
            isQuoted = !isQuoted;
        else if (text[i] == ';' && !isQuoted)
            return i;
    }
    return text.size();
}

struct Parameter
{
    std::string value;
    bool isThere = false;
};

/// `name` of "form-data; name=\"model\"; filename=\"a.mp3\"".
Parameter parameterOf(std::string_view field, std::string_view name)
{
    while (!field.empty()) {
        const std::string_view item = trimmed(field.substr(0, endOfItem(field)));
        field.remove_prefix(std::min(endOfItem(field) + 1, field.size()));
        const std::size_t equals = item.find('=');
        if (equals != std::string_view::npos && lowerAscii(trimmed(item.substr(0, equals))) == name)
            return {unquoted(trimmed(item.substr(equals + 1))), true};
    }
    return {};
}

void readHeader(std::string_view header, Part &part)
{
    while (!header.empty()) {
        const std::string_view line = header.substr(0, header.find(kLineEnd));
        header.remove_prefix(std::min(line.size() + kLineEnd.size(), header.size()));
        const std::size_t colon = std::min(line.find(':'), line.size());
        const std::string name = lowerAscii(trimmed(line.substr(0, colon)));
        const std::string_view value = trimmed(line.substr(std::min(colon + 1, line.size())));
        if (name == "content-type") {
            part.contentType = value;
        } else if (name == "content-disposition") {
            part.name = parameterOf(value, "name").value;
            part.isFile = parameterOf(value, "filename").isThere || parameterOf(value, "filename*").isThere;
        }
    }
}

} // namespace

std::string boundaryOf(std::string_view contentType)
{
    constexpr std::string_view kMultipart = "multipart/";
    constexpr std::size_t kLongest = 70; // RFC 2046 5.1.1
    if (lowerAscii(contentType.substr(0, kMultipart.size())) != kMultipart)
        return {};
    std::string boundary = parameterOf(contentType, "boundary").value;
    return boundary.size() <= kLongest ? boundary : std::string();
}

std::vector<Part> parts(std::string_view body, std::string_view boundary)
{
    std::vector<Part> found;
    if (boundary.empty())
        return found;
    const std::string first = "--" + std::string(boundary);
    const std::string delimiter = "\r\n" + first;
    std::size_t at = 0; // behind a delimiter
    if (body.starts_with(first)) {
        at = first.size();
    } else {
        at = body.find(delimiter);
        if (at == std::string_view::npos)
            return found;
        at += delimiter.size();
    }
    while (found.size() < kMaxParts && !body.substr(at).starts_with("--")) {
        at = body.find(kLineEnd, at); // blanks may pad a delimiter
        if (at == std::string_view::npos)
            break;
        const std::string_view window = body.substr(at, kMaxHeader);
        const std::size_t headerEnd = window.find("\r\n\r\n");
        if (headerEnd == std::string_view::npos)
            break;
        Part part;
        readHeader(window.substr(0, headerEnd), part);
        part.begin = at + headerEnd + 4;
        // The line end before a delimiter is the delimiter's; of an empty part it is the header's last one.
        const std::size_t end = body.find(delimiter, part.begin - kLineEnd.size());
        part.end = std::max(part.begin, std::min(end, body.size()));
        found.push_back(std::move(part));
        if (end == std::string_view::npos)
            break;
        at = end + delimiter.size();
    }
    return found;
}

} // namespace pm::multipart
