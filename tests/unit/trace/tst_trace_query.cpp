// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/trace/hundred_traces.h"

#include <QTest>

#include <memory>

using namespace pm;
using namespace pm::test;
using namespace pm::trace;
using namespace std::chrono_literals;

class TestTraceQuery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m = std::make_unique<HundredTraces>(); }
    void cleanupTestCase() { m.reset(); }

    void pagesMeetWithoutGapOrOverlap_data()
    {
        QTest::addColumn<QString>("router");
        QTest::addColumn<QString>("text");
        QTest::newRow("all") << ""
                             << "";
        QTest::newRow("one router") << "production"
                                    << "";
        QTest::newRow("by words") << ""
                                  << "sqlite";
        QTest::newRow("by words in one router") << "experiments"
                                                << "about sql";
    }
    void pagesMeetWithoutGapOrOverlap()
    {
        QFETCH(QString, router);
        QFETCH(QString, text);
        Filter filter;
        filter.router = router.toStdString();
        filter.text = text.toStdString();
        const Query query = m->query();
        std::vector<std::string> seen;
        bool hasMore = true;
        while (hasMore) {
            const auto page = query.list(filter, seen.empty() ? std::string() : seen.back(), 7);
            QVERIFY(page.has_value());
            QVERIFY(!page->hasMore || page->heads.size() == 7);
            for (const Head &head : page->heads)
                seen.push_back(head.id);
            hasMore = page->hasMore;
        }
        QCOMPARE(seen.size(), router.isEmpty() ? std::size_t(100) : std::size_t(50));
        QVERIFY(std::is_sorted(seen.rbegin(), seen.rend()));
        QVERIFY(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
    }

    void filters_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("numbers");
        QTest::newRow("provider") << "provider"
                                  << "openai"
                                  << "93 83 73 63 53 43 33 23 13 3";
        QTest::newRow("model") << "model"
                               << "gpt-5"
                               << "93 83 73 63 53 43 33 23 13 3";
        QTest::newRow("app") << "app"
                             << "codex"
                             << "42";
        QTest::newRow("unknown value") << "app"
                                       << "nobody"
                                       << "";
        QTest::newRow("failed, or answered with an error") << "status"
                                                           << "failed"
                                                           << "85 82 60 57 35 32 10 7";
        QTest::newRow("cancelled") << "status"
                                   << "cancelled"
                                   << "83 58 33 8";
        QTest::newRow("refused") << "status"
                                 << "refused"
                                 << "84 59 34 9";
        QTest::newRow("several at once") << "provider+status"
                                         << ""
                                         << "83 33";
        QTest::newRow("nothing fits all") << "app+status"
                                          << ""
                                          << "";
        QTest::newRow("a time") << "time"
                                << ""
                                << "13 12 11 10";
        QTest::newRow("words and a rare value") << "text+app"
                                                << "number42"
                                                << "42";
        QTest::newRow("words that the rare value has not") << "text+app"
                                                           << "number13"
                                                           << "";
        QTest::newRow("words and a filter") << "text+provider"
                                            << "number13"
                                            << "13";
    }
    void filters()
    {
        QFETCH(QString, field);
        QFETCH(QString, value);
        QFETCH(QString, numbers);
        Filter filter;
        if (field.contains(u"provider"))
            filter.provider = "openai";
        if (field == u"model")
            filter.model = value.toStdString();
        if (field.contains(u"app"))
            filter.app = field == u"app" ? value.toStdString() : "codex";
        if (field.contains(u"status"))
            filter.status = value == u"failed"    ? Filter::Status::Failed
                            : value == u"refused" ? Filter::Status::Refused
                                                  : Filter::Status::Cancelled;
        if (field.contains(u"text"))
            filter.text = value.toStdString();
        if (field == u"time") {
            filter.since = m->start + 10 * kMinute;
            filter.until = m->start + 13 * kMinute;
        }
        QCOMPARE(m->numbers(filter), numbers);
        // Live rows go by the same sense.
        filter.text.clear();
        const auto all = m->query().list({}, {}, 1000);
        QStringList matching;
        for (const Head &head : all->heads) {
            const bool hasWords =
                !field.startsWith(u"text") || QString::fromStdString(head.promptStart).contains(value);
            if (hasWords && filter.matches(head))
                matching << QString::number(std::find(m->ids.begin(), m->ids.end(), head.id) -
                                            m->ids.begin());
        }
        QCOMPARE(matching.join(u' '), numbers);
    }

    void words_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("numbers");
        QTest::newRow("one word") << "number42"
                                  << "42";
        QTest::newRow("beginning of the last word") << "number9"
                                                    << "99 98 97 96 95 94 93 92 91 90 9";
        QTest::newRow("a finished word") << "number9 "
                                         << "9";
        QTest::newRow("any case") << "NUMBER42 sqlite ABOUT"
                                  << "42";
        QTest::newRow("not there") << "postgres"
                                   << "";
        QTest::newRow("syntax is harmless") << "number42\" OR \"number43"
                                            << "";
        QTest::newRow("column syntax is harmless") << "prompt:number42"
                                                   << "";
        QTest::newRow("unbalanced") << "number42 ("
                                    << "42";
        QTest::newRow("a quote alone") << "\""
                                       << "";
    }
    void words()
    {
        QFETCH(QString, typed);
        QFETCH(QString, numbers);
        Filter filter;
        filter.text = typed.toStdString();
        QCOMPARE(m->numbers(filter), numbers);
    }

    void textAlsoFindsIds()
    {
        Filter filter;
        filter.text = m->ids[55].substr(0, 14);
        QCOMPARE(m->numbers(filter), QStringLiteral("55"));
        filter.text = QString::fromStdString(filter.text).toLower().toStdString();
        QCOMPARE(m->numbers(filter), QStringLiteral("55"));
    }

    void beforeAnIdThatIsNotStored()
    {
        const auto page = m->query().list({}, test::idAt(m->start + 10 * kMinute + kMinute / 2), 2);
        QCOMPARE(page->heads.size(), std::size_t(2));
        QCOMPARE(page->heads[0].id, m->ids[10]);
    }

    void limitsAreKept()
    {
        QVERIFY(m->query().list({}, {}, 0)->heads.empty());
        QVERIFY(m->query().list({}, {}, -1)->heads.empty());
        QCOMPARE(m->query().list({}, {}, 1'000'000)->heads.size(), std::size_t(100));
        QVERIFY(!m->query().list({}, {}, 100)->hasMore);
        QVERIFY(m->query().list({}, {}, 99)->hasMore);
    }

    void findsByPartsOfIds_data()
    {
        QTest::addColumn<QString>("asked");
        QTest::addColumn<int>("number"); // -1: not found
        const QString id = QString::fromStdString(m->ids[20]);
        QTest::newRow("whole") << id << 20;
        QTest::newRow("lower case") << id.toLower() << 20;
        QTest::newRow("beginning") << id.left(15) << 20;
        QTest::newRow("end") << id.right(8) << 20;
        QTest::newRow("end in lower case") << id.right(10).toLower() << 20;
        QTest::newRow("ambiguous beginning") << id.left(6) << -1;
        QTest::newRow("too short") << id.right(5) << -1;
        QTest::newRow("unknown") << "01ZZZZZZZZZZZZZZZZZZZZZZZZ" << -1;
        QTest::newRow("empty") << "" << -1;
        QTest::newRow("wildcards are letters") << "%%%%%%%%" << -1;
    }
    void findsByPartsOfIds()
    {
        QFETCH(QString, asked);
        QFETCH(int, number);
        const auto record = m->query().get(asked.toStdString());
        QCOMPARE(record.has_value(), number >= 0);
        if (record)
            QCOMPARE(record->head.id, m->ids[std::size_t(number)]);
        else
            QCOMPARE(record.error().kind, ErrorKind::NotFound);
    }

    void followsWhatArrives()
    {
        HundredTraces own;
        const Query query = own.query();
        const auto firsts = query.listAfter({}, 3);
        QCOMPARE(firsts->size(), std::size_t(3));
        QCOMPARE(firsts->front().id, own.ids[0]);
        QCOMPARE(query.listAfter(own.ids[97], 10)->size(), std::size_t(2));
        QVERIFY(query.listAfter(own.ids[99], 10)->empty());
        // A long stream ends after shorter requests that began later; a follower must not miss it.
        const Record late = test::recordAt(own.start + 50 * kMinute + kMinute / 2);
        own.store.add(late);
        QVERIFY(own.store.flush(kPatience));
        const auto news = query.listAfter(own.ids[99], 10);
        QCOMPARE(news->size(), std::size_t(1));
        QCOMPARE(news->front().id, late.head.id);
        QVERIFY(query.listAfter(test::idAt(own.start + 98 * kMinute + 1000), 10)->front().id == own.ids[99]);
    }

    void sums()
    {
        const auto totals = m->query().totals(0);
        QCOMPARE(totals->requests, std::int64_t(100));
        QCOMPARE(totals->errors, std::int64_t(8));
        QCOMPARE(totals->absorbed, std::int64_t(4));
        QCOMPARE(totals->inputTokens, std::int64_t(10'000));
        QCOMPARE(totals->outputTokens, std::int64_t(2000));
        QCOMPARE(totals->costMicroUsd, std::int64_t(96 * 350));
        QCOMPARE(totals->unpriced, std::int64_t(4));
        QCOMPARE(m->query().totals(m->start + 90 * kMinute)->requests, std::int64_t(10));
        QCOMPARE(m->query().totals(m->start + 90 * kMinute + 1)->requests, std::int64_t(9));
        QCOMPARE(m->query().totals(test::nowMicros())->requests, std::int64_t(0));
        QCOMPARE(m->query().count().value(), std::int64_t(100));
    }

    void menus()
    {
        using Values = std::vector<std::string>;
        const Query query = m->query();
        QVERIFY(query.distinct("router").value() == (Values{"experiments", "production"}));
        QVERIFY(query.distinct("provider").value() == (Values{"anthropic", "openai"}));
        QVERIFY(query.distinct("model").value() == (Values{"claude-haiku", "gpt-5"}));
        QVERIFY(query.distinct("app").value() == (Values{"claude-code", "codex"}));
        QVERIFY(!query.distinct("id; DROP TABLE heads"));
    }

private:
    std::unique_ptr<HundredTraces> m;
};

QTEST_GUILESS_MAIN(TestTraceQuery)
#include "tst_trace_query.moc"
