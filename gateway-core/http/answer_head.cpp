// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/answer_head.h"

#include "http/characters.h"

#include <algorithm>

namespace pm::http {

namespace {

bool isOurs(const Headers::Field &field)
{
    return isHopByHop(field.first) || equalsIgnoreCase(field.first, "content-length");
}

bool isSound(const Headers::Field &field)
{
    return !field.first.empty() && std::all_of(field.first.begin(), field.first.end(), isTokenChar) &&
           std::all_of(field.second.begin(), field.second.end(), isValueChar);
}

void append(QByteArray &out, std::string_view text)
{
    out.append(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace

bool statusHasNoBody(int status)
{
    return (status >= 100 && status < 200) || status == 204 || status == 304;
}

QByteArray answerHead(int status, const Headers &headers, const AnswerFraming &framing, qsizetype spare)
{
    QByteArray head;
    head.reserve(256 + static_cast<qsizetype>(headers.size()) * 48 + spare);
    append(head, "HTTP/1.1 ");
    append(head, std::to_string(status));
    append(head, " ");
    append(head, reasonPhrase(status));
    append(head, "\r\n");
    for (const Headers::Field &field : headers.fields()) {
        if (isOurs(field) || !isSound(field))
            continue;
        append(head, field.first);
        append(head, ": ");
        append(head, field.second);
        append(head, "\r\n");
    }
    if (framing.contentLength) {
        append(head, "content-length: ");
        append(head, std::to_string(*framing.contentLength));
        append(head, "\r\n");
    }
    if (framing.isChunked)
        append(head, "transfer-encoding: chunked\r\n");
    if (!framing.upgrade.empty()) {
        append(head, "upgrade: ");
        append(head, framing.upgrade);
        append(head, framing.closes ? "\r\nconnection: Upgrade, close\r\n" : "\r\nconnection: Upgrade\r\n");
    } else if (framing.closes) {
        append(head, "connection: close\r\n");
    }
    append(head, "\r\n");
    return head;
}

} // namespace pm::http
