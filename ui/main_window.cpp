// SPDX-License-Identifier: GPL-3.0-or-later
#include "main_window.h"

#include "command_palette.h"
#include "config_banner.h"
#include "format.h"
#include "rail.h"
#include "top_strip.h"
#include "widgets/line.h"

#include <QClipboard>
#include <QCloseEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QShortcut>
#include <QStackedWidget>

using namespace Qt::StringLiterals;

namespace pm::ui {

MainWindow::MainWindow(Source source, Theme &theme, WindowState &state, QWidget *parent)
    : QMainWindow(parent)
    , m_source(std::move(source))
    , m_theme(theme)
    , m_state(state)
    , m_store(new StoreWorker(m_source.openTraces, this))
    , m_feed(new LiveFeed(m_source, this))
    , m_today(new Today(*m_store, *m_feed, [this] { return m_source.status().store.isOpen; }, this))
{
    setWindowTitle(u"Pointsman"_s);
    setWindowIcon(QIcon(u":/pointsman/ui/icons/logo.svg"_s));
    setMinimumSize(1000, 640);
    resize(1456, 832);
    m_theme.setChoice(state.theme());
    build();
    connectParts();
    addShortcuts();
    state.restoreGeometry(*this);
    refreshRouters();
    refreshStatus();
    refreshProblems();
}

MainWindow::~MainWindow()
{
    // Pages hold references to what this window owns besides them.
    qDeleteAll(m_pages);
}

PageContext MainWindow::context()
{
    return {m_source,
            m_theme,
            m_state,
            *m_feed,
            *m_store,
            *m_today,
            [this](const QString &id) { return hasPage(id); }};
}

void MainWindow::build()
{
    auto *central = new QWidget(this);
    central->setProperty("role", u"window"_s);
    m_rail = new Rail(m_theme, central);
    m_strip = new TopStrip(m_theme, central);
    m_banner = new ConfigBanner(m_theme, central);
    m_stack = new QStackedWidget(central);
    auto *right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(m_strip);
    right->addWidget(makeLine(Qt::Horizontal, central));
    right->addWidget(m_banner);
    right->addWidget(m_stack, 1);
    auto *layout = new QHBoxLayout(central);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_rail);
    layout->addWidget(makeLine(Qt::Vertical, central));
    layout->addLayout(right, 1);
    setCentralWidget(central);
    m_palette = new CommandPalette(
        context(),
        [this](const std::string &id) {
            open({u"traces"_s, {}, id, {}});
        },
        central);
    m_notice = makeLabel({}, m_theme.font(), Tone::Normal, central);
    m_notice->setProperty("badge", true);
    m_notice->hide();
}

