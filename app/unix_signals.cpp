// SPDX-License-Identifier: GPL-3.0-or-later
#include "unix_signals.h"

#include <array>
#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace pm::app {

namespace {

std::atomic<int> g_writeEnd{-1};
std::atomic<int> g_stops{0};

void onSignal(int number)
{
    if (number != SIGHUP && g_stops.fetch_add(1) > 0)
        _exit(130);
    const auto byte = static_cast<char>(number);
    [[maybe_unused]] const auto written = write(g_writeEnd.load(), &byte, 1);
}

} // namespace

UnixSignals::UnixSignals(std::initializer_list<int> numbers, QObject *parent) : QObject(parent)
{
    if (pipe2(m_pipe, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    g_writeEnd = m_pipe[1];
    m_notifier = std::make_unique<QSocketNotifier>(m_pipe[0], QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this] {
        std::array<char, 16> bytes{};
        const auto count = read(m_pipe[0], bytes.data(), bytes.size());
        for (ssize_t i = 0; i < count; ++i)
            Q_EMIT received(bytes[static_cast<std::size_t>(i)]);
    });
    for (const int number : numbers)
        std::signal(number, onSignal);
}

UnixSignals::~UnixSignals()
{
    g_writeEnd = -1;
    m_notifier.reset();
    close(m_pipe[0]);
    close(m_pipe[1]);
}

} // namespace pm::app

#include "moc_unix_signals.cpp"
