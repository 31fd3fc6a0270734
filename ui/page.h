// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "live_feed.h"
#include "store_worker.h"
#include "style/theme.h"
#include "today.h"
#include "window_state.h"

#include <QWidget>

#include <functional>

namespace pm::ui {

/// What every page is handed. All of it outlives the pages.
struct PageContext
{
    const Source &source;
    const Theme &theme;
    WindowState &state;
    LiveFeed &feed;
    StoreWorker &store;
    Today &today;
    std::function<bool(const QString &id)> hasPage; ///< whether a Destination there leads anywhere
};

/// Where a button, finding or palette entry leads. Empty fields ask for nothing.
struct Destination
{
    QString page;         ///< Page::id
    trace::Filter filter; ///< traces: what to list
    std::string traceId;  ///< traces: which to open
    QString item;         ///< other pages: the name of the router, provider, ... to select
};

/// An entry of the command palette.
struct Command
{
    QString title;
    QString group; ///< "Go to", "Router", "Action"
    QString iconName;
    QString shortcut; ///< shown only
    std::function<void()> run;
};

/// One page of the window. MainWindow::addPage takes ownership, gives it a place in the rail and in the
/// palette, and calls activate and deactivate as it comes and goes; a page that is not active must not spend
/// time on painting.
class Page : public QWidget
{
    Q_OBJECT

public:
    using QWidget::QWidget;

    virtual QString id() const = 0; ///< stable: "traces"; names it in Destination and in the window's memory
    virtual QString title() const = 0;    ///< translated
    virtual QString iconName() const = 0; ///< resources/icons/<name>.svg
    virtual void activate() {}
    virtual void deactivate() {}
    virtual void open(const Destination &) {} ///< after activate, when someone asked for something on it
    virtual std::vector<Command> commands() { return {}; }

Q_SIGNALS:
    void wanted(const pm::ui::Destination &destination); ///< take the user there
    void said(const QString &text);                      ///< show it for a few seconds
};

} // namespace pm::ui
