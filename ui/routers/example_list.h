// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routers/node_problem.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QVBoxLayout;
QT_END_NAMESPACE

namespace pm::ui {

class ExampleLine;
class Theme;

/// Sentences that the requests of a rule are like, one a line. Enter goes on to the next line or begins one,
/// Backspace in an empty line takes it out, Up and Down go to the others. GUI thread.
class ExampleList : public QWidget
{
    Q_OBJECT

public:
    /// `what` names the rule for screen readers: "target 2".
    ExampleList(const Theme &theme, const QString &what, QWidget *parent = nullptr);

    void setExamples(const std::vector<std::string> &examples);
    const std::vector<std::string> &examples() const { return m_examples; }
    void begin(); ///< an empty line behind the last one, with the focus; it counts once something is in it
    /// Takes those of single lines.
    void showProblems(NodeProblems &left);
    QList<QWidget *> stops() const;

Q_SIGNALS:
    void edited();
    void stopsChanged(); ///< a line came or went without an edit
    void emptied();      ///< the last line goes, and it had the focus

private:
    void addLine();
    void showLines(qsizetype more);
    void submit(ExampleLine *line);
    void remove(ExampleLine *line, bool byKey);
    void goOn(ExampleLine *line);
    void focusLine(qsizetype index);
    bool hasBegun() const { return m_lines.size() > static_cast<qsizetype>(m_examples.size()); }

    const Theme &m_theme;
    const QString m_what;
    QVBoxLayout *m_layout;
    std::vector<std::string> m_examples;
    QList<ExampleLine *> m_lines; ///< one more than there are examples where one is begun
    bool m_isRemoving = false;
};

} // namespace pm::ui
