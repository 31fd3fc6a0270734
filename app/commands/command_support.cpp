// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/command_support.h"

#include <CLI/CLI.hpp>
#include <QCoreApplication>
#include <QTimer>

#include <cstdio>

namespace pm::app {

void setAction(CLI::App &command, Options &options, std::function<int()> run)
{
    command.callback([&options, run = std::move(run)] {
        options.needsGui = false;
        options.run = run;
    });
}

int failed(const Error &error)
{
    std::fprintf(stderr, "%s\n", error.message.c_str());
    return 1;
}

int await(const std::function<void(std::function<void(int)>)> &start)
{
    int code = 1;
    QTimer::singleShot(0, [&] {
        start([&code](int result) {
            code = result;
            QTimer::singleShot(0, [] { QCoreApplication::quit(); });
        });
    });
    QCoreApplication::exec();
    return code;
}

} // namespace pm::app
