// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace pm::ui {

class Theme;

/// A part of a whole as a bar: configured share filled, seen share as a tick.
class ShareBar : public QWidget
{
    Q_OBJECT

public:
    explicit ShareBar(const Theme &theme, QWidget *parent = nullptr);
    /// Both 0..1; `seen` below 0 is unknown.
    void setShares(double configured, double seen);
    QSize sizeHint() const override { return {90, 16}; }
    QSize minimumSizeHint() const override { return {32, 16}; }

protected:
    void paintEvent(QPaintEvent *) override;

private:
    const Theme &m_theme;
    double m_configured = 0;
    double m_seen = -1;
};

} // namespace pm::ui
