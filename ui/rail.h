// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "page.h"

QT_BEGIN_NAMESPACE
class QLabel;
class QPushButton;
class QVBoxLayout;
QT_END_NAMESPACE

namespace pm::ui {

class ElidedLabel;
class RailButton;
class StatusDot;

/// The left rail: name, pages, and at the foot whether the gateway serves, where, and what runs through it.
class Rail : public QWidget
{
    Q_OBJECT

public:
    explicit Rail(const Theme &theme, QWidget *parent = nullptr);

    void addPage(const QString &id, const QString &title, const QString &iconName);
    void setCurrent(const QString &id);
    void setStatus(const GatewayStatus &status);
    void setSpend(const trace::Totals &today);

Q_SIGNALS:
    void pageWanted(const QString &id);
    void copyWanted();

private:
    QWidget *makeFoot();

    const Theme &m_theme;
    QVBoxLayout *m_pages;
    QHash<QString, RailButton *> m_buttons;
    StatusDot *m_dot;
    QLabel *m_serving;
    ElidedLabel *m_address;
    QPushButton *m_copy;
    ElidedLabel *m_rate;
    ElidedLabel *m_spend;
};

} // namespace pm::ui
