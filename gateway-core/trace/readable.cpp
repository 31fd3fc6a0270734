// SPDX-License-Identifier: GPL-3.0-or-later
// Bodies for people: what is no text is named, not shown.
#include "base/multipart.h"
#include "base/text.h"
#include "trace/trace.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace pm::trace {

namespace {

/// Types whose bytes are shown whatever they are: where one is damaged, that is what somebody looks for.
bool saysText(std::string_view type)
{
    constexpr std::array<std::string_view, 5> kParts{"json", "text/", "xml", "x-www-form-urlencoded", "eventstream"};
    const std::string lower = lowerAscii(type);
    const auto has = [&](std::string_view part) { return lower.find(part) != std::string::npos; };
    return std::any_of(kParts.begin(), kParts.end(), has);
}

/// Without a character that the cap of stored bodies has cut.
std::string_view withoutCutEnd(std::string_view bytes)
{
    constexpr std::size_t kLongestStart = 3;
    for (std::size_t back = 1; back <= std::min(kLongestStart, bytes.size()); ++back) {
        const auto byte = static_cast<unsigned char>(bytes[bytes.size() - back]);
        if (byte >= 0xC0)
            return bytes.substr(0, bytes.size() - back);
        if (byte < 0x80)
            break;
    }
    return bytes;
}

bool isText(std::string_view bytes)
{
    if (bytes.find('\0') != std::string_view::npos)
        return false;
    return simdjson::validate_utf8(bytes.data(), bytes.size()) ||
           simdjson::validate_utf8(withoutCutEnd(bytes).data(), withoutCutEnd(bytes).size());
}

/// "128 kB", as the window writes sizes.
std::string sizeText(std::int64_t bytes)
{
    constexpr std::array<const char *, 3> kUnits{"kB", "MB", "GB"};
    if (bytes < 1000)
        return std::to_string(bytes) + " B";
    double value = static_cast<double>(bytes) / 1000;
    std::size_t unit = 0;
    for (; value >= 999.5 && unit + 1 < kUnits.size(); ++unit)
        value /= 1000;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.*f %s", value < 9.95 ? 1 : 0, value, kUnits[unit]);
    return text.data();
}

std::string notShown(std::int64_t bytes, std::string_view type)
{
    return sizeText(bytes) + " of " + (type.empty() ? "bytes that are no text" : std::string(type.substr(0, 100)))
           + ", not shown";
}

/// A form as it was sent, with notes in the place of its files.
std::string readableForm(std::string_view body, const std::vector<multipart::Part> &parts)
{
    std::string out;
    std::size_t copied = 0;
    for (const multipart::Part &part : parts) {
        const std::string_view content = part.content(body);
        if (isText(content))
            continue;
        out.append(body.substr(copied, part.begin - copied));
        out += notShown(static_cast<std::int64_t>(content.size()), part.contentType);
        copied = part.end;
    }
    return out.append(body.substr(copied));
}

} // namespace

std::string_view contentTypeOf(const HeaderList &headers)
{
    for (const auto &[name, value] : headers) {
        if (lowerAscii(name) == "content-type")
            return value;
    }
    return {};
}

bool isBinary(const Body &body, std::string_view contentType)
{
    return !saysText(contentType)
           && !isText({body.bytes.constData(), static_cast<std::size_t>(body.bytes.size())});
}

std::string readable(const Body &body, std::string_view contentType)
{
    const std::string_view bytes(body.bytes.constData(), static_cast<std::size_t>(body.bytes.size()));
    if (!isBinary(body, contentType))
        return std::string(bytes);
    const auto parts = multipart::parts(bytes, multipart::boundaryOf(contentType));
    std::string form = parts.empty() ? std::string() : readableForm(bytes, parts);
    // A form that is broken, or has more parts than are read, is not.
    const bool isReadable = !form.empty() && isText(form);
    return isReadable ? form : notShown(body.fullSize, contentType);
}

} // namespace pm::trace
