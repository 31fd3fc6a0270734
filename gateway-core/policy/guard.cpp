// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/guard.h"

#include "base/json.h"
#include "policy/request_texts.h"

#include <algorithm>

namespace pm::policy {

namespace {

/// What rules do to the texts of a request. Refusals are kept, not told at once: what may be kept of the
/// request is what is left when everything is out.
class RequestEditor : public Editor
{
public:
    struct World
    {
        const GuardRules &rules;
        GuardLedger &ledger;
        Placeholders &placeholders;
        std::string_view body;
        std::optional<Error> &refusal;
    };
    RequestEditor(const World &world, RuleEditor::Part part)
        : m_world(world)
    {
        for (const GuardRule &rule : world.rules.all()) {
            const bool acts = rule.rewrites() || rule.refuses();
            if (rule.onRequest && rule.text && acts == (part == RuleEditor::Part::Acting))
                m_rules.push_back(&rule);
        }
    }
    bool isEmpty() const { return m_rules.empty(); }
    void setField(const JsonPath &path) { m_path = &path; }

    void edits(std::string_view text, std::size_t from, std::vector<Edit> &out) const override
    {
        std::vector<Find> finds;
        for (const GuardRule *rule : m_rules) {
            finds.clear();
            rule->text->find(text, from, finds);
            for (const Find &find : finds)
                out.push_back({find.begin, find.end, standsFor(*rule, find, text), rule, find.kind});
        }
    }
    std::size_t openFrom(std::string_view text, std::size_t from) const override
    {
        std::size_t open = text.size();
        for (const GuardRule *rule : m_rules)
            open = std::min(open, rule->text->openFrom(text, from));
        return open;
    }
    Result<void> taken(const Edit &edit) override
    {
        const std::string field = m_path->text();
        if (!m_isSilent)
            m_world.ledger.note(*edit.rule, false, edit.kind, field);
        if (edit.rule->refuses() && !m_world.refusal)
            m_world.refusal = GuardLedger::refusal(*edit.rule, false, kindName(edit.kind), field);
        return {};
    }

private:
    std::string standsFor(const GuardRule &rule, const Find &find, std::string_view text) const
    {
        const std::string_view value = text.substr(find.begin, find.end - find.begin);
        if (rule.rewrites() && rule.action == GuardRule::Action::Replace)
            return m_world.placeholders.of(find.kind, value, m_world.body);
        return rule.rewrites() || rule.refuses() ? "[" + std::string(find.kind) + "]" : std::string(value);
    }

