// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/packed_body.h"

#include "trace/zstd_frames.h"

namespace pm::trace {

namespace {

/// Some 30 us of packing. With the event that goes over it, it fits into the 16 KiB that a growing QByteArray
/// takes.
constexpr qsizetype kPiece = 12 * 1024;

void unpack(Body &body, Decompressor &decompressor)
{
    QByteArray whole;
    whole.reserve(body.packedSize + body.bytes.size());
    for (const std::string &frame : body.packed) {
        if (const auto piece = decompressor.decompress(frame))
            whole.append(piece->data(), static_cast<qsizetype>(piece->size()));
    }
    whole.append(body.bytes);
    body.bytes = std::move(whole);
    body.packed.clear();
    body.packedSize = 0;
}

} // namespace

void appendPacking(Body &body, std::string_view bytes)
{
    body.bytes.append(bytes.data(), static_cast<qsizetype>(bytes.size()));
    if (body.bytes.size() < kPiece)
        return;
    thread_local Compressor compressor(1);
    const std::string_view content(body.bytes.constData(), static_cast<std::size_t>(body.bytes.size()));
    const std::string_view frame = compressor.compress(content);
    if (frame.empty() || frame.size() >= content.size())
        return; // it stays as it is, and is tried again with the next piece
    body.packed.emplace_back(frame);
    body.packedSize += body.bytes.size();
    body.bytes.resize(0); // keeps its room
}

void unpack(Detail &detail)
{
    std::optional<Decompressor> decompressor;
    for (Body *body : bodiesOf(detail)) {
        if (body->packed.empty())
            continue;
        if (!decompressor)
            decompressor.emplace();
        unpack(*body, *decompressor);
    }
}

} // namespace pm::trace
