// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLocalServer>
#include <QLockFile>
#include <QObject>

namespace pm::app {

/// One desktop application for each user and session. The lock file says who is first; the socket beside it
/// is only the way to speak to the first, since a QLocalServer would take over a living one's name. Main
/// thread.
class SingleInstance : public QObject
{
    Q_OBJECT

public:
    /// `folder` holds pointsman.lock and pointsman.sock; it must exist.
    explicit SingleInstance(const QString &folder = defaultFolder(), QObject *parent = nullptr);
    static QString defaultFolder(); ///< $XDG_RUNTIME_DIR, else a private folder for temporary files

    bool isFirst() const { return m_isFirst; }
    /// For the second one: asks the first to show its window. False when it does not answer within 3 s.
    bool askToRaise() const;

Q_SIGNALS:
    void raiseWanted();

private:
    void listen();

    QString m_socketPath;
    QLockFile m_lock;
    QLocalServer m_server;
    bool m_isFirst;
};

} // namespace pm::app
