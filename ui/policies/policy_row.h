// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policies/policy_field.h"
#include "policies/policy_text.h"

#include <QFrame>

QT_BEGIN_NAMESPACE
class QPushButton;
class QToolButton;
QT_END_NAMESPACE

namespace pm::ui {

class ElidedLabel;
class FlowLayout;
class ProblemNote;
class StatusDot;
class Theme;

/// One item of a router's policies: its values in a line that wraps, what it did, and what is wrong with it. GUI thread.
class PolicyRow : public QFrame
{
    Q_OBJECT

public:
    /// `what` names the item for screen readers: "limit 2".
    PolicyRow(const Theme &theme, const QString &what, QWidget *parent = nullptr);

    void addField(PolicyField *field);
    void addFields(const std::vector<PolicyFieldSpec> &specs);
    void addTextButton(const QString &title); ///< leads to the item in the text
    void addRemove();

    /// `path`: below the router; `whole`: from the root.
    void show(const config::PlaceFinder &text, const std::string &path, const std::string &whole);
    /// Those below the item.
    void showProblems(NodeProblems problems);
    void showDeed(const Deed &deed);
    QList<QWidget *> stops() const;
    void start(); ///< the focus, on its first control

Q_SIGNALS:
    void edited(const std::string &path, const std::string &key, const std::string &yaml);
    void renamed(const std::string &path, const std::string &from, const std::string &to);
    void removeWanted(const std::string &path);
    void textWanted(const std::string &path);
    void focused(const std::string &path); ///< of a value, below the router

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    const Theme &m_theme;
    const QString m_what;
    std::string m_path;
    FlowLayout *m_line;
    QList<PolicyField *> m_fields;
    QPushButton *m_text = nullptr;
    QToolButton *m_remove = nullptr;
    StatusDot *m_sign;
    ElidedLabel *m_deed;
    ProblemNote *m_note;
};

} // namespace pm::ui
