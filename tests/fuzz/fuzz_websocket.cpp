// SPDX-License-Identifier: GPL-3.0-or-later
// What a reader makes of frames must not depend on how the bytes are split, and what it says must fit what came. The
// first byte of the input decides how the second reader gets its pieces.
#include "http/websocket_frames.h"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace pm::http;

namespace {

std::string outcome(std::string_view bytes, std::size_t pieceSize)
{
    std::string text;
    std::uint64_t said = 0;
    WebSocketReader reader({[&](const WebSocketMessage &message) {
                                said += message.size;
                                if (message.text.size() > message.size || (!message.isText && !message.text.empty()))
                                    std::abort();
                                text += std::to_string(message.size) + (message.isText ? 't' : 'b');
                                text += message.text;
                            },
                            [&](const WebSocketClose &close) {
                                if (close.code < 0 || close.code > 0xFFFF || close.reason.size() > 123)
                                    std::abort();
                                text += std::to_string(close.code) + 'c';
                                text += close.reason;
                            }});
    for (std::size_t at = 0; at < bytes.size(); at += pieceSize)
        reader.feed(bytes.substr(at, pieceSize));
    if (said > bytes.size() || (reader.hasClosed() && reader.isBetweenFrames()))
        std::abort();
    return text + (reader.hasClosed() ? "closed" : reader.isBetweenFrames() ? "between" : "within");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 2)
        return 0;
    const std::string_view bytes(reinterpret_cast<const char *>(data) + 1, size - 1);
    const std::size_t pieceSize = data[0] % 37 + 1;
    if (outcome(bytes, bytes.size()) != outcome(bytes, pieceSize))
        std::abort();
    return 0;
}
