// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/fake_upstream.h"
#include "support/gateway_fixture.h"
#include "support/qt_text.h"

#include <QTest>

#include <memory>
#include <string>
#include <string_view>

namespace pm::test {

/// What x-pointsman-cache says.
inline QString word(const Reply &reply)
{
    return q(reply.headers.value("x-pointsman-cache"));
}

/// Router "r" with a cache before one provider, "one". `cache`: as it stands in the configuration; `more` follows it.
inline std::string configFor(const FakeUpstream &upstream, const std::string &cache, const std::string &more = {})
{
    return "providers:\n  one: {format: openai, base-url: '" + upstream.url("/v1")
           + "', models: [m, embed], price: {input: 1000, output: 2000}}\n"
             "routers:\n  r:\n    route: one\n    cache: " + cache + "\n" + more;
}

/// A gateway of that configuration. For test classes, beside QObject.
class CachedGateway
{
protected:
    static constexpr const char *kChat = "/router/r/v1/chat/completions";

    void begin(const std::string &cache, const std::string &more = {})
    {
        m_upstream = std::make_unique<FakeUpstream>(openAiReply("hello"));
        m_fixture = std::make_unique<GatewayFixture>(configFor(*m_upstream, cache, more));
        QCOMPARE(q(m_fixture->startError()), QString());
    }
    void end()
    {
        m_fixture.reset();
        m_upstream.reset();
    }
    Reply chat(std::string_view text = "Hello", std::string_view extra = {}, http::Headers headers = {})
    {
        return m_fixture->post(kChat, chatBody("one/m", text, extra), std::move(headers));
    }

    std::unique_ptr<FakeUpstream> m_upstream;
    std::unique_ptr<GatewayFixture> m_fixture;
};

} // namespace pm::test
