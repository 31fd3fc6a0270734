// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/route_words.h"
#include "routers/node_problem.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QBoxLayout;
class QLineEdit;
class QToolButton;
QT_END_NAMESPACE

namespace pm::ui {

class ComboBox;
class Theme;

/// One test of a rule's condition: field, operator, value. GUI thread.
class ConditionRow : public QWidget
{
    Q_OBJECT

public:
    /// `what` names it for screen readers: "condition 2 of target 1".
    ConditionRow(const Theme &theme, const config::RouteWords &words, const QString &what,
                 QWidget *parent = nullptr);

    void setTest(const config::Condition &test);
    void showProblems(const NodeProblems &problems);
    QList<QWidget *> stops() const;
    /// What a new test starts with: a field that `taken` does not have yet.
    static config::Condition fresh(const std::vector<config::Condition> &taken);

Q_SIGNALS:
    void edited(const pm::config::Condition &test);
    void removeWanted();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void build(const QString &what);
    void place();
    void offerOps();
    void offerValues();
    void chooseField();
    void submit();

    const config::RouteWords &m_words;
    config::Condition m_test;
    ComboBox *m_field;
    QLineEdit *m_name; ///< of fields such as metadata.NAME
    ComboBox *m_op;
    ComboBox *m_choice; ///< of values, where there are a few
    QLineEdit *m_value;
    QToolButton *m_remove;
    ProblemNote *m_note;
    QBoxLayout *m_line;
};

} // namespace pm::ui
