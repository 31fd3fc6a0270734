// SPDX-License-Identifier: GPL-3.0-or-later
//
// bench_window --config FILE --data-dir DIR [--page ID] [--size WxH]
//
// The gateway with its window, as `pointsman` puts them together, that counts how long the GUI thread keeps to itself
// at a time: events handled one after the other without a wait, in which it paints, lays out and takes in what passed. On
// SIGUSR1 it begins to count anew; on SIGTERM it prints one line of JSON and ends: turns, and in milliseconds p50, p99
// and the longest of `wall` (what a person feels) and `cpu` (what of it was work), and `share`, the GUI thread's
// processor time over the time that passed.
#include "gateway.h"
#include "gateway_source.h"
#include "main_window.h"
#include "overview/overview_page.h"
#include "traces/trace_page.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QProcessEnvironment>
#include <QSocketNotifier>
#include <QTemporaryDir>
#include <QThread>

#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <vector>

using namespace Qt::StringLiterals;
using namespace pm;

namespace {

double milliseconds(clockid_t clock)
{
    timespec now{};
    clock_gettime(clock, &now);
    return double(now.tv_sec) * 1e3 + double(now.tv_nsec) / 1e6;
}

double percentile(std::vector<double> &values, double share)
{
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[std::size_t(share * double(values.size() - 1))];
}

/// Times what the application's thread does with events. What follows within half a millisecond is of the same turn:
/// the thread did not wait in between, so a click or a key would have.
class TimedApplication : public QApplication
{
public:
    TimedApplication(int &argc, char **argv)
        : QApplication(argc, argv)
    {
        restart();
    }

    bool notify(QObject *receiver, QEvent *event) override
    {
        if (QThread::currentThread() != thread()) // events of the gateway's threads come through here too
            return QApplication::notify(receiver, event);
        if (m_depth++ > 0) {
            const bool taken = QApplication::notify(receiver, event);
            --m_depth;
            return taken;
        }
        const double wall = milliseconds(CLOCK_MONOTONIC);
        const double cpu = milliseconds(CLOCK_THREAD_CPUTIME_ID);
        if (wall - m_wallEnded > kPauseMs || m_wall.empty()) {
            m_wall.push_back(0);
            m_cpu.push_back(0);
            m_wallBegan = wall;
            m_cpuBegan = cpu;
        }
        const QByteArray name = receiver->metaObject()->className();
        const int type = event->type();
        const bool taken = QApplication::notify(receiver, event);
        --m_depth;
        const double took = milliseconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
        if (took > m_worst) {
            m_worst = took;
            m_worstOf = name + " " + QByteArray::number(type);
        }
        m_wallEnded = milliseconds(CLOCK_MONOTONIC);
        if (m_wall.empty()) // this event was the signal to begin anew
            return taken;
        m_wall.back() = m_wallEnded - m_wallBegan;
        m_cpu.back() = milliseconds(CLOCK_THREAD_CPUTIME_ID) - m_cpuBegan;
        return taken;
    }

    void restart()
    {
        m_wall.clear();
        m_cpu.clear();
        m_wallEnded = 0;
        m_worst = 0;
        m_wallStart = milliseconds(CLOCK_MONOTONIC);
        m_cpuStart = milliseconds(CLOCK_THREAD_CPUTIME_ID);
    }

    void print()
    {
        const double share = (milliseconds(CLOCK_THREAD_CPUTIME_ID) - m_cpuStart) /
                             (milliseconds(CLOCK_MONOTONIC) - m_wallStart);
        std::printf("{\"turns\": %zu, \"share\": %.4f", m_wall.size(), share);
        for (auto &[name, values] : {std::pair{"wall", &m_wall}, std::pair{"cpu", &m_cpu}})
            std::printf(", \"%s\": {\"p50\": %.3f, \"p99\": %.3f, \"max\": %.3f}", name, percentile(*values, 0.5),
                        percentile(*values, 0.99), percentile(*values, 1));
        std::printf(", \"worst\": {\"ms\": %.3f, \"of\": \"%s\"}}\n", m_worst, m_worstOf.constData());
        std::fflush(stdout);
    }

private:
    static constexpr double kPauseMs = 0.5;
    std::vector<double> m_wall{}; ///< a turn each
    std::vector<double> m_cpu{};
    int m_depth = 0;
    double m_worst = 0; ///< processor time of a single event
    QByteArray m_worstOf;
    double m_wallEnded = 0;
    double m_wallBegan = 0;
    double m_cpuBegan = 0;
    double m_wallStart = 0;
    double m_cpuStart = 0;
};

} // namespace

int main(int argc, char **argv)
{
    // Before any thread starts, so that all of them leave these signals to the one that reads them.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGUSR1);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    TimedApplication app(argc, argv);
    QCommandLineParser options;
    options.addOptions({{u"config"_s, u"Configuration"_s, u"file"_s},
                        {u"data-dir"_s, u"Folder of the traces"_s, u"folder"_s},
                        {u"page"_s, u"Page to show"_s, u"id"_s, u"traces"_s},
                        {u"size"_s, u"Size of the window"_s, u"WxH"_s, u"1456x832"_s}});
    options.process(app);
    GatewayOptions given;
    given.configPath = options.value(u"config"_s).toStdString();
    given.dataDir = options.value(u"data-dir"_s).toStdString();
    given.feed = true;
    given.keychain = false;
    given.discover = false;
    const QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : environment.keys())
        given.environment[name.toStdString()] = environment.value(name).toStdString();
    Gateway gateway(given);
    if (const auto started = gateway.start(); !started) {
        std::fprintf(stderr, "%s\n", started.error().message.c_str());
        return 1;
    }
    QTemporaryDir folder;
    ui::WindowState state(folder.filePath(u"window.ini"_s));
    ui::Theme theme;
    ui::MainWindow window(ui::sourceOf(gateway), theme, state);
    window.addPage(new ui::OverviewPage(window.context()));
    window.addPage(new ui::TracePage(window.context()));
    const QStringList size = options.value(u"size"_s).split(u'x');
    window.resize(size.value(0).toInt(), size.value(1).toInt());
    window.open({options.value(u"page"_s), {}, {}, {}});
    window.show();
    const int descriptor = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    QSocketNotifier notifier(descriptor, QSocketNotifier::Read);
    QObject::connect(&notifier, &QSocketNotifier::activated, &app, [&] {
        signalfd_siginfo info{};
        while (read(descriptor, &info, sizeof info) == sizeof info)
            info.ssi_signo == SIGTERM ? QCoreApplication::quit() : app.restart();
    });
    std::printf("listening on %s\n", gateway.status().baseUrl.c_str());
    std::fflush(stdout);
    const int code = QApplication::exec();
    app.print();
    window.hide();
    gateway.stop(std::chrono::seconds(5));
    close(descriptor);
    return code;
}
