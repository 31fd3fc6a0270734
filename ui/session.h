// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "config/config_yaml.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace pm::ui {

/// What a Session asks of the gateway. All are called on the GUI thread; every member is set.
struct SessionActions
{
    std::function<std::string()> appliedText;                 ///< the text that is in force
    std::function<config::Loaded(const std::string &)> check; ///< without applying
    std::function<Result<void>(const std::string &)> apply;   ///< checks, saves, applies
};

/// The configuration under edit: one draft text that every editor shows and changes, the text in force beside
/// it, and the way from one to the other. GUI thread; made by the app, outlives the pages.
class Session : public QObject
{
    Q_OBJECT

public:
    explicit Session(SessionActions actions, QObject *parent = nullptr);

    const std::string &draft() const { return m_draft; }
    const std::string &applied() const { return m_applied; }
    bool isChanged() const { return m_draft != m_applied; }
    int changes() const; ///< places where the draft differs from what is in force

    /// As typed: what comes within 150 ms of each other is one step for undo.
    void type(std::string text);
    /// An edit as config/config_edit.h makes it: one step. Error: what the edit says; the draft stays.
    using Edit = std::function<Result<std::string>(std::string_view text)>;
    Result<void> edit(const Edit &edit);

    bool canUndo() const { return !m_undo.empty(); }
    bool canRedo() const { return !m_redo.empty(); }
    void undo();
    void redo();

    /// Of the draft, as last checked; up to date once problemsChanged came.
    const std::vector<config::Problem> &problems() const { return m_loaded.problems; }
    /// What the draft says; where it has errors, what could be read of it.
    const config::Config &config() const { return m_loaded.config; }
    bool isUsable() const { return m_loaded.isUsable(); }
    bool isReadable() const { return m_isReadable; } ///< the YAML is well-formed, so that edits can be made
    bool isCheckPending() const { return m_check.isActive(); }
    void checkNow();

    /// Error: Config with the problems, or what saving said; the draft stays.
    Result<void> apply();
    void revert(); ///< the draft becomes what is in force; can be undone
    bool canUndoApply() const { return !m_appliedBefore.empty(); }
    /// Brings back what was in force before the last apply of this run. A draft with other changes stays.
    Result<void> undoApply();

    /// The configuration in force changed under the draft, and the draft has changes of its own: it was kept.
    bool hasConflict() const { return m_hasConflict; }
    void dismissConflict();
    /// To be called when the gateway says that another configuration is in force.
    void noteApplied();

Q_SIGNALS:
    void draftChanged();
    void problemsChanged();
    void appliedChanged();
    void conflict();

private:
    void change(std::string text);
    void pushUndo();
    void setApplied(std::string text);

    const SessionActions m_actions;
    std::string m_draft;
    std::string m_applied;
    std::vector<std::string> m_undo, m_redo;  ///< at most kMaxSteps each
    std::vector<std::string> m_appliedBefore; ///< at most kMaxSteps
    config::Loaded m_loaded;
    QTimer m_check;
    bool m_isReadable = true;
    bool m_isTyping = false;
    bool m_isApplying = false;
    bool m_hasConflict = false;
};

} // namespace pm::ui
