// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
class QPushButton;
QT_END_NAMESPACE

namespace pm::ui {

class Session;
class StatusDot;
class Theme;

/// Says how the draft stands against what is in force, and offers the way from one to the other.
class ApplyBar : public QWidget
{
    Q_OBJECT

public:
    ApplyBar(const Theme &theme, Session &session, QWidget *parent = nullptr);

    /// What just went wrong; stays until the draft changes.
    void showError(const QString &text);
    QPushButton *applyButton() { return m_apply; }

Q_SIGNALS:
    void applied();

private:
    void refresh();
    void apply();
    void undoApply();

    Session &m_session;
    StatusDot *m_dot;
    QLabel *m_text;
    QPushButton *m_undoApply;
    QPushButton *m_keep;
    QPushButton *m_revert;
    QPushButton *m_apply;
    QString m_error;
};

} // namespace pm::ui
