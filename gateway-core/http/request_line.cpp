// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/request_head.h"

#include "http/characters.h"

namespace pm::http {

namespace {

/// '9' stands for any digit.
constexpr std::string_view kVersionShape = "HTTP/9.9\r";

} // namespace

Refusal refusal(ErrorKind kind, std::string message)
{
    return {traits(kind).status, Error{kind, std::move(message)}};
}

RequestLine::Step RequestLine::bad(std::string message)
{
    m_problem = refusal(ErrorKind::BadRequest, std::move(message));
    return Step::Bad;
}

RequestLine::Step RequestLine::take(char c)
{
    switch (m_part) {
    case Part::Method:
        return takeMethod(c);
    case Part::Target:
        return takeTarget(c);
    case Part::Version:
        return takeVersion(c);
    case Part::LineFeed:
        return c == '\n' ? Step::Done : bad("the request line must end with CR LF");
    case Part::BlankLineFeed:
        m_part = Part::Method;
        return c == '\n' ? Step::More : bad("the request line must end with CR LF");
    }
    return bad("not an HTTP request");
}

RequestLine::Step RequestLine::takeMethod(char c)
{
    if (method.empty()) {
        if (c == '\r') {
            m_part = Part::BlankLineFeed;
            return Step::More;
        }
        if (c == '\x16')
            return bad(
                "this looks like TLS: the gateway speaks plain HTTP here, use http:// in the base URL");
    }
    if (c == ' ' && !method.empty()) {
        m_part = Part::Target;
        return Step::More;
    }
    if (!isTokenChar(c) || method.size() >= kMaxMethod)
        return bad("not an HTTP request: it must begin with METHOD, a space and the target");
    if (c >= 'a' && c <= 'z')
        return bad("methods are upper case, as in \"GET /v1/models HTTP/1.1\"");
    method += c;
    return Step::More;
}

RequestLine::Step RequestLine::takeTarget(char c)
{
    if (c == ' ' && !target.empty()) {
        m_part = Part::Version;
        return Step::More;
    }
    // '#' never travels; all beyond visible ASCII must be percent-encoded (RFC 9112 3.2).
    if (c <= ' ' || c == '\x7f' || static_cast<unsigned char>(c) >= 0x80 || c == '#')
        return bad("the request target has a character that must be percent-encoded, or HTTP/1.1 is missing "
                   "behind it");
    target += c;
    return Step::More;
}

RequestLine::Step RequestLine::takeVersion(char c)
{
    const char wanted = kVersionShape[m_versionAt];
    const bool isDigit = c >= '0' && c <= '9';
    if (wanted == '9' ? !isDigit : c != wanted)
        return bad("the request line must end with HTTP/1.1 and CR LF");
    if (wanted == '9')
        (m_versionAt == 5 ? major : minor) = c;
    if (++m_versionAt == kVersionShape.size())
        m_part = Part::LineFeed;
    return Step::More;
}

} // namespace pm::http
