// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProxyStyle>

namespace pm::ui {

class Theme;

/// Fusion with focus rings that can be seen: two pixels of the accent, rounded, instead of a dotted line; and
/// the small metrics the design fixes. Owned by QApplication.
class FocusStyle : public QProxyStyle
{
    Q_OBJECT

public:
    explicit FocusStyle(const Theme &theme);

    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                       const QWidget *widget) const override;
    int pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const override;
    int styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                  QStyleHintReturn *data) const override;

private:
    const Theme &m_theme;
};

/// The ring itself, for widgets that paint themselves.
void paintFocusRing(QPainter &painter, const QRectF &rect, const QColor &accent, qreal radius = 6);

} // namespace pm::ui
