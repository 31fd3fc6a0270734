// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/framing/sse.h"

#include <cstdint>
#include <cstdlib>

// Event streams: any cut gives the same events, and none holds a line end in its name.
namespace {

std::string eventsOf(std::string_view first, std::string_view second)
{
    std::string seen;
    pm::SseFraming framing;
    for (const std::string_view piece : {first, second}) {
        const auto fed = framing.feed(piece, [&](const pm::SseEvent &event) {
            if (event.name.find_first_of("\r\n") != std::string_view::npos)
                std::abort();
            seen.append(event.name).append("\n").append(event.data).append("\n\n");
            return true;
        });
        if (!fed)
            std::abort(); // inputs are far below the limit
    }
    seen += framing.hasPartial() ? "partial" : "";
    return seen;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 2)
        return 0;
    // The first two bytes choose the cut.
    const std::string_view bytes(reinterpret_cast<const char *>(data) + 2, size - 2);
    const std::size_t cut = (std::size_t(data[0]) << 8 | data[1]) % (bytes.size() + 1);
    if (eventsOf(bytes, {}) != eventsOf(bytes.substr(0, cut), bytes.substr(cut)))
        std::abort();
    return 0;
}
