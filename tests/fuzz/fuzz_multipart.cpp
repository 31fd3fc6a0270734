// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/multipart.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

// Forms: parts lie in the body, in order, each before the next; a content-type may be anything.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char *>(data), size);
    // The first line is the content-type.
    const std::string_view type = bytes.substr(0, bytes.find('\n'));
    const std::string_view body = bytes.substr(std::min(type.size() + 1, bytes.size()));
    const std::string boundary = pm::multipart::boundaryOf(type);
    std::size_t last = 0;
    const auto parts = pm::multipart::parts(body, boundary);
    if (parts.size() > pm::multipart::kMaxParts)
        std::abort();
    for (const pm::multipart::Part &part : parts) {
        if (part.begin < last || part.end < part.begin || part.end > body.size())
            std::abort();
        if (part.content(body).find("\r\n--" + boundary) != std::string_view::npos)
            std::abort();
        last = part.end;
    }
    return 0;
}
