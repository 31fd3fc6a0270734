// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/json_text.h"

#include "format.h"

namespace pm::ui {

namespace {

constexpr int kMaxIndent = 60; ///< levels; deeper ones are not indented further

class Printer
{
public:
    Printer(const QByteArray &text, qsizetype longest)
        : m_text(text)
        , m_longest(longest)
    {
        m_out.reserve(text.size() + text.size() / 4);
    }

    QByteArray run()
    {
        while (m_at < m_text.size())
            step();
        return std::move(m_out);
    }

private:
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
            m_out.append(m_text.constData() + from, size);
            return;
        }
        // Cut where a character begins, and not inside an escape: the start of a long string is plain enough.
        qsizetype shown = std::min<qsizetype>(200, m_longest);
        while (shown > 0 && ((m_text[from + shown] & 0xC0) == 0x80 || m_text[from + shown - 1] == '\\'))
            --shown;
        m_out.append(m_text.constData() + from, shown);
        m_out.append(" … " + bytesText(size).toUtf8() + '"');
    }

    void newLine()
    {
        m_out.append('\n');
        m_out.append(2 * std::clamp(m_depth, 0, kMaxIndent), ' ');
    }

    const QByteArray &m_text;
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
    return QString::fromUtf8(looksLikeJson(text) ? Printer(text, longest).run() : text);
}

} // namespace pm::ui
