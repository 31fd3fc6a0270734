// SPDX-License-Identifier: GPL-3.0-or-later
#include "options.h"

#ifdef PM_WITH_UI
#include "desktop.h"
#endif

#include <CLI/CLI.hpp>
#include <QCoreApplication>

#include <csignal>
#include <cstdio>

int main(int argc, char **argv)
{
    // On workers poll() serves sockets 10 to 60 % faster than GLib's loop. The main thread keeps GLib's: libsecret, behind the
    // keychain, answers through it.
    if (!qEnvironmentVariableIsSet("QT_NO_THREADED_GLIB"))
        qputenv("QT_NO_THREADED_GLIB", "1");
    std::signal(SIGPIPE, SIG_IGN);
    pm::app::Options options;
    CLI::App cli{"Pointsman: a local LLM gateway with a control room", "pointsman"};
    pm::app::addCommands(cli, options);
    CLI11_PARSE(cli, argc, argv);
    pm::app::applyDefaults(options);
    QCoreApplication::setApplicationName(QStringLiteral("pointsman"));
    QCoreApplication::setApplicationVersion(QStringLiteral(PM_VERSION));
    if (options.run) {
        QCoreApplication application(argc, argv);
        return options.run();
    }
#ifdef PM_WITH_UI
    return pm::app::runDesktop(argc, argv, options);
#else
    std::fprintf(stderr, "this build has no window; use: pointsman serve\n");
    return 2;
#endif
}
