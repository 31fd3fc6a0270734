// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialect_stream.h"
#include "dialects/bedrock.h"
#include "dialects/framing/aws_event_stream.h"

/// The input is the stream as it is, and also lines "NAME JSON" that become messages with good checksums, so that what
/// lies behind the framing is reached.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    fuzz::checkStream(pm::Bedrock(), data, size);
    if (size < 2)
        return 0;
    std::string stream(reinterpret_cast<const char *>(data), 2);
    std::string_view lines(reinterpret_cast<const char *>(data) + 2, size - 2);
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        const std::size_t blank = std::min(line.find(' '), line.size());
        const bool isException = line.starts_with("x");
        pm::appendAwsMessage(stream, {isException ? "exception" : "event",
                                      line.substr(0, std::min<std::size_t>(blank, 255)),
                                      {},
                                      line.substr(std::min(blank + 1, line.size()))});
        lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    }
    fuzz::checkStream(pm::Bedrock(), reinterpret_cast<const std::uint8_t *>(stream.data()), stream.size());
    return 0;
}
