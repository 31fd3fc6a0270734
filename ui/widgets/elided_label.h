// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/line.h"

namespace pm::ui {

/// A one-line label that gives way: what does not fit ends in an ellipsis, with the whole as tool tip.
class ElidedLabel : public QLabel
{
    Q_OBJECT

public:
    explicit ElidedLabel(const QFont &font, Tone tone = Tone::Normal, QWidget *parent = nullptr);

    void setWholeText(const QString &text);
    void setElideMode(Qt::TextElideMode mode) { m_mode = mode; }
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Qt::TextElideMode m_mode = Qt::ElideRight;
};

} // namespace pm::ui
