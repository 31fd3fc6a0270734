// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
class QPushButton;
QT_END_NAMESPACE

namespace pm::ui {

class Theme;

/// What a list shows when it has no rows: that it is empty, loads, or failed, why, and one thing to do about
/// it.
class EmptyState : public QWidget
{
    Q_OBJECT

public:
    explicit EmptyState(const Theme &theme, QWidget *parent = nullptr);

    void showEmpty(const QString &title, const QString &text, const QString &action = {});
    void showLoading(const QString &title);
    void showError(const QString &title, const QString &text, const QString &action = {});
    QString title() const;

Q_SIGNALS:
    void actionWanted();

private:
    void show(const QString &icon, const QString &title, const QString &text, const QString &action);

    const Theme &m_theme;
    QLabel *m_icon;
    QLabel *m_title;
    QLabel *m_text;
    QPushButton *m_action;
};

} // namespace pm::ui
