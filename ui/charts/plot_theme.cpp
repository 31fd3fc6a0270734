// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/plot_theme.h"

#include "charts/plot.h"

#include <QCoreApplication>

namespace pm::ui {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("pm::ui::plot", text);
}

void dressAxis(QCPAxis &axis, const Theme &theme)
{
    axis.setBasePen(Qt::NoPen);
    axis.setTickPen(Qt::NoPen);
    axis.setSubTickPen(Qt::NoPen);
    axis.setTickLabelFont(theme.small());
    axis.setTickLabelColor(theme.tokens().muted);
    axis.setTickLabelPadding(8);
    axis.grid()->setPen(QPen(theme.tokens().line, 1));
    axis.grid()->setZeroLinePen(Qt::NoPen);
    axis.grid()->setSubGridVisible(false);
}

} // namespace

void dressPlot(QCustomPlot &plot, const Theme &theme)
{
    plot.setBackground(theme.tokens().panel);
    plot.setInteractions(QCP::iNone);
    plot.setFocusPolicy(Qt::NoFocus);
    plot.setNoAntialiasingOnDrag(true);
    plot.xAxis->setVisible(true);
    plot.yAxis->setVisible(false);
    plot.yAxis2->setVisible(true);
    plot.xAxis->grid()->setVisible(false);
    plot.yAxis->grid()->setVisible(false);
    dressAxis(*plot.xAxis, theme);
    dressAxis(*plot.yAxis2, theme);
    plot.yAxis2->grid()->setVisible(true);
    plot.axisRect()->setAutoMargins(QCP::msNone);
    plot.axisRect()->setMargins(QMargins(0, 10, 52, 24));
}

void setTimeTicks(QCustomPlot &plot)
{
    auto ticker = QSharedPointer<QCPAxisTickerText>::create();
    ticker->addTick(-840, tr("−14 min"));
    ticker->addTick(-600, tr("−10"));
    ticker->addTick(-300, tr("−5"));
    ticker->addTick(-12, tr("now"));
    plot.xAxis->setTicker(ticker);
    plot.xAxis->setRange(-900, 0);
}

} // namespace pm::ui
