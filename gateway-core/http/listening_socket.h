// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QHostAddress>
#include <QTcpServer>

#include <memory>

namespace pm::http {

/// Says that this process listens on an address and port, as long as it lives. SO_REUSEPORT lets several
/// sockets share a port, which is meant for the listeners of one gateway; a second gateway must not join in
/// unseen and take half of the connections.
class PortClaim
{
public:
    PortClaim(const QHostAddress &address, quint16 port);
    ~PortClaim();
    PortClaim(const PortClaim &) = delete;
    PortClaim &operator=(const PortClaim &) = delete;

    static bool isOurs(const QHostAddress &address, quint16 port);

private:
    QString m_name;
};

/// Makes `server` listen; port 0 picks one. The claim must live as long as the server listens. Error:
/// ConnectFailed, with the reason and what to change; also when another process has the port, even if it
/// would share it.
Result<std::unique_ptr<PortClaim>> listenShared(QTcpServer &server, const QHostAddress &address,
                                                quint16 port);

} // namespace pm::http
