// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redis_connection.h"

#include <QSocketNotifier>
#include <QTimer>

#include <hiredis/async.h>
#include <hiredis/hiredis.h>

namespace pm::redis {

namespace {

Reply replyOf(const redisReply &raw)
{
    Reply reply;
    switch (raw.type) {
    case REDIS_REPLY_INTEGER: reply.value = std::int64_t(raw.integer); break;
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS: reply.value = std::string(raw.str, raw.len); break;
    case REDIS_REPLY_ARRAY: {
        std::vector<Reply> items;
        items.reserve(raw.elements);
        for (std::size_t i = 0; i < raw.elements; ++i)
            items.push_back(replyOf(*raw.element[i]));
        reply.value = std::move(items);
        break;
    }
    default: break; // nil
    }
    return reply;
}

} // namespace

Connection::Connection(const std::string &host, int port, std::function<void(const std::string &why)> onLost)
    : m_onLost(std::move(onLost))
{
    m_context = redisAsyncConnect(host.c_str(), port);
    if (m_context && !m_context->err) {
        attach();
        return;
    }
    const std::string why = m_context ? m_context->errstr : "out of memory";
    if (m_context)
        redisAsyncFree(std::exchange(m_context, nullptr));
    // Not from here: nobody holds us yet.
    QTimer::singleShot(0, this, [this, why] { lost(why); });
}

Connection::~Connection()
{
    m_isDying = true;
    release();
    if (m_context)
        redisAsyncFree(m_context); // calls everyone who waits; they find that we are dying
}

void Connection::attach()
{
    const int socket = m_context->c.fd;
    m_reading = std::make_unique<QSocketNotifier>(socket, QSocketNotifier::Read);
    m_writing = std::make_unique<QSocketNotifier>(socket, QSocketNotifier::Write);
    watchReading(false);
    watchWriting(false);
    connect(m_reading.get(), &QSocketNotifier::activated, this, [this] { redisAsyncHandleRead(m_context); });
    connect(m_writing.get(), &QSocketNotifier::activated, this, [this] { redisAsyncHandleWrite(m_context); });
    m_context->data = this;
    m_context->ev.data = this;
    m_context->ev.addRead = [](void *self) { of(self)->watchReading(true); };
    m_context->ev.delRead = [](void *self) { of(self)->watchReading(false); };
    m_context->ev.addWrite = [](void *self) { of(self)->watchWriting(true); };
    m_context->ev.delWrite = [](void *self) { of(self)->watchWriting(false); };
    m_context->ev.cleanup = [](void *self) { of(self)->release(); };
    // Setting it makes hiredis ask for writability, by which it learns that the socket is connected.
    redisAsyncSetConnectCallback(m_context, [](const redisAsyncContext *context, int status) {
        if (status == REDIS_OK)
            return;
        Connection *self = of(context->data);
        self->m_context = nullptr; // hiredis frees it after this
        self->lost(context->errstr);
    });
    redisAsyncSetDisconnectCallback(m_context, [](const redisAsyncContext *context, int) {
        Connection *self = of(context->data);
        self->m_context = nullptr;
        if (!self->m_isDying)
            self->lost(context->errstr && *context->errstr ? context->errstr : "the server closed the connection");
    });
}

void Connection::watchReading(bool isOn)
{
    if (m_reading)
        m_reading->setEnabled(isOn);
}

void Connection::watchWriting(bool isOn)
{
    if (m_writing)
        m_writing->setEnabled(isOn);
}

/// The socket is about to be closed. The notifier may be the one that is calling us: it dies later.
void Connection::release()
{
    for (auto *notifier : {&m_reading, &m_writing}) {
        if (!*notifier)
            continue;
        (*notifier)->setEnabled(false);
        if (m_isDying)
            notifier->reset();
        else
            notifier->release()->deleteLater();
    }
}

void Connection::lost(const std::string &why)
{
    if (m_onLost)
        std::exchange(m_onLost, nullptr)(why);
}

void Connection::send(const std::vector<std::string> &command, Done done)
{
    if (!m_context)
        return done(fail(ErrorKind::ConnectFailed, "Redis is not connected"));
    std::vector<const char *> words;
    std::vector<std::size_t> sizes;
    for (const std::string &word : command) {
        words.push_back(word.data());
        sizes.push_back(word.size());
    }
    auto *waiting = new Done(std::move(done)); // owned by hiredis, which calls back exactly once
    const auto answered = [](redisAsyncContext *context, void *raw, void *data) {
        const std::unique_ptr<Done> own(static_cast<Done *>(data));
        if (of(context->data)->m_isDying)
            return;
        const auto *reply = static_cast<redisReply *>(raw);
        if (!reply)
            return (*own)(fail(ErrorKind::ConnectFailed, "the connection to Redis was lost"));
        if (reply->type == REDIS_REPLY_ERROR)
            return (*own)(fail(ErrorKind::UpstreamRejected, std::string(reply->str, reply->len)));
        (*own)(replyOf(*reply));
    };
    const int sent = redisAsyncCommandArgv(m_context, answered, waiting, static_cast<int>(words.size()), words.data(),
                                           sizes.data());
    if (sent != REDIS_OK) {
        const std::unique_ptr<Done> own(waiting);
        (*own)(fail(ErrorKind::ConnectFailed, "the connection to Redis is closing"));
    }
}

} // namespace pm::redis
