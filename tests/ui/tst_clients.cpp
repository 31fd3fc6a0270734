// SPDX-License-Identifier: GPL-3.0-or-later
#include "clients/client_text.h"
#include "clients/key_draft.h"
#include "format.h"
#include "sample_money.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace pm;
using namespace pm::ui;

namespace {

constexpr std::int64_t kNow = 1'795'000'000;
constexpr std::int64_t kDay = 86'400;

Client client(std::int64_t expiresAt, std::int64_t revokedAt)
{
    Client made;
    made.key.name = "alice";
    made.key.shown = "pm-Ab3d";
    made.key.expiresAt = expiresAt;
    made.key.revokedAt = revokedAt;
    return made;
}

} // namespace

class TestClients : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void states_data();
    void states();
    void thoseThatWorkComeFirst();
    void budgetsAreFoundByTheirPlace();
    void limits_data();
    void limits();
    void whatIsSaidOfOne();
    void aDraftThatIsRight();
    void aDraftThatIsWrong_data();
    void aDraftThatIsWrong();
    void aNameAloneIsEnough();
};

void TestClients::states_data()
{
    QTest::addColumn<qint64>("expires");
    QTest::addColumn<qint64>("revoked");
    QTest::addColumn<QString>("word");
    QTest::newRow("for ever") << qint64(0) << qint64(0) << u"active"_s;
    QTest::newRow("a second before its end") << qint64(kNow + 1) << qint64(0) << u"active"_s;
    QTest::newRow("at its end") << qint64(kNow) << qint64(0) << u"expired"_s;
    QTest::newRow("revoked") << qint64(kNow + kDay) << qint64(kNow - 1) << u"revoked"_s;
    QTest::newRow("revoked and over") << qint64(kNow - kDay) << qint64(kNow - 1) << u"revoked"_s;
}

void TestClients::states()
{
    QFETCH(qint64, expires);
    QFETCH(qint64, revoked);
    QTEST(stateWord(stateOf(client(expires, revoked), kNow)), "word");
}

void TestClients::thoseThatWorkComeFirst()
{
    const std::int64_t now = nowMicros();
    QStringList ids;
    for (const Client &each :
         clientsOf(sample::clientKeys(now), sample::configuredKeys(), {}, now / 1'000'000))
        ids.append(each.id());
    QCOMPARE(ids, (QStringList{u"made/alice"_s, u"config/bob"_s, u"made/ci"_s, u"made/notebook"_s,
                               u"made/contractor"_s, u"made/old-laptop"_s}));
}

void TestClients::budgetsAreFoundByTheirPlace()
{
    const std::int64_t now = nowMicros();
    const auto clients = clientsOf(sample::clientKeys(now), {}, sample::budgets(now), now / 1'000'000);
    QCOMPARE(spentText(clients[0]), u"$8.13 of $20.00"_s);
    QCOMPARE(spentText(clients[1]), u"$5.02 of $5.00"_s);
    QCOMPARE(spentText(clients[2]), QString());
}

void TestClients::limits_data()
{
    QTest::addColumn<QString>("written");
    QTest::addColumn<QString>("shown");
    QTest::newRow("requests") << u"100/1m"_s << u"100 requests a minute"_s;
    QTest::newRow("tokens") << u"200k-tokens/1h"_s << u"200,000 tokens an hour"_s;
    QTest::newRow("dollars") << u"5usd/1d"_s << u"$5.00 a day"_s;
    QTest::newRow("an odd span") << u"10/90s"_s << u"10 requests in 90s"_s;
}

void TestClients::limits()
{
    QFETCH(QString, written);
    const auto limit = policy::parseLimit(written.toStdString());
    QVERIFY(limit);
    QTEST(limitText(*limit), "shown");
}

