// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/budget_span.h"
#include "policy/client_keys.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace pm;
using namespace pm::policy;

namespace {

std::string said(const Result<config::Limit> &limit)
{
    if (!limit)
        return "refused";
    const char *of = limit->of == config::Limit::Of::Tokens ? "tokens" : limit->of == config::Limit::Of::Cost ? "cost" : "requests";
    return std::to_string(limit->amount) + " " + of + " " + std::to_string(limit->per.count());
}

std::string said(const Result<config::Budget> &budget)
{
    return budget ? std::to_string(budget->microUsd) + " " + std::string(perName(budget->per)) : "refused";
}

ClientKey named(std::string name)
{
    ClientKey key;
    key.name = std::move(name);
    return key;
}

} // namespace

class TestClientKey : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void secrets()
    {
        const Secret one = makeClientSecret();
        QVERIFY(isClientSecret(one.reveal()));
        QVERIFY(!one.equals(makeClientSecret().reveal()));
        for (const char *other : {"", "pm-", "sk-0123456789abcdefghijklmnopqrstuv", "pm-0123456789abcdefghijklmnopqrstu",
                                  "pm-0123456789abcdefghijklmnopqrst-v"})
            QVERIFY2(!isClientSecret(other), other);
        // The digest of RFC 6234's "abc".
        QCOMPARE(hashOf("abc"), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }

    void models_data()
    {
        QTest::addColumn<QString>("patterns");
        QTest::addColumn<QString>("model");
        QTest::addColumn<bool>("may");
        QTest::newRow("none: all") << "" << "openai/gpt-5" << true;
        QTest::newRow("the same") << "openai/gpt-5" << "openai/gpt-5" << true;
        QTest::newRow("another provider's") << "openai/gpt-5" << "azure/gpt-5" << false;
        QTest::newRow("a name of any provider") << "gpt-5" << "azure/gpt-5" << true;
        QTest::newRow("a bare name asked, a provider's allowed") << "openai/gpt-5" << "gpt-5" << false;
        QTest::newRow("any rest") << "gpt-5*" << "openai/gpt-5-mini" << true;
        QTest::newRow("not any beginning") << "gpt-5*" << "openai/my-gpt-5" << false;
        QTest::newRow("a provider's all") << "openai/*" << "openai/o3" << true;
        QTest::newRow("a provider's all, another") << "openai/*" << "openai-eu/o3" << false;
        QTest::newRow("everything") << "*" << "a/b" << true;
        QTest::newRow("no model") << "gpt-5" << "" << false;
        QTest::newRow("one of several") << "a b c" << "b" << true;
        QTest::newRow("a router is no model of that name") << "work" << "router/work" << false;
        QTest::newRow("a router by its name") << "router/work" << "router/work" << true;
    }
    void models()
    {
        QFETCH(QString, patterns);
        QFETCH(QString, model);
        QFETCH(bool, may);
        std::vector<std::string> list;
        for (const QString &pattern : patterns.split(QLatin1Char(' '), Qt::SkipEmptyParts))
            list.push_back(pattern.toStdString());
        QCOMPARE(allowsModel(list, model.toStdString()), may);
    }

    void words_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("limit");
        QTest::addColumn<QString>("budget");
        QTest::newRow("requests a minute") << "100/1m" << "100 requests 60000" << "refused";
        QTest::newRow("a minute without a number") << "100/minute" << "100 requests 60000" << "refused";
        QTest::newRow("tokens") << "200k-tokens/1h" << "200000 tokens 3600000" << "refused";
        QTest::newRow("money a day") << "5usd/1d" << "5000000 cost 86400000" << "refused";
        QTest::newRow("a budget") << "20/month" << "refused" << "20000000 month";
        QTest::newRow("a budget with a sign") << "$0.5/day" << "refused" << "500000 day";
        QTest::newRow("dollars alone") << "20" << "refused" << "20000000 month";
        QTest::newRow("nothing") << "0/month" << "refused" << "refused";
        QTest::newRow("less than nothing") << "-5/month" << "refused" << "refused";
        QTest::newRow("another span") << "5/year" << "refused" << "refused";
        QTest::newRow("no text") << "" << "refused" << "refused";
    }
    void words()
    {
        QFETCH(QString, text);
        QFETCH(QString, limit);
        QFETCH(QString, budget);
        QCOMPARE(QString::fromStdString(said(parseLimit(text.toStdString()))), limit);
        QCOMPARE(QString::fromStdString(said(parseBudget(text.toStdString()))), budget);
    }
    void expiry()
    {
        QCOMPARE(parseExpiry("30d", 1000).value(), 1000 + 30 * 86'400);
        QVERIFY(parseExpiry("2031-01-01", 0).value() > 1'900'000'000);
        QVERIFY(!parseExpiry("soon", 0));
        QVERIFY(!parseExpiry("0", 0));
    }

    void jsonAndBack()
    {
        ClientKey key = named("alice");
        key.hash = hashOf("x");
        key.shown = "pm-abcd";
        key.routers = {"work"};
        key.models = {"gpt-5*"};
        key.limits = {{config::Limit::Of::Cost, 5'000'000, std::chrono::hours(24), 1'000'000, "api-key"},
                      {config::Limit::Of::Tokens, 7, std::chrono::milliseconds(1), 0, "api-key"}};
        key.budgets = {{"own", 20'500'000, config::Budget::Per::Week, "api-key", 0.5, config::Budget::Then::Downgrade}};
        key.metadata = {{"team", "ml"}};
        key.createdAt = 5;
        key.expiresAt = 6;
        key.revokedAt = 7;
        key.usedAt = 8;
        json::Writer out;
        writeClientKey(out, key, true);
        const auto parsed = json::Document::parse(out.text());
        QVERIFY(parsed.has_value());
        const auto back = readClientKey(parsed->root(), 0);
        QVERIFY2(back.has_value(), back ? "" : back.error().message.c_str());
        QVERIFY(*back == key);
    }
    void wrongJson_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text : {"[]", "{}", "{'name':'a b'}", "{'name':'a','models':'m'}", "{'name':'a','models':['a*b']}",
                                 "{'name':'a','budgets':[{'usd':-1}]}", "{'name':'a','limits':[{}]}", "{'name':'a','limits':{}}",
                                 "{'name':'a','expires':'soon'}", "{'name':'a','metadata':{'x':1}}"})
            QTest::newRow(text) << QString::fromLatin1(text).replace(QLatin1Char('\''), QLatin1Char('"'));
    }
    void wrongJson()
    {
        QFETCH(QString, text);
        const auto parsed = json::Document::parse(text.toStdString());
        QVERIFY(parsed.has_value());
        const auto key = readClientKey(parsed->root(), 0);
        QVERIFY(!key.has_value());
        QVERIFY(key.error().kind == ErrorKind::BadRequest);
    }

    void theFile()
    {
        const QTemporaryDir dir;
        const ClientKeyFile file(dir.path().toStdString() + "/state");
        QVERIFY(file.read()->empty());
        const auto secret = file.create(named("alice"), 100);
        QVERIFY(secret.has_value());
        QVERIFY(!file.create(named("alice"), 100));
        QVERIFY(!file.create(named(""), 100));
        QVERIFY(file.create(named("bob"), 100));
        const ClientKeyIndex index(*file.read(), nullptr);
        QCOMPARE(index.find(secret->reveal())->key.name, std::string("alice"));
        QVERIFY(!index.find(makeClientSecret().reveal()));
        QVERIFY(!index.find(""));

        QVERIFY(file.revoke("alice", 200));
        QCOMPARE(QString::fromStdString(file.revoke("carol", 200).error().message),
                 QStringLiteral("there is no made client key \"carol\"; there are: bob, alice"));
        const ClientKeyIndex later(*file.read(), &index);
        QCOMPARE(later.find(secret->reveal())->key.revokedAt, 200);
        QVERIFY(file.create(named("alice"), 300)); // in place of the revoked one
        QVERIFY(!ClientKeyIndex(*file.read(), nullptr).find(secret->reveal()));
    }
    void useIsKept()
    {
        const QTemporaryDir dir;
        const ClientKeyFile file(dir.path().toStdString());
        const auto secret = file.create(named("alice"), 100);
        const ClientKeyIndex index(*file.read(), nullptr);
        const auto *entry = index.find(secret->reveal());
        entry->used->store(1'795'000'000);
        const ClientKeyIndex reloaded(*file.read(), &index);
        QCOMPARE(reloaded.find(secret->reveal())->used->load(), 1'795'000'000);
        QVERIFY(file.keepUse(reloaded));
        const std::int64_t day = file.read()->front().usedAt;
        QVERIFY(day <= 1'795'000'000 && day > 1'795'000'000 - 90'000);
    }
    void aBrokenFileIsNoFile()
    {
        const QTemporaryDir dir;
        const ClientKeyFile file(dir.path().toStdString());
        QFile raw(QString::fromStdString(file.path()));
        QVERIFY(raw.open(QIODevice::WriteOnly));
        raw.write("{\"keys\":[{\"name\":");
        raw.close();
        QVERIFY(!file.read());
        QVERIFY(!file.create(named("alice"), 1)); // would lose the others
        QVERIFY(ClientKeyIndex::unreadable()->areAsked());
        QVERIFY(!ClientKeyIndex().areAsked());
    }
};

QTEST_GUILESS_MAIN(TestClientKey)
#include "tst_client_key.moc"
