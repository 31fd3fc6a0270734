// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStackedWidget>
#include <QTabBar>

namespace pm::ui {

/// Tabs as words with a line under the current one, over a stack of panes. Pages are shown when they are
/// first needed.
class SegmentedTabs : public QWidget
{
    Q_OBJECT

public:
    explicit SegmentedTabs(const QString &name, QWidget *parent = nullptr);

    QWidget *bar() const;
    void addTab(const QString &title, QWidget *pane);
    void setCurrent(int index) { m_bar->setCurrentIndex(index); }
    int current() const { return m_bar->currentIndex(); }
    QWidget *pane(int index) const { return m_stack->widget(index); }
    void setTabShown(int index, bool shown) { m_bar->setTabVisible(index, shown); }

Q_SIGNALS:
    void currentChanged(int index);

private:
    QTabBar *m_bar;
    QStackedWidget *m_stack;
};

} // namespace pm::ui
