// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/server.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The head of one request, read as RFC 9112 says and no more: what two readers could understand in two ways
// is refused, since that is what request smuggling is made of. Pure: no I/O, no clock.
namespace pm::http {

/// Why a request is not served. `status` is what the client gets: mostly the error kind's, 505 for the
/// version.
struct Refusal
{
    int status = 400;
    Error error;
};

Refusal refusal(ErrorKind kind, std::string message);

/// The request line, byte by byte, so that a TLS hello or other garbage is known by its first wrong byte and
/// not only when a line ends.
class RequestLine
{
public:
    enum class Step { More, Done, Bad };

    Step take(char c);
    /// Nothing but blank lines so far (RFC 9112 2.2 lets them stand before the request line).
    bool isBlank() const
    {
        return method.empty() && (m_part == Part::Method || m_part == Part::BlankLineFeed);
    }
    /// After Step::Bad.
    const Refusal &problem() const { return m_problem; }

    std::string method;
    std::string target;
    char major = 0; ///< digit as sent
    char minor = 0;

    static constexpr std::size_t kMaxMethod = 32;

private:
    enum class Part { Method, Target, Version, LineFeed, BlankLineFeed };

    Step bad(std::string message);
    Step takeMethod(char c);
    Step takeTarget(char c);
    Step takeVersion(char c);

    Part m_part = Part::Method;
    std::size_t m_versionAt = 0;
    Refusal m_problem;
};

/// One field line without its CRLF. Nothing when it is fine.
std::optional<Refusal> parseField(std::string_view line, Headers &into);

/// What the fields say about the length of the body and the life of the connection.
struct Framing
{
    bool isChunked = false;
    std::uint64_t contentLength = 0;
    bool expectsContinue = false;
    bool asksUpgrade = false;
    bool isHttp10 = false;
    bool keepsAlive = true;
};

/// Checks the whole head and fills method, target, path, query and Host of `request`, whose headers are
/// there.
std::optional<Refusal> finishHead(RequestLine line, Request &request, Framing &framing);

/// "%41" -> "A", once. Nothing when an escape is cut, not hexadecimal, or a NUL.
std::optional<std::string> percentDecoded(std::string_view text);

} // namespace pm::http
