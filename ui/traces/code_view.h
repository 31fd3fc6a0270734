// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "traces/prepared.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
class QLineEdit;
class QPushButton;
QT_END_NAMESPACE
class QsciLexerJSON;
class QsciScintilla;

namespace pm::ui {

class Theme;

/// Text for reading: JSON with colours and folding, Ctrl F to find, and a way to the whole where it was cut.
class CodeView : public QWidget
{
    Q_OBJECT

public:
    CodeView(const Theme &theme, const QString &name, QWidget *parent = nullptr);

    void setBody(const BodyText &body, const QString &emptyText);
    bool isBinary() const { return m_isBinary; } ///< what is shown stands for bytes that are no text

Q_SIGNALS:
    void saveWanted(); ///< the whole, as it was stored

private:
    void setUpEditor(const QString &name);
    void paintTheme();
    QWidget *makeFindBar();
    void showFind();
    void find(bool forward, bool fromStart);

    const Theme &m_theme;
    QsciScintilla *m_editor;
    QsciLexerJSON *m_lexer;
    QWidget *m_findBar;
    QLineEdit *m_findField = nullptr;
    QLabel *m_findNote = nullptr;
    QWidget *m_cutBar;
    QLabel *m_cutNote;
    QLabel *m_empty;
    bool m_isBinary = false;
};

} // namespace pm::ui
