// SPDX-License-Identifier: GPL-3.0-or-later
// The framing of requests must give the same outcome however the bytes are split, stay within its limits, and
// take nothing beyond the end of a request. The first byte of the input decides how the second reader gets
// its pieces.
#include "http/request_framing.h"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace pm::http;

namespace {

constexpr RequestFraming::Limits kLimits{512, 8, 256};
constexpr int kMaxRequests = 16;

/// All requests of a stream as one text, and how the stream ended.
std::string outcome(std::string_view bytes, std::size_t pieceSize)
{
    std::string text;
    RequestFraming framing(kLimits);
    std::size_t at = 0;
    for (int requests = 0; at < bytes.size() && requests < kMaxRequests;) {
        at += framing.feed(bytes.substr(at, pieceSize));
        if (framing.state() == RequestFraming::State::Refused)
            return text + "refused " + framing.problem()->error.message + std::string(framing.method()) +
                   std::string(framing.path());
        if (framing.state() != RequestFraming::State::Complete)
            continue;
        const Request &request = framing.request();
        // The authority of an absolute target stands as the Host field, which need not be among those that came.
        const bool isAbsolute = !framing.head().mid(framing.head().indexOf(' ') + 1).startsWith('/');
        const std::size_t fieldRoom = kLimits.headerFields + (isAbsolute ? 1 : 0);
        if (static_cast<std::size_t>(request.body.size()) > kLimits.bodyBytes ||
            static_cast<std::size_t>(framing.head().size()) > kLimits.headerBytes ||
            request.headers.size() > fieldRoom || request.method.empty() || request.path.empty())
            std::abort();
        text += request.method + ' ' + request.target + ' ' + request.path + '?' + request.query + '|';
        for (const auto &[name, value] : request.headers.fields())
            text += name + '=' + value + '|';
        text += request.body.toStdString() + std::to_string(at) + '\n';
        framing.reset();
        ++requests;
    }
    return text + "state " + std::to_string(static_cast<int>(framing.state()));
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
