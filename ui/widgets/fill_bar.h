// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "style/tokens.h"

#include <QWidget>

namespace pm::ui {

class Theme;

/// How full something is: a bar with a tick at what is told of. Goes with a glyph and words, which say the
/// same.
class FillBar : public QWidget
{
    Q_OBJECT

public:
    explicit FillBar(const Theme &theme, QWidget *parent = nullptr);
    /// `share` and `tick` 0..1, more is full; a tick at 1 or more is none.
    void setFill(double share, double tick, QColor Tokens::*colour);
    QSize sizeHint() const override { return {120, 12}; }
    QSize minimumSizeHint() const override { return {40, 12}; }

protected:
    void paintEvent(QPaintEvent *) override;

private:
    const Theme &m_theme;
    double m_share = 0;
    double m_tick = 1;
    QColor Tokens::*m_colour = &Tokens::good;
};

} // namespace pm::ui
