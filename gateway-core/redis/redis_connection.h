// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "redis/redis_reply.h"

#include <QObject>

#include <functional>
#include <memory>
#include <string>
#include <vector>

class QSocketNotifier;
struct redisAsyncContext;

namespace pm::redis {

/// One socket to a server, on the event loop of the thread that made it. Commands are written one behind the other
/// without waiting (pipelining) and answered in order. When the connection is lost, all that wait get an error, then
/// `onLost` is called.
class Connection : public QObject
{
public:
    using Done = std::function<void(Result<Reply>)>;

    /// Begins to connect; `host` is an address, not a name. `onLost` must not destroy this: it may call deleteLater().
    Connection(const std::string &host, int port, std::function<void(const std::string &why)> onLost);
    ~Connection() override; ///< whoever still waits is not called any more

    /// Errors of `done`: ConnectFailed when the connection is lost; UpstreamRejected with the server's words.
    void send(const std::vector<std::string> &command, Done done);

private:
    static Connection *of(void *data) { return static_cast<Connection *>(data); }
    void attach();
    void watchReading(bool isOn);
    void watchWriting(bool isOn);
    void release();
    void lost(const std::string &why);

    redisAsyncContext *m_context = nullptr;
    std::unique_ptr<QSocketNotifier> m_reading;
    std::unique_ptr<QSocketNotifier> m_writing;
    std::function<void(const std::string &)> m_onLost;
    bool m_isDying = false;
};

} // namespace pm::redis
