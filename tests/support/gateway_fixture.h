// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway.h"
#include "support/http_client.h"
#include "trace/trace_query.h"

#include <QTemporaryDir>

#include <memory>
#include <string>
#include <vector>

namespace pm::test {

/// A whole gateway with a data directory of its own, an in-memory secret store, and no discovery unless
/// asked.
class GatewayFixture
{
public:
    struct Options
    {
        std::string config;
        int port = 0; ///< 0 picks a free one
        int workers = 2;
        bool store = true;
        bool feed = false;
        config::Environment environment;
    };

    explicit GatewayFixture(Options options);
    explicit GatewayFixture(std::string config) : GatewayFixture(Options{std::move(config)}) {}

    Gateway &gateway() { return *m_gateway; }
    /// Empty when it serves; else why it does not.
    const std::string &startError() const { return m_startError; }
    std::string url(std::string_view path) const;
    std::string configPath() const;
    std::string dataDir() const;

    Reply get(std::string_view path, http::Headers headers = {});
    Reply post(std::string_view path, std::string body, http::Headers headers = {});
    Reply send(std::string method, std::string_view path, std::string body = {}, http::Headers headers = {});

    /// Flushed heads, newest first, once there are at least `count`; fewer after 5 s.
    std::vector<trace::Head> traces(std::size_t count);
    /// The newest record, once there are `count`. An empty one on failure.
    trace::Record lastTrace(std::size_t count = 1);

private:
    QTemporaryDir m_dir;
    Options m_options;
    std::unique_ptr<Gateway> m_gateway;
    std::string m_startError;
};

/// {"model": …, "messages": [{"role": "user", "content": …}], …extra}
std::string chatBody(std::string_view model, std::string_view text = "Hello", std::string_view extra = {});
std::string messagesBody(std::string_view model, std::string_view text = "Hello", std::string_view extra = {});
/// The value at a dotted path of a JSON text ("choices.0.message.content"), as text; empty when absent.
std::string jsonAt(std::string_view text, std::string_view path);

} // namespace pm::test