    World m_world;
    std::vector<const GuardRule *> m_rules;
    const JsonPath *m_path = nullptr;
};

} // namespace

Guard::Guard(std::shared_ptr<const GuardRules> rules)
    : m_rules(std::move(rules))
    , m_acting(*m_rules, RuleEditor::Part::Acting, m_ledger)
    , m_noting(*m_rules, RuleEditor::Part::Noting, m_ledger)
    , m_restore(m_placeholders)
{
}

Guard::Guarded Guard::request(const Asked &asked)
{
    Said said;
    said.bytes = asked.body.size();
    said.tokens = asked.tokens;
    said.model = asked.model;
    Guarded guarded = pass(asked.body, false, &said);
    return guarded;
}

Guard::Guarded Guard::again(std::string_view body)
{
    return pass(body, true, nullptr);
}

Guard::Guarded Guard::pass(std::string_view body, bool isSilent, Said *said)
{
    Guarded guarded;
    const RequestEditor::World world{*m_rules, m_ledger, m_placeholders, body, guarded.refusal};
    RequestEditor acting(world, RuleEditor::Part::Acting);
    RequestEditor noting(world, RuleEditor::Part::Noting);
    acting.setSilent(isSilent);
    json::Splice splice(body);
    std::string last; // text of the conversation
    visitValues(body, [&](const JsonPath &path, const JsonValue &value) {
        const RequestText kind = requestText(path, value, body);
        if (kind == RequestText::None)
            return;
        const std::string text = value.kind == '"'
                                     ? unescaped(body.substr(value.begin + 1, value.end - value.begin - 2))
                                     : std::string(path.name());
        if (said && kind == RequestText::Tool) {
            said->toolNames.push_back(text);
            said->tools = said->toolNames.size();
        }
        if (kind == RequestText::Tool)
            return;
        if (said)
            said->characters += charactersOf(text);
        if (said && isConversation(path))
            last = text;
        acting.setField(path);
        noting.setField(path);
        const bool isJson = kind == RequestText::Arguments;
        if (!isSilent && !noting.isEmpty())
            (void)filtered(noting, text, isJson);
        if (acting.isEmpty())
            return;
        const auto changed = filtered(acting, text, isJson);
        if (changed && *changed)
            splice.replace({value.begin, value.end}, quotedJson(**changed));
    });
    for (const GuardRule &rule : m_rules->all()) {
        if (!said || !rule.onRequest || !rule.whole)
            continue;
        said->text = last;
        const auto problem = rule.whole->problem(*said);
        if (!problem)
            continue;
        m_ledger.noteWhole(rule, false, *problem);
        if (rule.refuses() && !guarded.refusal)
            guarded.refusal = GuardLedger::refusal(rule, false, *problem, {});
    }
    guarded.hasChanged = !splice.isEmpty();
    guarded.body = guarded.hasChanged ? splice.apply() : std::string(body);
    return guarded;
}

AnswerLook Guard::checking()
{
    m_judge.emplace(*m_rules, m_ledger);
    return {m_acting.isEmpty() ? nullptr : &m_acting, m_noting.isEmpty() ? nullptr : &m_noting,
            m_judge->isEmpty() ? nullptr : &*m_judge};
}

AnswerLook Guard::restoring()
{
    return {&m_restore, nullptr, nullptr, true};
}

Result<Guard::Answer> Guard::reply(DialectId dialect, std::string_view body)
{
    Answer answer;
    answer.kept = body;
    if (m_rules->lookAtAnswers()) {
        auto checked = guardedBody(dialect, body, checking());
        if (!checked)
            return tl::unexpected(checked.error());
        answer.kept = std::move(*checked);
    }
    if (!restores()) {
        answer.client = answer.kept;
        return answer;
    }
    auto restored = guardedBody(dialect, answer.kept, restoring());
    if (!restored)
        return tl::unexpected(restored.error());
    answer.client = std::move(*restored);
    return answer;
}

void Guard::beginStream(DialectId dialect, bool asArray)
{
    m_check.reset();
    m_putBack.reset();
    if (m_rules->lookAtAnswers())
        m_check.emplace(dialect, asArray, checking());
    if (restores())
        m_putBack.emplace(dialect, asArray, restoring());
}

Result<void> Guard::restored(Answer &out, std::size_t from, bool hasEnded)
{
    const std::string_view checked = std::string_view(out.kept).substr(from);
    if (!m_putBack) {
        out.client.append(checked);
        return {};
    }
    auto fed = m_putBack->feed(checked, out.client);
    return fed && hasEnded ? m_putBack->finish(out.client) : fed;
}

Result<void> Guard::feed(std::string_view bytes, Answer &out)
{
    const std::size_t from = out.kept.size();
    Result<void> checked;
    if (m_check)
        checked = m_check->feed(bytes, out.kept);
    else
        out.kept.append(bytes);
    auto put = restored(out, from, !checked.has_value()); // what was held before a refusal may go
    return checked ? put : checked;
}

Result<void> Guard::finish(Answer &out)
{
    const std::size_t from = out.kept.size();
    Result<void> checked;
    if (m_check)
        checked = m_check->finish(out.kept);
    auto put = restored(out, from, true);
    return checked ? put : checked;
}

} // namespace pm::policy
