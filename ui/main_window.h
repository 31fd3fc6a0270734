// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "page.h"

#include <QMainWindow>

QT_BEGIN_NAMESPACE
class QLabel;
class QStackedWidget;
QT_END_NAMESPACE

namespace pm::ui {

class CommandPalette;
class ConfigBanner;
class Rail;
class TopStrip;

/// The window: rail, strip and a stack of pages. Made by the app, which hands in everything and adds the
/// pages it has:
///
///     Theme theme;
///     WindowState state;
///     MainWindow window(sourceOf(gateway), theme, state);
///     window.addPage(new OverviewPage(window.context()));
///     window.addPage(new TracePage(window.context()));
///     window.show();
///
/// GUI thread.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    MainWindow(Source source, Theme &theme, WindowState &state, QWidget *parent = nullptr);
    ~MainWindow() override;

    /// What pages are made with.
    PageContext context();
    /// Takes the page and shows it in rail and palette, in the order of the calls. The first is shown, or the
    /// one that was shown last time.
    void addPage(Page *page);
    bool hasPage(const QString &id) const { return m_pages.contains(id); }
    Page *currentPage() const;
    void open(const Destination &destination);
    void openPalette();
    std::vector<Command> commands();

    /// Whether closing may hide the window: only where a tray icon can bring it back. Default: never.
    void setTrayAvailable(std::function<bool()> available) { m_trayAvailable = std::move(available); }

    LiveFeed &feed() { return *m_feed; }
    const Source &source() const { return m_source; }

Q_SIGNALS:
    void configFileWanted(); ///< the user wants the file's text, which is not in force, in the draft

protected:
    void closeEvent(QCloseEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void build();
    void connectParts();
    void addShortcuts();
    void bringUp(Page *page);
    void refreshStatus();
    void refreshRouters();
    void refreshProblems();
    void chooseRouter(const QString &name);
    void copyBaseUrl();
    void say(const QString &text);
    void addRouterCommands(std::vector<Command> &commands);
    void addActionCommands(std::vector<Command> &commands);

    const Source m_source;
    Theme &m_theme;
    WindowState &m_state;
    StoreWorker *m_store;
    LiveFeed *m_feed;
    Today *m_today;
    Rail *m_rail = nullptr;
    TopStrip *m_strip = nullptr;
    ConfigBanner *m_banner = nullptr;
    QStackedWidget *m_stack = nullptr;
    CommandPalette *m_palette = nullptr;
    QLabel *m_notice = nullptr;
    QTimer m_noticeTime;
    QTimer m_poll;
    QHash<QString, Page *> m_pages;
    QStringList m_order;
    std::function<bool()> m_trayAvailable = [] { return false; };
};

} // namespace pm::ui
