// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/redis_server.h"

#include <QElapsedTimer>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>

#include <csignal>

namespace pm::test {

namespace {

QString program()
{
    return QStandardPaths::findExecutable(QStringLiteral("redis-server"));
}

} // namespace

RedisServer::RedisServer(QString password) : m_password(std::move(password))
{
    QTcpServer finder; // the port is free again when it goes
    finder.listen(QHostAddress::LocalHost);
    m_port = finder.serverPort();
    finder.close();
    start();
}

RedisServer::~RedisServer()
{
    thaw();
    kill();
}

bool RedisServer::isInstalled()
{
    return !program().isEmpty();
}

void RedisServer::start()
{
    QStringList arguments{QStringLiteral("--port"), QString::number(m_port), QStringLiteral("--bind"),
                          QStringLiteral("127.0.0.1"), QStringLiteral("--save"), QString(),
                          QStringLiteral("--appendonly"), QStringLiteral("no"), QStringLiteral("--dir"),
                          m_folder.path()};
    if (!m_password.isEmpty())
        arguments << QStringLiteral("--requirepass") << m_password;
    m_process.start(program(), arguments);
    m_process.waitForStarted();
    QElapsedTimer since;
    since.start();
    while (since.elapsed() < 10'000) {
        QTcpSocket probe;
        probe.connectToHost(QHostAddress::LocalHost, static_cast<quint16>(m_port));
        if (probe.waitForConnected(100))
            return;
    }
    qFatal("redis-server did not come up");
}

void RedisServer::kill()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.kill();
    m_process.waitForFinished();
}

void RedisServer::freeze()
{
    ::kill(static_cast<pid_t>(m_process.processId()), SIGSTOP);
}

void RedisServer::thaw()
{
    if (m_process.state() != QProcess::NotRunning)
        ::kill(static_cast<pid_t>(m_process.processId()), SIGCONT);
}

} // namespace pm::test