void MainWindow::connectParts()
{
    connect(m_rail, &Rail::pageWanted, this, [this](const QString &id) { open({id, {}, {}, {}}); });
    connect(m_rail, &Rail::copyWanted, this, &MainWindow::copyBaseUrl);
    connect(m_strip, &TopStrip::routerChosen, this, &MainWindow::chooseRouter);
    connect(m_strip, &TopStrip::pauseWanted, this, [this](bool paused) {
        m_source.setPaused(paused);
        refreshStatus();
    });
    connect(m_strip, &TopStrip::paletteWanted, this, &MainWindow::openPalette);
    connect(m_strip, &TopStrip::themeWanted, this, [this](ThemeChoice choice) {
        m_state.setTheme(choice);
        m_theme.setChoice(choice);
    });
    connect(m_source.changes.get(), &SourceChanges::status, this, &MainWindow::refreshStatus);
    connect(m_source.changes.get(), &SourceChanges::status, this, &MainWindow::refreshRouters);
    connect(m_source.changes.get(), &SourceChanges::status, this, &MainWindow::refreshProblems);
    connect(m_source.changes.get(), &SourceChanges::config, this, &MainWindow::refreshRouters);
    connect(m_source.changes.get(), &SourceChanges::config, this, &MainWindow::refreshProblems);
    connect(m_source.changes.get(), &SourceChanges::configProblems, this, &MainWindow::refreshProblems);
    connect(m_banner, &ConfigBanner::editWanted, this, [this] {
        Q_EMIT configFileWanted();
        open({u"routers"_s, {}, {}, {}});
    });
    connect(m_source.changes.get(), &SourceChanges::providers, this, &MainWindow::refreshRouters);
    connect(&m_theme, &Theme::changed, this, [this] {
        refreshRouters();
        refreshStatus();
    });
    connect(m_today, &Today::changed, this, [this] { m_rail->setSpend(m_today->totals()); });
    m_poll.setInterval(1'000);
    connect(&m_poll, &QTimer::timeout, this, [this] {
        if (!isVisible())
            return;
        refreshStatus();
        refreshRouters(); // health changes with every answer and is told by no signal
    });
    m_poll.start();
    m_noticeTime.setSingleShot(true);
    m_noticeTime.setInterval(4'000);
    connect(&m_noticeTime, &QTimer::timeout, m_notice, &QWidget::hide);
}

void MainWindow::addShortcuts()
{
    const auto on = [this](const QKeySequence &keys, auto action) {
        connect(new QShortcut(keys, this), &QShortcut::activated, this, action);
    };
    on(Qt::CTRL | Qt::Key_K, [this] { openPalette(); });
    on(Qt::CTRL | Qt::SHIFT | Qt::Key_C, [this] { copyBaseUrl(); });
    on(QKeySequence::Close, [this] { close(); });
    for (int i = 0; i < 9; ++i) {
        on(Qt::CTRL | Qt::Key(Qt::Key_1 + i), [this, i] {
            if (i < m_order.size())
                open({m_order[i], {}, {}, {}});
        });
    }
}

void MainWindow::addPage(Page *page)
{
    const QString id = page->id();
    m_pages.insert(id, page);
    m_order.append(id);
    page->setAccessibleName(page->title());
    m_stack->addWidget(page);
    m_rail->addPage(id, page->title(), page->iconName());
    connect(page, &Page::wanted, this, &MainWindow::open);
    connect(page, &Page::said, this, &MainWindow::say);
    if (id == u"routers"_s)
        refreshProblems(); // there is a place to mend them now
    if (m_order.size() == 1 || m_state.value(u"window/page"_s).toString() == id)
        bringUp(page);
}

Page *MainWindow::currentPage() const
{
    return qobject_cast<Page *>(m_stack->currentWidget());
}

void MainWindow::open(const Destination &destination)
{
    Page *page = m_pages.value(destination.page);
    if (!page)
        return;
    bringUp(page);
    m_state.setValue(u"window/page"_s, destination.page);
    page->open(destination);
}

void MainWindow::bringUp(Page *page)
{
    Page *before = currentPage();
    if (before && before != page)
        before->deactivate();
    m_stack->setCurrentWidget(page);
    m_rail->setCurrent(page->id());
    page->activate();
}

void MainWindow::refreshStatus()
{
    const GatewayStatus status = m_source.status();
    m_rail->setStatus(status);
    m_strip->setPaused(status.isPaused, status.isServing);
}

void MainWindow::refreshRouters()
{
    m_strip->setRouters(m_source.routers(), m_source.status().activeRouter);
}

void MainWindow::refreshProblems()
{
    m_banner->show(m_source.configProblems(), m_source.status(), hasPage(u"routers"_s));
}

void MainWindow::chooseRouter(const QString &name)
{
    const Result<void> chosen = m_source.setActiveRouter(name.toStdString());
    if (!chosen)
        say(fromUtf8(chosen.error().message));
    refreshRouters();
}

void MainWindow::copyBaseUrl()
{
    const GatewayStatus status = m_source.status();
    if (!status.isServing)
        return say(tr("Not serving: there is no base URL"));
    const QString url = fromUtf8(status.baseUrl);
    QGuiApplication::clipboard()->setText(url);
    say(tr("Copied %1").arg(url));
}

void MainWindow::say(const QString &text)
{
    m_notice->setText(text);
    m_notice->adjustSize();
    m_notice->move((width() - m_notice->width()) / 2, height() - m_notice->height() - 24);
    m_notice->show();
    m_notice->raise();
    m_noticeTime.start();
}

void MainWindow::openPalette()
{
    m_palette->open(commands());
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    m_palette->hide();
    m_notice->hide();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    m_state.saveGeometry(*this);
    if (m_trayAvailable()) {
        hide();
        event->ignore();
        return;
    }
    event->accept();
}

} // namespace pm::ui

#include "moc_main_window.cpp"
