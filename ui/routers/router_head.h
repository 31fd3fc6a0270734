// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
class QLineEdit;
class QPushButton;
class QToolButton;
QT_END_NAMESPACE

namespace pm::ui {

class ElidedLabel;
class Theme;

/// Over the form: the router's name, which can be changed in place, its base URL, and what can be done with
/// it.
class RouterHead : public QWidget
{
    Q_OBJECT

public:
    explicit RouterHead(const Theme &theme, QWidget *parent = nullptr);

    /// `canBeActive`: it is in force, so that requests can go through it.
    void setRouter(const QString &name, const QString &url, bool isActive, bool canBeActive);
    void startRename();

Q_SIGNALS:
    void renamed(const QString &name);
    void removeWanted();
    void activeWanted();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void endRename(bool take);

    const Theme &m_theme;
    ElidedLabel *m_name;
    QLineEdit *m_field;
    ElidedLabel *m_url;
    QToolButton *m_copy;
    QLabel *m_later; ///< that it is not in force
    QPushButton *m_active;
    QPushButton *m_rename;
    QPushButton *m_remove;
    QString m_router;
};

} // namespace pm::ui
