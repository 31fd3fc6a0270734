// SPDX-License-Identifier: GPL-3.0-or-later
#include "desktop.h"

#include "base/log.h"
#include "clients/clients_page.h"
#include "config/config_file.h"
#include "gateway_source.h"
#include "headless.h"
#include "main_window.h"
#include "overview/overview_page.h"
#include "providers/providers_page.h"
#include "routers/routers_page.h"
#include "runtime/route_words.h"
#include "session.h"
#include "spend/spend_page.h"
#include "single_instance.h"
#include "traces/trace_page.h"
#include "tray.h"
#include "unix_signals.h"

#include <QApplication>

#include <csignal>
#include <cstdio>

using namespace Qt::StringLiterals;

namespace pm::app {

namespace {

constexpr std::chrono::seconds kKeyringDialog{30}; ///< a person may have to type a password
constexpr std::chrono::seconds kTrayWait{8};       ///< at login the panel may start after us
constexpr std::chrono::seconds kDrain{5};

GatewayOptions gatewayOptions(const Options &options)
{
    GatewayOptions gateway = options.gateway;
    gateway.feed = true;
    gateway.secretDeadline = kKeyringDialog;
    return gateway;
}

void startGateway(Gateway &gateway)
{
    if (const auto started = gateway.start(); !started) {
        std::fprintf(stderr, "%s\n", started.error().message.c_str());
        return;
    }
    const std::string url = gateway.status().baseUrl;
    std::printf("listening on %s\ntry it: %s\n", url.c_str(), curlLine(url).c_str());
    std::fflush(stdout);
}

ui::SessionActions sessionActions(Gateway &gateway)
{
    return {[&gateway] { return gateway.configText(); },
            [&gateway](const std::string &text) { return gateway.check(text); },
            [&gateway](const std::string &text) { return gateway.apply(text); }};
}

void bringUp(QWidget &window)
{
    window.setWindowState(window.windowState() & ~Qt::WindowMinimized);
    window.show();
    window.raise();
    window.activateWindow();
}

void addPages(ui::MainWindow &window, ui::Session &session, Gateway &gateway)
{
    window.addPage(new ui::OverviewPage(window.context()));
    window.addPage(new ui::TracePage(window.context()));
    window.addPage(new ui::RoutersPage(window.context(), session, routeWords(), ui::policySourceOf(gateway)));
    window.addPage(new ui::ProvidersPage(window.context(), ui::providerActionsOf(gateway)));
    window.addPage(new ui::SpendPage(window.context()));
    window.addPage(new ui::ClientsPage(window.context()));
}

void connectTray(ui::Tray &tray, ui::MainWindow &window, bool hidden)
{
    window.setTrayAvailable([&tray] { return tray.isAvailable(); });
    QObject::connect(&tray, &ui::Tray::openWanted, &window, [&window] { bringUp(window); });
    QObject::connect(&tray, &ui::Tray::quitWanted, qApp, &QCoreApplication::quit);
    QObject::connect(&tray, &ui::Tray::lost, &window, [&window] { bringUp(window); });
    if (hidden) {
        QObject::connect(&tray, &ui::Tray::settled, &window, [&window](bool available) {
            if (!available)
                bringUp(window);
        });
    }
    QObject::connect(qApp, &QGuiApplication::lastWindowClosed, &tray, [&tray] {
        if (!tray.isAvailable())
            QCoreApplication::quit();
    });
}

int runFirst(const Options &options, SingleInstance &instance)
{
    Gateway gateway(gatewayOptions(options));
    startGateway(gateway);
    ui::Theme theme;
    ui::WindowState state;
    ui::Session session(sessionActions(gateway));
    QObject::connect(&gateway, &Gateway::configChanged, &session, &ui::Session::noteApplied);
    ui::MainWindow window(ui::sourceOf(gateway), theme, state);
    addPages(window, session, gateway);
    QObject::connect(&window, &ui::MainWindow::configFileWanted, &session, [&gateway, &session] {
        auto text = config::readConfigFile(gateway.status().configPath);
        if (text)
            (void)session.edit([&text](std::string_view) { return *text; });
    });
    ui::Tray tray(window.source());
    connectTray(tray, window, options.hidden);
    QObject::connect(&instance, &SingleInstance::raiseWanted, &window, [&window] { bringUp(window); });
    UnixSignals signals({SIGTERM, SIGINT, SIGHUP});
    QObject::connect(&signals, &UnixSignals::received, &gateway, [&gateway](int number) {
        if (number != SIGHUP)
            return QCoreApplication::quit();
        if (const auto reloaded = gateway.reload(); !reloaded)
            log::error("configuration not applied, the running one stays\n" + reloaded.error().message);
    });
    tray.start(kTrayWait);
    if (!options.hidden)
        window.show();
    const int code = QApplication::exec();
    state.saveGeometry(window);
    window.hide();
    gateway.stop(kDrain);
    return code;
}

} // namespace

int runDesktop(int argc, char **argv, const Options &options)
{
    log::configure(options.logFormat == "json" ? log::Format::Json : log::Format::Text, log::Level::Info);
    QApplication application(argc, argv);
    QGuiApplication::setDesktopFileName(u"pointsman"_s);
    QGuiApplication::setApplicationDisplayName(u"Pointsman"_s);
    QApplication::setQuitOnLastWindowClosed(false);
    SingleInstance instance;
    if (instance.isFirst())
        return runFirst(options, instance);
    if (instance.askToRaise())
        return 0;
    std::fprintf(
        stderr, "Pointsman runs already, but its window does not answer; end that process and start again\n");
    return 1;
}

} // namespace pm::app