void TestClients::whatIsSaidOfOne()
{
    Client made = client(kNow + 12 * kDay + 5, 0);
    QCOMPARE(secretText(made), u"pm-Ab3d…"_s);
    QCOMPARE(listText(made.key.routers), u"all"_s);
    QCOMPARE(limitsText(made), u"none"_s);
    QCOMPARE(usedText(made, kNow), u"never"_s);
    QVERIFY(expiryText(made, kNow).startsWith(u"in 12 days, "_s));
    QCOMPARE(expiryText(client(0, 0), kNow), u"never"_s);
    QVERIFY(expiryText(client(kNow - kDay, 0), kNow).startsWith(u"since "_s));
    made.key.usedAt = kNow - 180;
    QCOMPARE(usedText(made, kNow), u"3 min ago"_s);
    made.reference = "env:BOB_KEY";
    QCOMPARE(secretText(made), u"env:BOB_KEY"_s);
    QCOMPARE(usedText(made, kNow), u"–"_s); // nobody counts it
    made.key.metadata = {{"team", "ml"}, {"user", "bob"}};
    QCOMPARE(metadataText(made), u"team=ml, user=bob"_s);
}

void TestClients::aDraftThatIsRight()
{
    KeyDraft draft;
    draft[KeyField::Name] = u" alice "_s;
    draft[KeyField::Routers] = u"work, dev,"_s;
    draft[KeyField::Models] = u"openai/gpt-5*"_s;
    draft[KeyField::Budget] = u"20/month, $5/day"_s;
    draft[KeyField::Limit] = u"100/1m, 200k-tokens/1h"_s;
    draft[KeyField::Expires] = u"30d"_s;
    draft[KeyField::Metadata] = u"team=ml, user = bob"_s;
    const ReadKey read = readDraft(draft, {"work", "dev"}, {}, kNow);
    QVERIFY(read.problems.empty());
    QCOMPARE(read.key.name, std::string("alice"));
    QCOMPARE(read.key.routers, (std::vector<std::string>{"work", "dev"}));
    QCOMPARE(read.key.budgets.size(), 2u);
    QCOMPARE(read.key.budgets[1].per, config::Budget::Per::Day);
    QCOMPARE(read.key.limits[1].amount, 200'000);
    QCOMPARE(read.key.expiresAt, kNow + 30 * kDay);
    QCOMPARE(read.key.metadata.at("user"), std::string("bob"));
}

void TestClients::aDraftThatIsWrong_data()
{
    QTest::addColumn<int>("field");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("problem");
    QTest::newRow("no name") << int(KeyField::Name) << QString() << u"needs a name"_s;
    QTest::newRow("a name with a blank") << int(KeyField::Name) << u"al ice"_s << u"letters, digits"_s;
    QTest::newRow("a taken name") << int(KeyField::Name) << u"bob"_s << u"already"_s;
    QTest::newRow("a router that is not there")
        << int(KeyField::Routers) << u"work, wrk"_s << u"\"wrk\"; there are: work"_s;
    QTest::newRow("a star in the middle") << int(KeyField::Models) << u"gpt*-5"_s << u"at the end only"_s;
    QTest::newRow("a budget in euros") << int(KeyField::Budget) << u"20eur"_s << u"dollars and a span"_s;
    QTest::newRow("the second budget") << int(KeyField::Budget) << u"20/month, 5/year"_s << u"\"5/year\""_s;
    QTest::newRow("a limit without a time") << int(KeyField::Limit) << u"100"_s << u"100/1m"_s;
    QTest::newRow("no date") << int(KeyField::Expires) << u"soon"_s << u"2026-12-31"_s;
    QTest::newRow("a day that is over") << int(KeyField::Expires) << u"2001-01-01"_s << u"over already"_s;
    QTest::newRow("metadata without a value") << int(KeyField::Metadata) << u"ml"_s << u"name=value"_s;
}

void TestClients::aDraftThatIsWrong()
{
    QFETCH(int, field);
    QFETCH(QString, text);
    QFETCH(QString, problem);
    KeyDraft draft;
    draft[KeyField::Name] = u"alice"_s;
    draft[KeyField(field)] = text;
    const ReadKey read = readDraft(draft, {"work"}, {"bob"}, kNow);
    QCOMPARE(read.problems.size(), 1u);
    QCOMPARE(int(read.problems[0].field), field);
    QVERIFY2(read.problems[0].text.contains(problem), qPrintable(read.problems[0].text));
}

void TestClients::aNameAloneIsEnough()
{
    KeyDraft draft;
    draft[KeyField::Name] = u"alice"_s;
    const ReadKey read = readDraft(draft, {}, {}, kNow);
    QVERIFY(read.problems.empty());
    policy::ClientKey wanted;
    wanted.name = "alice";
    QVERIFY(read.key == wanted);
}

QTEST_MAIN(TestClients)
#include "tst_clients.moc"
