// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/gateway_fixture.h"
#include "support/qt_text.h"
#include "support/websocket_client.h"
#include "support/websocket_upstream.h"

#include <QUrl>

#include <memory>
#include <string>

namespace pm::test {

/// A gateway before two providers with WebSockets. Both list the model rt-1; "first" has a key. Routers: "both", the same
/// as "quick" with little time, as "race" and as "mirror", and "words" with a provider that has no sockets.
class SocketGateway
{
public:
    /// `above` stands before all else in the configuration.
    explicit SocketGateway(const std::string &above = {})
    {
        qputenv("PM_TEST_SOCKET_KEY", "sk-the-key-of-the-provider");
        fixture = std::make_unique<GatewayFixture>(
            above + "providers:\n"
            "  first: {format: openai, base-url: '" + first.url("/v1")
            + "', api-key: 'env:PM_TEST_SOCKET_KEY', services: [realtime], models: [rt-1]}\n"
              "  second: {format: openai, base-url: '" + second.url("/v1")
            + "', services: [realtime], models: [rt-1]}\n"
              "  words: {format: openai, base-url: '" + second.url("/v1") + "', services: []}\n"
              "routers:\n"
              "  both: {route: {strategy: priority, children: [{target: first}, {target: second}]}, "
              "retries: {max-retries: 0}}\n"
              "  quick: {route: {strategy: priority, children: [{target: first}, {target: second}]}, "
              "retries: {max-retries: 0}, timeouts: {first-token: 300ms}}\n"
              "  race: {route: {strategy: race, children: [{target: first}, {target: second}]}}\n"
              "  mirror: {route: {strategy: mirror, children: [{target: first}, {target: second}]}}\n"
              "  words: {route: {target: words}}\n");
    }

    int port() const { return QUrl(QString::fromStdString(fixture->url(""))).port(); }

    WebSocketUpstream first, second;
    std::unique_ptr<GatewayFixture> fixture; ///< goes before its providers
};

} // namespace pm::test
