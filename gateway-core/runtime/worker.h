// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/listener.h"
#include "http/upstream_curl.h"
#include "pipeline/services.h"
#include "runtime/worker_pool.h"

#include <QObject>
#include <QTimer>

#include <atomic>
#include <memory>

namespace pm {

/// One worker: listener, upstream and exchanges of one thread. Made and destroyed on that thread.
class Worker : public QObject
{
    Q_OBJECT

public:
    Worker(const WorkerShared &shared, std::shared_ptr<std::atomic<int>> openConnections);
    ~Worker() override;

    Result<int> listen(const std::string &address, int port);
    void setLimits(const http::ListenerLimits &limits);
    void drain();
    void abortAll();

private:
    void onRequest(http::Request request, std::shared_ptr<http::ClientStream> client);
    std::string onRefused(const Error &error, const std::string &method, const std::string &path);
    void onTick();

    SnapshotHolder::Reader m_snapshots;
    std::shared_ptr<http::SocketWatch> m_sockets; ///< of clients and of providers
    http::CurlUpstream m_upstream;
    GoogleTokens m_tokens; ///< uses the upstream
    Services m_services;
    http::Listener m_listener;
    QTimer m_tick;
};

} // namespace pm
