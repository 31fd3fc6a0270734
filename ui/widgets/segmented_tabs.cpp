// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/segmented_tabs.h"

#include "widgets/line.h"
#include "widgets/tab_bar.h"

#include <QVBoxLayout>

namespace pm::ui {

SegmentedTabs::SegmentedTabs(const QString &name, QWidget *parent)
    : QWidget(parent)
    , m_bar(new TabBar(this))
    , m_stack(new QStackedWidget(this))
{
    m_bar->setAccessibleName(name);
    m_bar->setDrawBase(false);
    m_bar->setExpanding(false);
    m_bar->setElideMode(Qt::ElideNone);
    m_bar->setUsesScrollButtons(true);
    m_bar->setFocusPolicy(Qt::StrongFocus);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(14, 0, 6, 0);
    row->addWidget(m_bar);
    layout->addLayout(row);
    layout->addWidget(makeLine(Qt::Horizontal, this));
    layout->addWidget(m_stack, 1);
    connect(m_bar, &QTabBar::currentChanged, m_stack, &QStackedWidget::setCurrentIndex);
    connect(m_bar, &QTabBar::currentChanged, this, &SegmentedTabs::currentChanged);
}

QWidget *SegmentedTabs::bar() const
{
    return m_bar;
}

void SegmentedTabs::addTab(const QString &title, QWidget *pane)
{
    m_stack->addWidget(pane);
    m_bar->addTab(title);
}

} // namespace pm::ui

#include "moc_segmented_tabs.cpp"
