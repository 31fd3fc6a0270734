// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

#include <vector>

namespace pm::ui {

struct PrettyJson
{
    QString text;
    std::vector<int> lines; ///< of the offsets asked for, in their order; from 0
};

/// JSON laid out for reading. Works on the text, not on a tree: members keep their order, numbers their
/// digits, and what is not JSON comes back as it is. Strings over `longest` bytes are cut ("… 4.9 MB"),
/// because one endless line makes any editor crawl. Linear, never fails, safe from any thread.
QString prettyJson(const QByteArray &text, qsizetype longest = 10'000);

/// The same, and on which line each of `offsets` comes to stand: bytes of `text`, ascending, each where a
/// value or a member's name begins.
PrettyJson prettyJsonWithLines(const QByteArray &text, const std::vector<qsizetype> &offsets,
                               qsizetype longest = 10'000);

/// Whether the text begins like a JSON object or array.
bool looksLikeJson(const QByteArray &text);

} // namespace pm::ui
