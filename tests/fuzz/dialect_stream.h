// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialects/dialect.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

// What must hold of answer streams in every dialect: any cut gives the same deltas, and what is written from
// them reads as a clean stream again. A broken promise aborts, which is how a fuzzer reports.
namespace fuzz {

/// What a reader made of a stream, and a writer of that.
struct Passage
{
    std::string written;
    bool isBroken = false;
    bool hasEnd = false;
    bool hasError = false;
};

/// Reads a stream that comes in two pieces and writes what was read.
inline Passage readAndWrite(const pm::Dialect &dialect, const pm::ReplyContext &context,
                            std::string_view first, std::string_view second)
{
    Passage passage;
    std::vector<pm::ChatDelta> deltas;
    const auto reader = dialect.makeReader();
    const bool fed = reader->feed(first, deltas).has_value() && reader->feed(second, deltas).has_value();
    passage.isBroken = !fed || !reader->finish(deltas);
    const auto writer = dialect.makeWriter(context);
    for (const pm::ChatDelta &delta : deltas) {
        if (passage.hasEnd || passage.hasError)
            std::abort(); // nothing may follow the end
        passage.hasEnd = std::holds_alternative<pm::StreamEnd>(delta);
        passage.hasError = std::holds_alternative<pm::StreamError>(delta);
        writer->write(delta, passage.written);
    }
    if (passage.isBroken == (passage.hasEnd || passage.hasError))
        std::abort(); // a stream ends, or fails visibly, or is broken: one of them
    return passage;
}

/// Checks what libFuzzer hands over as an answer stream of `dialect`; its first two bytes choose the cut.
inline void checkStream(const pm::Dialect &dialect, const std::uint8_t *data, std::size_t size)
{
    if (size < 2)
        return;
    const std::string_view bytes(reinterpret_cast<const char *>(data) + 2, size - 2);
    const std::size_t cut = (std::size_t(data[0]) << 8 | data[1]) % (bytes.size() + 1);
    pm::ReplyContext context;
    context.requestId = "r";
    context.includeUsage = true;
    context.inputTokensEstimate = 7;
    const Passage whole = readAndWrite(dialect, context, bytes, {});
    const Passage halves = readAndWrite(dialect, context, bytes.substr(0, cut), bytes.substr(cut));
    if (whole.isBroken != halves.isBroken || whole.written != halves.written)
        std::abort();
    if (whole.hasEnd && !readAndWrite(dialect, context, whole.written, {}).hasEnd)
        std::abort();
    (void)dialect.readReply(bytes);
    (void)dialect.readError(400, bytes);
}

} // namespace fuzz
