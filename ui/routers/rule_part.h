// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/route_words.h"
#include "routers/node_problem.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QBoxLayout;
class QLabel;
class QPushButton;
QT_END_NAMESPACE

namespace pm::ui {

class ComboBox;
class ConditionRow;
class ElidedLabel;
class ExampleList;
class ProblemNote;
class Theme;

/// What makes a request the rule's: conditions, a class of requests, or examples of them. On top of the card
/// of what the rule uses. GUI thread.
class RulePart : public QWidget
{
    Q_OBJECT

public:
    RulePart(const Theme &theme, const QString &what, QWidget *parent = nullptr);

    /// `number` counts from 1 among its siblings.
    void setRule(const config::RouteNode &rule, config::RuleKind kind, int number,
                 const config::RouteWords &words);
    /// Takes those of the rule, and shows each at its condition or example where it has one.
    void showProblems(NodeProblems &left);
    /// Takes conditions, class and examples from here.
    void read(config::RouteNode &rule) const;
    QBoxLayout *head() { return m_head; } ///< the row's buttons stand at its end
    QList<QWidget *> stops() const;

Q_SIGNALS:
    void edited();
    void textWanted();   ///< to edit it there
    void stopsChanged(); ///< without an edit

private:
    void build();
    void connectParts();
    void add();
    void showConditions(const config::RouteWords &words);
    void showClass(const config::RouteWords &words);
    void showExamples(const std::vector<std::string> &examples);
    qsizetype rowOf(const NodeProblem &problem) const;
    void setTests(std::vector<config::Condition> tests);
    void setWhen(config::Condition when);
    ConditionRow *addRow(const config::RouteWords &words);

    const Theme &m_theme;
    const QString m_what;
    config::RuleKind m_kind = config::RuleKind::None;
    config::Condition m_when;
    std::string m_is;
    int m_number = 1; ///< among its siblings
    QBoxLayout *m_head;
    QBoxLayout *m_body;
    QLabel *m_title;
    ComboBox *m_match; ///< all or any of the conditions
    ComboBox *m_class;
    ElidedLabel *m_about;
    QPushButton *m_add;
    QPushButton *m_toText;
    QList<ConditionRow *> m_rows;
    ExampleList *m_examples;
    ProblemNote *m_note;
};

} // namespace pm::ui
