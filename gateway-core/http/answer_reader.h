// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/chunked_body.h"
#include "http/upstream.h"

#include <QByteArray>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pm::http {

/// Reads the answer to one GET as it arrives, at any split: the head, then the body by its framing (RFC 9112 6.3), or
/// behind a 101 whatever comes. Interim answers are passed over. Pure.
class AnswerReader
{
public:
    enum class Part {
        Head,
        Body,
        Raw,    ///< the protocol was changed
        Done,   ///< the body is whole, or so long that the rest is left
        Broken, ///< problem() says why
    };
    static constexpr std::size_t kMostHead = 64 * 1024;
    static constexpr std::size_t kMostBody = 1024 * 1024;

    /// Takes all bytes and appends to `body` what is of the body, without its coding.
    void feed(std::string_view bytes, QByteArray &body);
    /// The connection ended: Done when that is the end of the body.
    void end();

    Part part() const { return m_part; }
    bool hasHead() const { return m_hasHead; }
    const UpstreamHead &head() const { return m_head; }
    const std::string &problem() const { return m_problem; }

private:
    std::size_t takeHead(std::string_view bytes);
    void takeLine();
    bool takeStatusLine(std::string_view line);
    void endHead();
    void takeBody(std::string_view bytes, QByteArray &body);
    void broken(std::string problem);

    Part m_part = Part::Head;
    UpstreamHead m_head;
    std::string m_line;
    std::size_t m_headBytes = 0;
    bool m_hasHead = false;
    std::optional<ChunkedBody> m_chunks;
    std::optional<std::uint64_t> m_left; ///< of a body with a length
    std::size_t m_bodyBytes = 0;
    std::string m_problem;
};

} // namespace pm::http
