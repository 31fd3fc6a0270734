// SPDX-License-Identifier: GPL-3.0-or-later
#include "session.h"

#include "config/yaml_tree.h"
#include "line_changes.h"

#include <algorithm>
#include <chrono>

namespace pm::ui {

namespace {

constexpr std::size_t kMaxSteps = 200;

void push(std::vector<std::string> &steps, std::string text)
{
    if (steps.size() == kMaxSteps)
        steps.erase(steps.begin());
    steps.push_back(std::move(text));
}

} // namespace

Session::Session(SessionActions actions, QObject *parent)
    : QObject(parent)
    , m_actions(std::move(actions))
    , m_draft(m_actions.appliedText())
    , m_applied(m_draft)
{
    m_check.setSingleShot(true);
    m_check.setInterval(std::chrono::milliseconds(150));
    connect(&m_check, &QTimer::timeout, this, &Session::checkNow);
    checkNow();
}

int Session::changes() const
{
    return countLineChanges(m_applied, m_draft);
}

void Session::change(std::string text)
{
    m_draft = std::move(text);
    m_check.start();
    Q_EMIT draftChanged();
}

void Session::pushUndo()
{
    push(m_undo, m_draft);
    m_redo.clear();
}

void Session::type(std::string text)
{
    if (text == m_draft)
        return;
    if (!m_isTyping)
        pushUndo();
    m_isTyping = true;
    change(std::move(text));
}

Result<void> Session::edit(const Edit &edit)
{
    Result<std::string> edited = edit(m_draft);
    if (!edited)
        return fail(edited.error());
    if (*edited == m_draft)
        return {};
    m_isTyping = false;
    pushUndo();
    change(std::move(*edited));
    checkNow(); // form edits come one by one and their fields show the outcome at once
    return {};
}

void Session::undo()
{
    if (m_undo.empty())
        return;
    m_isTyping = false;
    push(m_redo, m_draft);
    std::string text = std::move(m_undo.back());
    m_undo.pop_back();
    change(std::move(text));
    checkNow();
}

void Session::redo()
{
    if (m_redo.empty())
        return;
    m_isTyping = false;
    push(m_undo, m_draft);
    std::string text = std::move(m_redo.back());
    m_redo.pop_back();
    change(std::move(text));
    checkNow();
}

void Session::checkNow()
{
    m_check.stop();
    m_isTyping = false;
    m_loaded = m_actions.check(m_draft);
    m_isReadable = m_loaded.isUsable();
    if (!m_isReadable) {
        const std::vector<config::Problem> ofSyntax = config::yaml::parse(m_draft).problems;
        m_isReadable = std::none_of(ofSyntax.begin(), ofSyntax.end(), [](const config::Problem &problem) {
            return problem.severity == config::Problem::Severity::Error;
        });
    }
    Q_EMIT problemsChanged();
}

Result<void> Session::apply()
{
    checkNow();
    if (!isUsable())
        return fail(ErrorKind::Config, config::formatProblems("draft", problems()));
    m_isApplying = true;
    Result<void> done = m_actions.apply(m_draft);
    m_isApplying = false;
    if (!done)
        return done;
    push(m_appliedBefore, m_applied);
    setApplied(m_draft);
    return {};
}

void Session::revert()
{
    m_hasConflict = false;
    if (isChanged()) {
        m_isTyping = false;
        pushUndo();
        change(m_applied);
        checkNow();
    }
    Q_EMIT appliedChanged();
}

Result<void> Session::undoApply()
{
    if (m_appliedBefore.empty())
        return {};
    const std::string text = m_appliedBefore.back();
    const bool hadChanges = isChanged();
    m_isApplying = true;
    Result<void> done = m_actions.apply(text);
    m_isApplying = false;
    if (!done)
        return done;
    m_appliedBefore.pop_back();
    if (!hadChanges) {
        pushUndo();
        change(text);
    }
    setApplied(text);
    checkNow();
    return {};
}

void Session::setApplied(std::string text)
{
    m_applied = std::move(text);
    m_hasConflict = false;
    Q_EMIT appliedChanged();
}

void Session::dismissConflict()
{
    m_hasConflict = false;
    Q_EMIT appliedChanged();
}

void Session::noteApplied()
{
    if (m_isApplying)
        return;
    std::string text = m_actions.appliedText();
    if (text == m_applied)
        return;
    const bool hadChanges = isChanged() && m_draft != text;
    const bool isNew = m_draft != text;
    setApplied(std::move(text));
    if (hadChanges) {
        m_hasConflict = true;
        Q_EMIT conflict();
    } else if (isNew) {
        m_isTyping = false;
        pushUndo();
        change(m_applied);
        checkNow();
    }
}

} // namespace pm::ui

#include "moc_session.cpp"
