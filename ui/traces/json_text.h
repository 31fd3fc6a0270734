// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace pm::ui {

/// JSON laid out for reading. Works on the text, not on a tree: members keep their order, numbers their
/// digits, and what is not JSON comes back as it is. Strings over `longest` bytes are cut ("… 4.9 MB"),
/// because one endless line makes any editor crawl. Linear, never fails, safe from any thread.
QString prettyJson(const QByteArray &text, qsizetype longest = 10'000);

/// Whether the text begins like a JSON object or array.
bool looksLikeJson(const QByteArray &text);

} // namespace pm::ui
