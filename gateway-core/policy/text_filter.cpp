// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/text_filter.h"

#include "policy/json_values.h"
#include "policy/pattern_finder.h"

#include <algorithm>
#include <cctype>

namespace pm::policy {

namespace {

constexpr std::size_t kMostHeld = 2 * kMostOpen; ///< beyond it a find that never ends counts as ended

bool isWithinLetter(std::string_view text, std::size_t at)
{
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

/// How much of the end of `raw`, the inside of a JSON string, is an escape that is not whole, or the first
/// half of a pair.
std::size_t openEscape(std::string_view raw)
{
    constexpr std::size_t kEscape = 6;
    for (std::size_t at = 0; at < raw.size();) {
        if (raw[at] != '\\') {
            ++at;
            continue;
        }
        const bool hasU = at + 1 < raw.size() && raw[at + 1] == 'u';
        std::size_t end = at + 2; // of the digits; with a wrong one it is no unit, and nothing more is waited for
        while (hasU && end < raw.size() && end < at + kEscape && std::isxdigit(static_cast<unsigned char>(raw[end])))
            ++end;
        const bool isUnit = hasU && end == at + kEscape;
        if (raw.size() - at < 2 || (hasU && !isUnit && end == raw.size()))
            return raw.size() - at;
        const std::size_t length = isUnit ? kEscape : 2;
        const bool isHigh = isUnit && (raw[at + 2] == 'd' || raw[at + 2] == 'D') &&
                            std::string_view("89abAB").find(raw[at + 3]) != std::string_view::npos;
        if (isHigh && raw.size() - at < 2 * kEscape) {
            const std::string_view next = raw.substr(at + kEscape);
            if (next.empty() || (next[0] == '\\' && (next.size() == 1 || next[1] == 'u')))
                return raw.size() - at;
        }
        at += length;
    }
    return 0;
}

} // namespace

RuleEditor::RuleEditor(const GuardRules &rules, Part part, GuardLedger &ledger)
    : m_ledger(ledger)
{
    for (const GuardRule &rule : rules.all()) {
        const bool acts = rule.rewrites() || rule.refuses();
        if (rule.onAnswer && rule.text && acts == (part == Part::Acting))
            m_rules.push_back(&rule);
    }
}

void RuleEditor::edits(std::string_view text, std::size_t from, std::vector<Edit> &out) const
{
    std::vector<Find> finds;
    for (const GuardRule *rule : m_rules) {
        finds.clear();
        rule->text->find(text, from, finds);
        for (const Find &find : finds) {
            const bool rewrites = rule->rewrites() || rule->refuses();
            out.push_back({find.begin, find.end,
                           rewrites ? "[" + std::string(find.kind) + "]"
                                    : std::string(text.substr(find.begin, find.end - find.begin)),
                           rule, find.kind});
        }
    }
}

std::size_t RuleEditor::openFrom(std::string_view text, std::size_t from) const
{
    std::size_t open = text.size();
    for (const GuardRule *rule : m_rules)
        open = std::min(open, rule->text->openFrom(text, from));
    return open;
}

Result<void> RuleEditor::taken(const Edit &edit)
{
    if (!m_isSilent)
        m_ledger.note(*edit.rule, true, edit.kind, {});
    if (edit.rule->refuses())
        return fail(GuardLedger::refusal(*edit.rule, true, kindName(edit.kind), {}));
    return {};
}

void RestoreEditor::edits(std::string_view text, std::size_t from, std::vector<Edit> &out) const
{
    for (std::size_t at = text.find('<', from); at != std::string_view::npos; at = text.find('<', at + 1)) {
        const std::size_t end = text.substr(at, Placeholders::kLongest).find('>');
        const std::string *value =
            end == std::string_view::npos ? nullptr : m_placeholders.valueOf(text.substr(at, end + 1));
        if (value)
            out.push_back({at, at + end + 1, *value, nullptr, {}});
    }
}

std::size_t RestoreEditor::openFrom(std::string_view text, std::size_t from) const
{
    const std::size_t at = text.rfind('<');
    if (at == std::string_view::npos || at < from || text.size() - at > Placeholders::kLongest)
        return text.size();
    const std::string_view name = text.substr(at + 1);
    const bool mayBe =
        std::all_of(name.begin(), name.end(), [](char c) { return isUpper(c) || isDigit(c) || c == '_'; });
    return mayBe ? at : text.size();
}

void joinOverlaps(std::vector<Edit> &edits)
{
    std::stable_sort(edits.begin(), edits.end(),
                     [](const Edit &a, const Edit &b) { return a.begin < b.begin; });
    std::size_t kept = 0;
    for (Edit &edit : edits) {
        if (kept == 0 || edit.begin >= edits[kept - 1].end) {
            if (&edits[kept] != &edit)
                edits[kept] = std::move(edit);
            ++kept;
            continue;
        }
        Edit &first = edits[kept - 1];
        const std::size_t end = std::max(first.end, edit.end);
        const bool refuses = edit.rule && edit.rule->refuses() && !(first.rule && first.rule->refuses());
        if (refuses)
            first = {first.begin, end, edit.text, edit.rule, edit.kind};
        first.end = end;
    }
    edits.erase(edits.begin() + static_cast<std::ptrdiff_t>(kept), edits.end());
}

Result<void> TextFilter::feed(std::string_view text, std::string &out)
{
    m_text.append(text);
    if (m_from == m_text.size())
        return {};
    std::size_t cut = m_editor->openFrom(m_text, m_from);
    while (cut > m_from && isWithinLetter(m_text, cut))
        --cut;
    if (cut == m_from && m_text.size() - m_from <= kMostHeld)
        return {};
    std::vector<Edit> edits;
    m_editor->edits(m_text, m_from, edits);
    joinOverlaps(edits);
    const bool isTooLong = m_text.size() - m_from > kMostHeld;
    for (const Edit &edit : edits) {
        if (edit.begin < cut && edit.end > cut)
            cut = isTooLong ? edit.end : edit.begin;
    }
    if (isTooLong && cut == m_from)
        cut = m_text.size();
    return release(cut, edits, out);
}

Result<void> TextFilter::finish(std::string &out)
{
    std::vector<Edit> edits;
    if (m_from < m_text.size())
        m_editor->edits(m_text, m_from, edits);
    joinOverlaps(edits);
    auto released = release(m_text.size(), edits, out);
    m_text.clear();
    m_from = 0;
    return released;
}

Result<void> TextFilter::release(std::size_t cut, const std::vector<Edit> &edits, std::string &out)
{
    for (const Edit &edit : edits) {
        if (edit.end > cut)
            break;
        out.append(m_text, m_from, edit.begin - m_from);
        m_from = edit.end;
        if (auto taken = m_editor->taken(edit); !taken)
            return taken;
        out.append(edit.text);
    }
    out.append(m_text, m_from, cut - m_from);
    const std::size_t kept = cut - std::min(cut, kLookBehind);
    m_text.erase(0, kept);
    m_from = cut - kept;
    return {};
}

Result<void> JsonTextFilter::string(std::string_view raw, std::string &out)
{
    m_escape.append(raw);
    const std::size_t open = openEscape(m_escape);
    const std::string whole = m_escape.substr(0, m_escape.size() - open);
    m_escape.erase(0, whole.size());
    std::string plain;
    auto fed = m_inside.feed(unescaped(whole), plain);
    appendEscaped(out, plain);
    return fed;
}

Result<void> JsonTextFilter::feed(std::string_view text, std::string &out)
{
    while (!text.empty()) {
        if (!m_inString) {
            const std::size_t quote = std::min(text.find('"'), text.size());
            out.append(text.substr(0, quote));
            text.remove_prefix(quote);
            if (!text.empty()) {
                out += '"';
                text.remove_prefix(1);
                m_inString = true;
                m_inside = TextFilter(*m_editor);
            }
            continue;
        }
        // A quote behind an open backslash is no end.
        std::size_t end = 0;
        bool isEscaped = m_escape.ends_with('\\');
        while (end < text.size() && (isEscaped || text[end] != '"')) {
            isEscaped = !isEscaped && text[end] == '\\';
            ++end;
        }
        if (auto fed = string(text.substr(0, end), out); !fed)
            return fed;
        text.remove_prefix(end);
        if (text.empty())
            return {};
        std::string plain = unescaped(m_escape); // half a pair alone
        std::string rest;
        auto fed = m_inside.feed(plain, rest);
        if (fed)
            fed = m_inside.finish(rest);
        appendEscaped(out, rest);
        m_escape.clear();
        m_inString = false;
        if (!fed)
            return fed;
        out += '"';
        text.remove_prefix(1);
    }
    return {};
}

Result<void> JsonTextFilter::finish(std::string &out)
{
    std::string rest;
    auto fed = m_inside.finish(rest);
    appendEscaped(out, rest);
    out += m_escape; // the text was cut here
    m_escape.clear();
    return fed;
}

Result<std::optional<std::string>> filtered(Editor &editor, std::string_view text, bool isJson)
{
    std::string out;
    Result<void> fed;
    if (isJson) {
        JsonTextFilter filter(editor);
        fed = filter.feed(text, out);
        if (fed)
            fed = filter.finish(out);
    } else {
        std::vector<Edit> edits;
        editor.edits(text, 0, edits);
        if (edits.empty())
            return std::nullopt;
        joinOverlaps(edits);
        std::size_t at = 0;
        for (const Edit &edit : edits) {
            out.append(text.substr(at, edit.begin - at));
            at = edit.end;
            fed = editor.taken(edit);
            if (!fed)
                break;
            out.append(edit.text);
        }
        out.append(text.substr(at));
    }
    if (!fed)
        return tl::unexpected(fed.error());
    return out == text ? std::nullopt : std::optional(std::move(out));
}

} // namespace pm::policy
