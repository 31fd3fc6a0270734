// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/framing/aws_event_stream.h"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

std::string read(std::string_view first, std::string_view second)
{
    pm::AwsEventStreamFraming framing;
    std::string out;
    const auto take = [&](const pm::AwsMessage &message) {
        for (const std::string_view part : {message.type, message.name, message.reason, message.payload})
            out.append(part).append("\n");
        return true;
    };
    for (const std::string_view piece : {first, second}) {
        if (!framing.feed(piece, take))
            return out + "broken";
    }
    return out + (framing.hasPartial() ? "partial" : "whole");
}

} // namespace

/// Any cut gives the same messages. The rest of the input is also read as the payload of a message that is whole, so
/// that what lies behind the checksums is reached.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 2)
        return 0;
    const std::string_view bytes(reinterpret_cast<const char *>(data) + 2, size - 2);
    const std::size_t cut = (std::size_t(data[0]) << 8 | data[1]) % (bytes.size() + 1);
    if (read(bytes, {}) != read(bytes.substr(0, cut), bytes.substr(cut)))
        std::abort();
    std::string whole;
    pm::appendAwsMessage(whole, {"event", bytes.substr(0, cut % 256), {}, bytes.substr(cut)});
    pm::appendAwsMessage(whole, {"error", "code", bytes.substr(0, cut % 256), {}});
    const std::string_view written(whole);
    const std::string once = read(written, {});
    const std::size_t at = cut % (written.size() + 1);
    if (!once.ends_with("whole") || once != read(written.substr(0, at), written.substr(at)))
        std::abort();
    return 0;
}
