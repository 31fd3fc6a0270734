// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "policy/guard_ledger.h"
#include "policy/placeholders.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Text that comes in pieces, on its way through a guardrail: what is found is rewritten, what may still
// become a find is held back, and the result does not depend on where the pieces were cut.
namespace pm::policy {

/// A piece of text to be replaced.
struct Edit
{
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string text;
    const GuardRule *rule = nullptr; ///< null for placeholders
    std::string_view kind;
};

/// Says what to replace. See TextCheck for the sense of both functions.
class Editor
{
public:
    virtual ~Editor() = default;
    virtual void edits(std::string_view text, std::size_t from, std::vector<Edit> &out) const = 0;
    virtual std::size_t openFrom(std::string_view text, std::size_t from) const = 0;
    /// The edit is done now. Error: Guardrail, when its rule refuses; nothing of the find has gone out then.
    virtual Result<void> taken(const Edit &edit) = 0;
    /// Rewrites and refuses, but counts nothing: for texts that have been counted elsewhere.
    void setSilent(bool isSilent) { m_isSilent = isSilent; }

protected:
    bool m_isSilent = false;
};

/// What rules do to the text of an answer.
class RuleEditor : public Editor
{
public:
    /// Only rules that act (rewrite or refuse), or only the others, which leave the text as it is.
    enum class Part { Acting, Noting };
    RuleEditor(const GuardRules &rules, Part part, GuardLedger &ledger);
    bool isEmpty() const { return m_rules.empty(); }
    void edits(std::string_view text, std::size_t from, std::vector<Edit> &out) const override;
    std::size_t openFrom(std::string_view text, std::size_t from) const override;
    Result<void> taken(const Edit &edit) override;

private:
    std::vector<const GuardRule *> m_rules;
    GuardLedger &m_ledger;
};

/// Puts values back where their placeholders stand.
class RestoreEditor : public Editor
{
public:
    explicit RestoreEditor(const Placeholders &placeholders)
        : m_placeholders(placeholders)
    {
    }
    void edits(std::string_view text, std::size_t from, std::vector<Edit> &out) const override;
    std::size_t openFrom(std::string_view text, std::size_t from) const override;
    Result<void> taken(const Edit &) override { return {}; }

private:
    const Placeholders &m_placeholders;
};

/// In order, and where two overlap one over both: what is found must not be left in part. A refusal goes
/// before a rewriting.
void joinOverlaps(std::vector<Edit> &edits);

/// One text in pieces.
class TextFilter
{
public:
    explicit TextFilter(Editor &editor)
        : m_editor(&editor)
    {
    }
    /// Appends what may go on. Error: see Editor::taken.
    Result<void> feed(std::string_view text, std::string &out);
    /// The text has ended: appends what was held.
    Result<void> finish(std::string &out);
    bool isHolding() const { return m_from < m_text.size(); }

private:
    Result<void> release(std::size_t cut, const std::vector<Edit> &edits, std::string &out);

    Editor *m_editor;
    std::string m_text;     ///< what the next finds may look back at, then what is held
    std::size_t m_from = 0; ///< where what is held begins
};

/// The same for JSON text in pieces, such as a tool call's arguments: the strings within are filtered, each
/// by itself and without its escapes; all else passes as it is. Numbers are not looked at. Pieces are whole letters of
/// UTF-8, as they are where they come from: texts of events that were parsed.
class JsonTextFilter
{
public:
    explicit JsonTextFilter(Editor &editor)
        : m_editor(&editor)
        , m_inside(editor)
    {
    }
    Result<void> feed(std::string_view text, std::string &out);
    Result<void> finish(std::string &out);
    bool isHolding() const { return !m_escape.empty() || m_inside.isHolding(); }

private:
    Result<void> string(std::string_view raw, std::string &out);

    Editor *m_editor;
    TextFilter m_inside;
    std::string m_escape; ///< an escape that is not whole
    bool m_inString = false;
};

/// A whole text at once; nothing when it stays as it is.
Result<std::optional<std::string>> filtered(Editor &editor, std::string_view text, bool isJson);

} // namespace pm::policy
