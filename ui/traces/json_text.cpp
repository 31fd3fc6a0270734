// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/json_text.h"

#include "format.h"

#include <algorithm>

namespace pm::ui {

namespace {

constexpr int kMaxIndent = 60; ///< levels; deeper ones are not indented further

class Printer
{
public:
    Printer(const QByteArray &text, const std::vector<qsizetype> &offsets, qsizetype longest)
        : m_text(text)
        , m_offsets(offsets)
        , m_longest(longest)
    {
        m_out.reserve(text.size() + text.size() / 4);
    }

    QByteArray run()
    {
        while (m_at < m_text.size()) {
            noteLines();
            step();
        }
        return std::move(m_out);
    }

    /// After run().
    std::vector<int> lines()
    {
        m_lines.resize(m_offsets.size(), m_line);
        return std::move(m_lines);
    }

private:
    void noteLines()
    {
        while (m_lines.size() < m_offsets.size() && m_offsets[m_lines.size()] <= m_at)
            m_lines.push_back(m_line);
    }

    void step()
    {
        const char c = m_text[m_at];
        switch (c) {
        case '"':
            return string();
        case '{':
        case '[':
            return open(c);
        case '}':
        case ']':
            --m_depth;
            newLine();
            m_out.append(c);
            break;
        case ',':
            m_out.append(c);
            newLine();
            break;
        case ':':
            m_out.append(": ");
            break;
        case ' ':
        case '\t':
        case '\r':
        case '\n':
            break;
        default:
            m_out.append(c);
        }
        ++m_at;
    }

    void open(char c)
    {
        m_out.append(c);
        ++m_at;
        while (m_at < m_text.size() &&
               (m_text[m_at] == ' ' || m_text[m_at] == '\n' || m_text[m_at] == '\r' || m_text[m_at] == '\t'))
            ++m_at;
        if (m_at < m_text.size() && (m_text[m_at] == '}' || m_text[m_at] == ']')) {
            m_out.append(m_text[m_at++]); // empty ones stay on the line
            return;
        }
        ++m_depth;
        newLine();
    }

    void string()
    {
        const qsizetype from = m_at++;
        while (m_at < m_text.size() && m_text[m_at] != '"')
            m_at += m_text[m_at] == '\\' ? 2 : 1;
        m_at = std::min(m_at + 1, m_text.size());
        const qsizetype size = m_at - from;
        if (size <= m_longest) {
            append(from, size);
            return;
        }
        // Cut where a character begins, and not inside an escape: the start of a long string is plain enough.
        qsizetype shown = std::min<qsizetype>(200, m_longest);
        while (shown > 0 && ((m_text[from + shown] & 0xC0) == 0x80 || m_text[from + shown - 1] == '\\'))
            --shown;
        append(from, shown);
        m_out.append(" … " + bytesText(size).toUtf8() + '"');
    }

    void append(qsizetype from, qsizetype size)
    {
        const char *const text = m_text.constData() + from;
        m_out.append(text, size);
        // No JSON has line breaks in its strings; what only looks like JSON may.
        m_line += int(std::count(text, text + size, '\n'));
    }

    void newLine()
    {
        ++m_line;
        m_out.append('\n');
        m_out.append(2 * std::clamp(m_depth, 0, kMaxIndent), ' ');
    }

    const QByteArray &m_text;
    const std::vector<qsizetype> &m_offsets;
    std::vector<int> m_lines;
    int m_line = 0;
    qsizetype m_longest;
    qsizetype m_at = 0;
    int m_depth = 0;
    QByteArray m_out;
};

} // namespace

bool looksLikeJson(const QByteArray &text)
{
    for (const char c : text) {
        if (c == '{' || c == '[')
            return true;
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t')
            return false;
    }
    return false;
}

QString prettyJson(const QByteArray &text, qsizetype longest)
{
    return prettyJsonWithLines(text, {}, longest).text;
}

PrettyJson prettyJsonWithLines(const QByteArray &text, const std::vector<qsizetype> &offsets,
                               qsizetype longest)
{
    if (!looksLikeJson(text))
        return {QString::fromUtf8(text), std::vector<int>(offsets.size(), 0)};
    Printer printer(text, offsets, longest);
    PrettyJson pretty;
    pretty.text = QString::fromUtf8(printer.run());
    pretty.lines = printer.lines();
    return pretty;
}

} // namespace pm::ui
