// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QString>
#include <QTemporaryDir>

namespace pm::test {

/// A real redis-server on a free port of loopback, in memory only. Killed when it goes.
class RedisServer
{
public:
    explicit RedisServer(QString password = {});
    ~RedisServer();

    static bool isInstalled();
    /// Again on the same port, after kill(): empty.
    void start();
    void kill();
    /// Stops it where it stands (SIGSTOP): connections stay, nothing is answered.
    void freeze();
    void thaw();
    int port() const { return m_port; }
    std::string url() const { return "redis://127.0.0.1:" + std::to_string(m_port); }

private:
    QString m_password;
    QTemporaryDir m_folder;
    QProcess m_process;
    int m_port = 0;
};

} // namespace pm::test
