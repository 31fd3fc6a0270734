// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/http.h"

#include <QByteArray>

#include <cstdint>
#include <optional>
#include <string_view>

namespace pm::http {

/// How the body of an answer is delimited, and what becomes of the connection.
struct AnswerFraming
{
    std::optional<std::uint64_t> contentLength;
    bool isChunked = false;
    bool closes = false;
    std::string_view upgrade = {}; ///< the protocol that is changed to (101), or that is offered (426)
};

/// No body follows these, whatever the request was (RFC 9110 6.4.1).
bool statusHasNoBody(int status);

/// Status line, fields and blank line. Framing fields in `headers` (content-length, connection, upgrade, ...) give way
/// to `framing`; a field that would break the line structure is left out. `spare` bytes of room are kept for
/// the body.
QByteArray answerHead(int status, const Headers &headers, const AnswerFraming &framing, qsizetype spare = 0);

} // namespace pm::http
