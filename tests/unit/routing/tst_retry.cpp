// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/retry.h"
#include "support/qt_text.h"

#include <QTest>

using namespace pm;
using namespace pm::routing;
using pm::test::q;
using std::chrono::milliseconds;

namespace {

struct Case
{
    Error error;
    AttemptsSoFar so{1, 1, true, milliseconds(0)};
    config::Retries retries;
    config::Fallback fallback;
    config::Timeouts timeouts;
};

Case failing(ErrorKind kind, int status = 0, std::optional<milliseconds> retryAfter = {})
{
    Case c;
    c.error.kind = kind;
    c.error.upstreamStatus = status;
    c.error.retryAfter = retryAfter;
    return c;
}

template <typename Change>
Case with(Case c, Change change)
{
    change(c);
    return c;
}

QString textOf(const NextStep &step)
{
    const char *kinds[] = {"same", "next", "give up"};
    return q(kinds[static_cast<int>(step.kind)]) + q(": ") + q(step.reason);
}

} // namespace

Q_DECLARE_METATYPE(Case)

class TestRetry : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void steps_data()
    {
        QTest::addColumn<Case>("failure");
        QTest::addColumn<QString>("step");
        const auto row = [](const char *what, Case c, const char *step) {
            QTest::newRow(what) << c << q(step);
        };
        const auto used = [](Case &c) { c.so.onThisTarget = 3; };
        const auto alone = [](Case &c) { c.so.hasNextTarget = false; };
        const auto usedAlone = [](Case &c) { c.so = {3, 3, false, milliseconds(0)}; };

        row("connect", failing(ErrorKind::ConnectFailed), "same: no connection: same target again");
        row("connect, last retry",
            with(failing(ErrorKind::ConnectFailed), [](Case &c) { c.so.onThisTarget = 2; }),
            "same: no connection: same target again");
        row("connect, retries used", with(failing(ErrorKind::ConnectFailed), used),
            "next: no connection: next target");
        row("connect, retries used, alone", with(failing(ErrorKind::ConnectFailed), usedAlone),
            "give up: retries used up");
        row("500", failing(ErrorKind::UpstreamError, 500), "same: server error: same target again");
        row("529", failing(ErrorKind::Overloaded, 529), "same: overloaded: same target again");
        row("529, retries used", with(failing(ErrorKind::Overloaded, 529), used),
            "next: overloaded: next target");
        row("408", failing(ErrorKind::UpstreamRejected, 408), "same: request timeout: same target again");
        row("408, retries used", with(failing(ErrorKind::UpstreamRejected, 408), used),
            "next: request timeout: next target");
        row("409", failing(ErrorKind::UpstreamRejected, 409), "same: conflict: same target again");
        row("425", failing(ErrorKind::UpstreamRejected, 425), "same: too early: same target again");
        row("409, retries used, not listed", with(failing(ErrorKind::UpstreamRejected, 409), used),
            "give up: retries used up");

        row("429 with a short wait", failing(ErrorKind::RateLimited, 429, milliseconds(1000)),
            "same: retry-after obeyed");
        row("429 with a long wait", failing(ErrorKind::RateLimited, 429, milliseconds(20'000)),
            "next: rate limit: next target");
        row("429 with a long wait, alone",
            with(failing(ErrorKind::RateLimited, 429, milliseconds(20'000)), alone),
            "same: retry-after obeyed");
        row("429 with a wait over a minute, alone",
            with(failing(ErrorKind::RateLimited, 429, milliseconds(60'001)), alone),
            "give up: retry-after is too long");
        row("429 without a wait", failing(ErrorKind::RateLimited, 429), "next: rate limit: next target");
        row("429 without a wait, alone", with(failing(ErrorKind::RateLimited, 429), alone),
            "same: rate limit: same target again");
        row("503 that says when", failing(ErrorKind::Overloaded, 503, milliseconds(2000)),
            "same: retry-after obeyed");

        row("408 as formats read it", failing(ErrorKind::UpstreamTimeout, 408), "same: request timeout: same target again");
        row("504", failing(ErrorKind::UpstreamTimeout, 504), "next: timeout: next target");
        row("timeout", failing(ErrorKind::UpstreamTimeout), "next: timeout: next target");
        row("timeout, alone", with(failing(ErrorKind::UpstreamTimeout), alone), "give up: not retryable");
        row("broken stream", failing(ErrorKind::UpstreamBroken, 200), "next: broken answer: next target");
        row("quota", failing(ErrorKind::QuotaExhausted, 429), "next: quota: next target");
        row("auth", failing(ErrorKind::UpstreamAuth, 401), "next: key refused: next target");
        row("no key", failing(ErrorKind::ProviderKeyMissing), "next: key refused: next target");
        row("model not found", failing(ErrorKind::ModelNotFound, 404),
            "next: no such model there: next target");
        row("cannot be expressed", failing(ErrorKind::NotSupported),
            "next: cannot be expressed there: next target");

        row("400", failing(ErrorKind::UpstreamRejected, 400), "give up: client error");
        row("413", failing(ErrorKind::UpstreamRejected, 413), "give up: client error");
        row("422", failing(ErrorKind::UpstreamRejected, 422), "give up: client error");
        row("bad request of ours", failing(ErrorKind::BadRequest), "give up: client error");
        row("422 listed by number",
            with(failing(ErrorKind::UpstreamRejected, 422), [](Case &c) { c.fallback.on = {"422"}; }),
            "next: listed status: next target");
        row("4xx listed",
            with(failing(ErrorKind::UpstreamRejected, 400), [](Case &c) { c.fallback.on = {"4xx"}; }),
            "next: listed status: next target");
        row("context, not named", failing(ErrorKind::ContextLength, 400), "give up: not retryable");
        row("context, named",
            with(failing(ErrorKind::ContextLength, 400), [](Case &c) { c.fallback.on = {"context"}; }),
            "next: prompt too long: next target");
        row("content policy, named",
            with(failing(ErrorKind::ContentFilter, 400), [](Case &c) { c.fallback.on = {"content-policy"}; }),
            "next: content refused: next target");
        row("503 listed by number alone",
            with(failing(ErrorKind::Overloaded, 503),
                 [&](Case &c) {
                     c.so.onThisTarget = 3;
                     c.fallback.on = {"503"};
                 }),
            "next: overloaded: next target");
        row("500 when only 503 is listed",
            with(failing(ErrorKind::UpstreamError, 500),
                 [&](Case &c) {
                     c.so.onThisTarget = 3;
                     c.fallback.on = {"503"};
                 }),
            "give up: retries used up");
        row("fallback off",
            with(failing(ErrorKind::UpstreamTimeout), [](Case &c) { c.fallback.enabled = false; }),
            "give up: not retryable");
        row("no retries configured",
            with(failing(ErrorKind::UpstreamError, 500), [](Case &c) { c.retries.maxRetries = 0; }),
            "next: server error: next target");

        row("attempt limit",
            with(failing(ErrorKind::ConnectFailed), [](Case &c) { c.so.total = kMaxTotalAttempts; }),
            "give up: attempt limit reached");
        row("time is over",
            with(failing(ErrorKind::ConnectFailed), [](Case &c) { c.so.elapsed = c.timeouts.total; }),
            "give up: total time is over");
        row("no time for the wait",
            with(failing(ErrorKind::RateLimited, 429, milliseconds(1000)),
                 [](Case &c) {
                     c.so = {1, 1, false, c.timeouts.total - milliseconds(900)};
                 }),
            "give up: no time left for a retry");
        row("client gone", failing(ErrorKind::Cancelled), "give up: no other target can help");
        row("loop", failing(ErrorKind::LoopDetected), "give up: no other target can help");
    }
    void steps()
    {
        QFETCH(Case, failure);
        QFETCH(QString, step);
        Rng rng(7);
        const NextStep taken =
            nextStep(failure.error, failure.so, failure.retries, failure.fallback, failure.timeouts, rng);
        QCOMPARE(textOf(taken), step);
        if (taken.kind != NextStep::Kind::RetrySame)
            QCOMPARE(taken.delay.count(), 0LL);
        else if (failure.error.retryAfter)
            QCOMPARE(taken.delay.count(), failure.error.retryAfter->count());
        else
            QVERIFY(taken.delay >= milliseconds(400 * failure.so.onThisTarget) &&
                    taken.delay <= milliseconds(600 * failure.so.onThisTarget));
    }

    void backoffs_data()
    {
        QTest::addColumn<int>("retry");
        QTest::addColumn<bool>("constant");
        QTest::addColumn<int>("middle");
        QTest::newRow("first") << 1 << false << 500;
        QTest::newRow("second doubles") << 2 << false << 1000;
        QTest::newRow("fifth reaches the cap") << 5 << false << 8000;
        QTest::newRow("hundredth stays there") << 100 << false << 8000;
        QTest::newRow("constant") << 4 << true << 500;
        QTest::newRow("nonsense number") << -3 << false << 500;
    }
    void backoffs()
    {
        QFETCH(int, retry);
        QFETCH(bool, constant);
        QFETCH(int, middle);
        config::Retries retries;
        if (constant)
            retries.strategy = config::Retries::Strategy::Constant;
        Rng rng(11);
        double sum = 0;
        for (int i = 0; i < 2000; ++i) {
            const auto delay = double(backoff(retries, retry, rng).count());
            QVERIFY(delay >= middle * 0.8 - 1 && delay <= middle * 1.2 + 1);
            sum += delay;
        }
        QVERIFY(std::abs(sum / 2000 - middle) < middle * 0.02);
    }

    void retryAfter_data()
    {
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("millis");
        QTest::addColumn<qint64>("expected"); // -1 nothing
        const auto row = [](const char *what, const char *value, const char *millis, qint64 expected) {
            QTest::newRow(what) << q(value) << q(millis) << expected;
        };
        row("seconds", "20", "", 20'000);
        row("decimal seconds", " 1.5 ", "", 1500);
        row("milliseconds win", "20", "250", 250);
        row("decimal milliseconds", "", "12.6", 13);
        row("bad milliseconds, good seconds", "3", "soon", 3000);
        row("date", "Sun, 06 Nov 1994 08:49:47 GMT", "", 10'000);
        row("date in the past", "Sun, 06 Nov 1994 08:49:00 GMT", "", 0);
        row("far future is cut to a day", "Sun, 06 Nov 2044 08:49:00 GMT", "", 86'400'000);
        row("huge number is cut to a day", "1e9", "", -1);
        row("huge plain number", "99999999999999999999", "", 86'400'000);
        row("negative", "-1", "", -1);
        row("not a number", "nan", "", -1);
        row("infinite", "inf", "", -1);
        row("absent", "", "", -1);
        row("half a date", "Sun, 06 Nov 1994", "", -1);
        row("no such day", "Sun, 31 Feb 1994 08:49:37 GMT", "", -1);
        row("no such month", "Sun, 06 Nox 1994 08:49:37 GMT", "", -1);
        row("signed in a date", "Sun, -6 Nov 1994 08:49:37 GMT", "", -1);
    }
    void retryAfter()
    {
        QFETCH(QString, value);
        QFETCH(QString, millis);
        QFETCH(qint64, expected);
        const SystemTime now(std::chrono::seconds(784111777)); // 1994-11-06 08:49:37
        const auto delay = parseRetryAfter(value.toStdString(), millis.toStdString(), now);
        QCOMPARE(delay ? qint64(delay->count()) : qint64(-1), expected);
    }
};

QTEST_GUILESS_MAIN(TestRetry)
#include "tst_retry.moc"
