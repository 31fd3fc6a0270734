// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config_edit.h"

#include <QWidget>

class QsciLexerYAML;
class QsciScintilla;

namespace pm::ui {

class Session;
class Theme;

/// The draft as text: colours, line numbers, and each problem as a squiggle with its message below the line.
/// Types into the session and shows what others changed there, without moving what the user looks at.
class YamlEditor : public QWidget
{
    Q_OBJECT

public:
    YamlEditor(const Theme &theme, Session &session, QWidget *parent = nullptr);

    /// Marks the lines of a place and brings them into sight; nothing clears the mark.
    void mark(const std::optional<config::Place> &place);
    /// Puts the cursor there, and the focus.
    void goTo(int line, int column);
    QsciScintilla &scintilla() { return *m_editor; }

Q_SIGNALS:
    void cursorMoved(int line); ///< by the user; from 1

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void setUp();
    void paintTheme();
    void showDraft();
    void showProblems();
    void takeTyping();

    const Theme &m_theme;
    Session &m_session;
    QsciScintilla *m_editor;
    QsciLexerYAML *m_lexer;
    bool m_isFilling = false;
};

} // namespace pm::ui
