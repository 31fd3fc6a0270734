// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routers/node_problem.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QLineEdit;
class QToolButton;
QT_END_NAMESPACE

namespace pm::ui {

class Theme;

/// One sentence of an ExampleList. GUI thread.
class ExampleLine : public QWidget
{
    Q_OBJECT

public:
    ExampleLine(const Theme &theme, const QString &name, QWidget *parent = nullptr);

    void setText(const QString &text); ///< unless something else is being typed
    QString take();                    ///< what was typed, trimmed; from now on setText() shows again
    void start();                      ///< gives it the focus
    bool isTyping() const;
    bool hasFocusWithin() const;
    void showProblems(const NodeProblems &problems);
    QList<QWidget *> stops() const;

Q_SIGNALS:
    void left();            ///< the text is to be taken
    void entered();         ///< Enter: it is to be taken, and the next one is wanted
    void stepped(int step); ///< -1: the line above is wanted, 1: the one below
    void removeWanted(bool byKey);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QLineEdit *m_edit;
    QToolButton *m_remove;
    ProblemNote *m_note;
};

} // namespace pm::ui
