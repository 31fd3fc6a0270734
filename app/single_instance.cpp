// SPDX-License-Identifier: GPL-3.0-or-later
#include "single_instance.h"

#include <QDir>
#include <QElapsedTimer>
#include <QLocalSocket>
#include <QStandardPaths>
#include <QThread>

using namespace Qt::StringLiterals;

namespace pm::app {

namespace {

constexpr int kDeadlineMs = 3'000;
constexpr int kMaxPeers = 8;
constexpr char kRaise[] = "raise\n";

} // namespace

SingleInstance::SingleInstance(const QString &folder, QObject *parent)
    : QObject(parent)
    , m_socketPath(folder + u"/pointsman.sock"_s)
    , m_lock(folder + u"/pointsman.lock"_s)
{
    m_lock.setStaleLockTime(0); // stale is whose process is gone, however old
    m_isFirst = m_lock.tryLock(0) || m_lock.error() != QLockFile::LockFailedError;
    if (m_isFirst)
        listen();
}

QString SingleInstance::defaultFolder()
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
    return folder.isEmpty() ? QDir::tempPath() : folder;
}

void SingleInstance::listen()
{
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    m_server.setMaxPendingConnections(kMaxPeers);
    QLocalServer::removeServer(m_socketPath);
    m_server.listen(m_socketPath); // without it a second start ends with a message; nothing else is lost
    connect(&m_server, &QLocalServer::newConnection, this, [this] {
        while (QLocalSocket *peer = m_server.nextPendingConnection()) {
            connect(peer, &QLocalSocket::disconnected, peer, &QObject::deleteLater);
            connect(peer, &QLocalSocket::readyRead, this, [this, peer] {
                const bool isRaise = peer->readLine(64) == kRaise;
                peer->disconnectFromServer();
                if (isRaise)
                    Q_EMIT raiseWanted();
            });
        }
    });
}

bool SingleInstance::askToRaise() const
{
    QElapsedTimer elapsed;
    elapsed.start();
    while (elapsed.elapsed() < kDeadlineMs) {
        QLocalSocket socket;
        socket.connectToServer(m_socketPath);
        if (socket.waitForConnected(500)) {
            socket.write(kRaise);
            return socket.waitForBytesWritten(1'000) &&
                   (socket.state() == QLocalSocket::UnconnectedState || socket.waitForDisconnected(1'000));
        }
        QThread::msleep(100); // the first has the lock but does not listen yet
    }
    return false;
}

} // namespace pm::app

#include "moc_single_instance.cpp"
