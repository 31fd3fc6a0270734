// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/google_tokens.h"
#include "support/service_account.h"

#include <QTest>

using namespace pm;
using namespace pm::test;
using std::chrono::seconds;

namespace {

class HandClock : public Clock
{
public:
    SteadyTime steadyNow() const override { return now; }
    SteadyTime now{seconds(100'000)};
};

class Nothing : public http::UpstreamCall
{
public:
    explicit Nothing(int &alive) : m_alive(alive) { ++m_alive; }
    ~Nothing() override { --m_alive; }
    void pause() override {}
    void resume() override {}
    http::PhaseTimes phases() const override { return {}; }
    long long bytesReceived() const override { return 0; }

private:
    int &m_alive;
};

/// Keeps what was asked, and answers when the test says so.
class HandUpstream : public http::Upstream
{
public:
    std::unique_ptr<http::UpstreamCall> start(http::UpstreamRequest request, http::UpstreamCallbacks given) override
    {
        ++calls;
        url = request.url;
        callbacks = std::move(given);
        return std::make_unique<Nothing>(alive);
    }
    void answer(int status, std::string_view body)
    {
        const http::UpstreamCallbacks now = callbacks; // the call may die in them
        http::UpstreamHead head;
        head.status = status;
        now.onHead(head);
        now.onData(body);
        now.onDone({});
    }

    int calls = 0;
    int alive = 0;
    std::string url;
    http::UpstreamCallbacks callbacks;
};

std::string token(std::string_view value, int lifetime = 3600)
{
    return "{\"access_token\":\"" + std::string(value) + "\",\"expires_in\":" + std::to_string(lifetime) + "}";
}

} // namespace

class TestGoogleTokens : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_upstream = std::make_unique<HandUpstream>();
        m_clock = std::make_unique<HandClock>();
        m_tokens = std::make_unique<GoogleTokens>(*m_upstream, *m_clock);
        m_seen.clear();
    }
    void cleanup() { m_tokens.reset(); }

    void fetchesOnceForAll()
    {
        const auto first = ask();
        const auto second = ask();
        QCOMPARE(m_upstream->calls, 1);
        QCOMPARE(m_seen.size(), std::size_t(0));
        m_upstream->answer(200, token("t1"));
        QCOMPARE(m_seen, (std::vector<std::string>{"t1", "t1"}));
        QCOMPARE(m_upstream->alive, 0);
        QCOMPARE(ready(), std::string("t1"));
        QCOMPARE(m_upstream->calls, 1);
    }
    void whoIsGoneIsNotCalled()
    {
        auto gone = ask();
        const auto here = ask();
        gone = {};
        m_upstream->answer(200, token("t1"));
        QCOMPARE(m_seen.size(), std::size_t(1));
    }
    void renewsAhead()
    {
        const auto waiting = ask();
        m_upstream->answer(200, token("t1", 3600));
        m_clock->now += seconds(3400);
        QCOMPARE(ready(), std::string("t1")); // the old one serves
        QCOMPARE(m_upstream->calls, 2);       // while the new one is under way
        QCOMPARE(ready(), std::string("t1"));
        QCOMPARE(m_upstream->calls, 2);
        m_upstream->answer(200, token("t2", 3600));
        QCOMPARE(ready(), std::string("t2"));
    }
    void theOldOneOutlivesAFailedRenewal()
    {
        const auto waiting = ask();
        m_upstream->answer(200, token("t1", 3600));
        m_clock->now += seconds(3400);
        QCOMPARE(ready(), std::string("t1"));
        m_upstream->answer(503, "");
        QCOMPARE(ready(), std::string("t1"));
        QCOMPARE(m_upstream->calls, 2); // not asked again at once
        m_clock->now += seconds(150);
        QCOMPARE(ready(), std::string()); // over
    }
    void failuresRest()
    {
        const auto waiting = ask();
        m_upstream->answer(400, "{\"error\":\"invalid_grant\"}");
        QCOMPARE(m_seen.size(), std::size_t(1));
        QVERIFY2(m_seen.front().find("invalid_grant") != std::string::npos, m_seen.front().c_str());
        const auto again = m_tokens->request(account(), [](const Result<Secret> &) {});
        QVERIFY(!again);
        QCOMPARE(again.error().kind, ErrorKind::UpstreamAuth);
        QCOMPARE(m_upstream->calls, 1);
        m_clock->now += seconds(11);
        const auto later = ask();
        QCOMPARE(m_upstream->calls, 2);
    }
    void whatIsNoAccountIsRefusedAtOnce()
    {
        const auto asked = m_tokens->request(Secret("{}"), [](const Result<Secret> &) {});
        QVERIFY(!asked);
        QCOMPARE(m_upstream->calls, 0);
    }
    void endsWhatIsInFlight()
    {
        const auto waiting = ask();
        QCOMPARE(m_upstream->alive, 1);
        m_tokens.reset();
        QCOMPARE(m_upstream->alive, 0);
    }

private:
    static Secret account() { return Secret(serviceAccountJson("http://127.0.0.1:1/token")); }
    GoogleTokens::Waiting ask()
    {
        auto waiting = m_tokens->request(account(), [this](const Result<Secret> &token) {
            m_seen.push_back(token ? std::string(token->reveal()) : token.error().message);
        });
        return waiting ? *waiting : GoogleTokens::Waiting();
    }
    std::string ready()
    {
        const auto token = m_tokens->ready(account());
        return token ? std::string(token->reveal()) : std::string();
    }

    std::unique_ptr<HandUpstream> m_upstream;
    std::unique_ptr<HandClock> m_clock;
    std::unique_ptr<GoogleTokens> m_tokens;
    std::vector<std::string> m_seen;
};

QTEST_GUILESS_MAIN(TestGoogleTokens)
#include "tst_google_tokens.moc"
