// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/listener.h"
#include "support/raw_client.h"

#include <QTest>

#include <functional>
#include <vector>

namespace pm::test {

/// A listener on port 0 on the test's own event loop, with a handler that the test may replace.
class ListenerFixture
{
public:
    using Stream = std::shared_ptr<http::ClientStream>;

    struct Refused
    {
        Error error;
        std::string method;
        std::string path;
    };

    explicit ListenerFixture(http::ListenerLimits limits = {})
        : listener(std::make_unique<http::Listener>(
              limits,
              http::Listener::Handlers{
                  [this](http::Request request, Stream stream) {
                      requests.push_back(request);
                      handler(std::move(request), std::move(stream));
                  },
                  [this](const Error &error, const std::string &method, const std::string &path) {
                      refusals.push_back({error, method, path});
                      return std::string("{\"refused\":true}");
                  }},
              open))
        , m_port(listener->listen("127.0.0.1", 0).value_or(0))
    {
    }

    /// The next answer, waiting up to 5 s for it.
    static std::optional<RawReply> waitForReply(RawClient &client, bool isHead = false)
    {
        std::optional<RawReply> reply;
        (void)QTest::qWaitFor([&] { return (reply = client.takeReply(isHead)).has_value(); });
        return reply;
    }

    int port() const { return m_port; }

    std::vector<http::Request> requests;
    std::vector<Refused> refusals;
    std::function<void(http::Request, Stream)> handler = [](const http::Request &, const Stream &stream) {
        stream->send(200, {{"content-type", "application/json"}}, "{}");
    };
    std::shared_ptr<std::atomic<int>> open = std::make_shared<std::atomic<int>>(0);
    std::unique_ptr<http::Listener> listener;

private:
    int m_port;
};

/// Makes the fixture keep the streams instead of answering.
struct Keeping
{
    explicit Keeping(ListenerFixture &gateway)
    {
        gateway.handler = [this](const http::Request &, ListenerFixture::Stream stream) {
            streams.push_back(std::move(stream));
        };
    }
    std::vector<ListenerFixture::Stream> streams;
};

inline const QByteArray kGet = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

} // namespace pm::test
