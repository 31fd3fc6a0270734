// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/segment_bar.h"

using namespace Qt::StringLiterals;

namespace pm::ui {

TabBar *makeSegmentBar(const QString &name, const QStringList &choices, QWidget *parent)
{
    auto *bar = new TabBar(parent);
    bar->setAccessibleName(name);
    bar->setProperty("kind", u"segments"_s);
    bar->setDrawBase(false);
    bar->setExpanding(false);
    bar->setElideMode(Qt::ElideNone);
    bar->setUsesScrollButtons(false); // all of them are seen, and none is a stop of its own for Tab
    bar->setFocusPolicy(Qt::StrongFocus);
    for (const QString &choice : choices)
        bar->addTab(choice);
    return bar;
}

} // namespace pm::ui
