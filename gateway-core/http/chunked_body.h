// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/request_head.h"

#include <QByteArray>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pm::http {

/// Takes the chunked coding (RFC 9112 7.1) off a request body as it arrives, at any split. Chunk extensions
/// and trailer fields are checked and dropped, as a recipient may. Pure.
class ChunkedBody
{
public:
    struct Limits
    {
        std::size_t bodyBytes = 0;
        std::size_t trailerBytes = 0; ///< all trailer lines together
    };

    explicit ChunkedBody(Limits limits)
        : m_limits(limits)
    {
    }

    /// Takes bytes up to the end of the body, appends the decoded ones to `body`, says how many it took.
    std::size_t feed(std::string_view bytes, QByteArray &body);
    bool isDone() const { return m_part == Part::Done; }
    const std::optional<Refusal> &problem() const { return m_problem; }

    static constexpr int kMaxSizeDigits = 16;
    /// All extensions of one body together: nobody uses them, but they cost us time.
    static constexpr std::size_t kMaxExtensionBytes = 16 * 1024;

private:
    enum class Part { Size, Extension, SizeLineFeed, Data, DataReturn, DataLineFeed, Trailer, Done };

    void takeByte(char c, QByteArray &body);
    void takeSizeByte(char c, std::size_t bodySize);
    void takeTrailerByte(char c);
    void endTrailerLine();
    void bad(ErrorKind kind, std::string message) { m_problem = refusal(kind, std::move(message)); }

    Limits m_limits;
    Part m_part = Part::Size;
    std::uint64_t m_left = 0; ///< of the current chunk
    int m_digits = 0;
    std::size_t m_extensionBytes = 0;
    std::size_t m_trailerBytes = 0;
    std::string m_trailerLine;
    std::optional<Refusal> m_problem;
};

} // namespace pm::http
