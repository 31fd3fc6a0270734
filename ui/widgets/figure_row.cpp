// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/figure_row.h"

#include <QGridLayout>
#include <QResizeEvent>

#include <utility>

namespace pm::ui {

namespace {

constexpr int kSpacing = 8;
constexpr int kLeastWidth = 132; ///< of one: "612 ms → 533 ms"

} // namespace

FigureRow::FigureRow(std::vector<QWidget *> figures, QWidget *parent)
    : QWidget(parent)
    , m_figures(std::move(figures))
    , m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(kSpacing);
    // Narrower than all of them side by side: they then go below each other.
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Minimum);
    arrange(static_cast<int>(m_figures.size()));
}

void FigureRow::arrange(int columns)
{
    if (columns == m_columns)
        return;
    for (int column = 0; column < m_columns; ++column)
        m_grid->setColumnStretch(column, 0);
    m_columns = columns;
    for (std::size_t i = 0; i < m_figures.size(); ++i) {
        const int at = static_cast<int>(i);
        m_grid->addWidget(m_figures[i], at / columns, at % columns);
    }
    for (int column = 0; column < columns; ++column)
        m_grid->setColumnStretch(column, 1);
}

void FigureRow::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    const int all = static_cast<int>(m_figures.size());
    const bool hasRoom = (width() + kSpacing) / all - kSpacing >= kLeastWidth;
    arrange(hasRoom ? all : (all + 1) / 2);
}

} // namespace pm::ui

#include "moc_figure_row.cpp"
