// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

namespace pm::ui {

class Theme;

/// An entry of the left rail: icon and name, checked when its page is shown.
class RailButton : public QAbstractButton
{
    Q_OBJECT

public:
    RailButton(const Theme &theme, const QString &text, QString iconName, QWidget *parent = nullptr);
    QSize sizeHint() const override { return {180, 34}; }

protected:
    void paintEvent(QPaintEvent *) override;
    void enterEvent(QEnterEvent *) override { update(); }
    void leaveEvent(QEvent *) override { update(); }

private:
    const Theme &m_theme;
    QString m_iconName;
};

} // namespace pm::ui
