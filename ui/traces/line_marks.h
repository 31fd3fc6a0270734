// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "traces/body_text.h"

#include <QObject>

class QsciScintilla;

namespace pm::ui {

class Theme;

/// Marks on lines of an editor: a sign in the gutter beside line numbers, a tint behind the line, and what is to be
/// said as tool tip and, where the cursor stands, as the editor's accessible description. Without marks the gutter is
/// gone. Owned by whoever owns the editor.
class LineMarks : public QObject
{
    Q_OBJECT

public:
    LineMarks(const Theme &theme, QsciScintilla *editor);

    void setMarks(std::vector<LineMark> marks);
    void paintTheme();
    /// The cursor goes there, in sight and unfolded, and with it the focus.
    void goTo(int line);
    /// To the next or previous mark from the cursor, round the end. False when there is none.
    bool step(bool forward);
    /// What is said of a line, one mark a line of text; empty when nothing is.
    QString textAt(int line) const;
    int cursorLine() const;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void describeCursor();

    const Theme &m_theme;
    QsciScintilla *m_editor;
    std::vector<LineMark> m_marks;
};

} // namespace pm::ui
