// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat.h"

#include <cstdint>
#include <cstdlib>

// Answer streams: any cut gives the same deltas, and what is written from them reads as a clean stream again.
namespace {

struct Read
{
    std::string written;
    bool isBroken = false;
    bool hasEnd = false;
    bool hasError = false;
};

Read readAndWrite(const pm::OpenAiChat &dialect, std::string_view first, std::string_view second)
{
    Read read;
    std::vector<pm::ChatDelta> deltas;
    const auto reader = dialect.makeReader();
    const bool fed = reader->feed(first, deltas).has_value() && reader->feed(second, deltas).has_value();
    read.isBroken = !fed || !reader->finish(deltas);
    pm::ReplyContext context;
    context.requestId = "r";
    context.includeUsage = true;
    const auto writer = dialect.makeWriter(context);
    for (const pm::ChatDelta &delta : deltas) {
        if (read.hasEnd || read.hasError)
            std::abort(); // nothing may follow the end
        read.hasEnd = std::holds_alternative<pm::StreamEnd>(delta);
        read.hasError = std::holds_alternative<pm::StreamError>(delta);
        writer->write(delta, read.written);
    }
    if (read.isBroken == (read.hasEnd || read.hasError))
        std::abort(); // a stream ends, or fails visibly, or is broken: one of them
    return read;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 2)
        return 0;
    const std::string_view bytes(reinterpret_cast<const char *>(data) + 2, size - 2);
    const std::size_t cut = (std::size_t(data[0]) << 8 | data[1]) % (bytes.size() + 1);
    const pm::OpenAiChat dialect;
    const Read whole = readAndWrite(dialect, bytes, {});
    const Read halves = readAndWrite(dialect, bytes.substr(0, cut), bytes.substr(cut));
    if (whole.isBroken != halves.isBroken || whole.written != halves.written)
        std::abort();
    if (whole.hasEnd && !readAndWrite(dialect, whole.written, {}).hasEnd)
        std::abort();
    (void)dialect.readReply(bytes);
    (void)dialect.readError(400, bytes);
    return 0;
}
