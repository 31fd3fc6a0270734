// SPDX-License-Identifier: GPL-3.0-or-later
// How the form changes policies in the text, and where it finds them.
#include "policies/max_age_field.h"
#include "policies/policy_edits.h"
#include "policies/policy_paths.h"

#include <QTest>

using namespace pm;
using namespace pm::ui;
using namespace std::chrono_literals;

namespace {

const std::string kText = "routers:\n"
                          "  r:\n"
                          "    route: openai\n"
                          "    cache:\n"
                          "      seed: a  # whose\n"
                          "      semantic: {threshold: 0.9}\n"
                          "    rate-limit:\n"
                          "      tokens: {capacity: 5}\n"
                          "      limits:\n"
                          "        - {requests: 1, per: day}  # slow\n"
                          "      concurrency: {requests: 8, by: app}\n"
                          "    budget: {usd: 5}\n"
                          "    guardrails: [pii, {check: secrets}]\n"
                          "# tail\n";

QString edited(const Result<std::string> &text)
{
    return text ? QString::fromStdString(*text) : QString::fromStdString("error: " + text.error().message);
}

QString changed(const char *from, const char *to)
{
    QString text = QString::fromStdString(kText);
    return text.replace(QString::fromUtf8(from), QString::fromUtf8(to));
}

} // namespace

class TestPolicyEdits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void values_data();
    void values();
    void removals_data();
    void removals();
    void additions();
    void places();
    void maxAge_data();
    void maxAge();
};

void TestPolicyEdits::values_data()
{
    QTest::addColumn<QString>("item");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("yaml");
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    const auto row = [](const char *name, const char *item, const char *key, const char *yaml, const char *from, const char *to) {
        QTest::newRow(name) << QString::fromUtf8(item) << QString::fromUtf8(key) << QString::fromUtf8(yaml)
                            << QString::fromUtf8(from) << QString::fromUtf8(to);
    };
    row("another value", "cache", "seed", "b", "seed: a ", "seed: b ");
    row("a new value", "rate-limit.limits.0", "burst", "3", "per: day}", "per: day, burst: 3}");
    row("a value gone", "rate-limit.concurrency", "by", "", ", by: app", "");
    row("a part of its own gone with its last value", "cache", "semantic.threshold", "", "      semantic: {threshold: 0.9}\n", "");
    row("the last value of an item", "rate-limit.tokens", "capacity", "", "tokens: {capacity: 5}", "tokens: {}");
    row("a bare check gets a mode", "guardrails.0", "mode", "soft", "[pii,", "[{check: pii, mode: soft},");
    row("another bare check", "guardrails.0", "check", "injection", "[pii,", "[injection,");
    row("nothing taken from a bare check", "guardrails.0", "mode", "", "[pii,", "[pii,");
}

void TestPolicyEdits::values()
{
    QFETCH(QString, item);
    QFETCH(QString, key);
    QFETCH(QString, yaml);
    QFETCH(QString, from);
    QFETCH(QString, to);
    const auto text =
        setPolicyValue(kText, "routers.r." + item.toStdString(), key.toStdString(), yaml.toStdString());
    QCOMPARE(edited(text), changed(qPrintable(from), qPrintable(to)));
}

void TestPolicyEdits::removals_data()
{
    QTest::addColumn<QString>("item");
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::newRow("the only one of a list") << QStringLiteral("rate-limit.limits.0")
                                            << QStringLiteral("      limits:\n        - {requests: 1, per: day}  # slow\n")
                                            << QString();
    QTest::newRow("one of two") << QStringLiteral("guardrails.0") << QStringLiteral("[pii, ") << QStringLiteral("[");
    QTest::newRow("a section") << QStringLiteral("budget") << QStringLiteral("    budget: {usd: 5}\n") << QString();
}

void TestPolicyEdits::removals()
{
    QFETCH(QString, item);
    QFETCH(QString, from);
    QFETCH(QString, to);
    QCOMPARE(edited(removePolicy(kText, "routers.r." + item.toStdString())), changed(qPrintable(from), qPrintable(to)));
}

void TestPolicyEdits::additions()
{
    QCOMPARE(edited(addPolicy(kText, "routers.r.rate-limit.concurrency", "{requests: 2}")),
             changed("{requests: 8, by: app}", "[{requests: 8, by: app}, {requests: 2}]"));
    QCOMPARE(edited(addPolicy(kText, "routers.r.guardrails", "secrets")), changed("{check: secrets}]", "{check: secrets}, secrets]"));
    const std::string bare = "routers:\n  r:\n    route: openai\n";
    QCOMPARE(edited(addPolicy(bare, "routers.r.rate-limit.limits", "{requests: 60, per: minute}")),
             QStringLiteral("routers:\n  r:\n    route: openai\n    rate-limit:\n      limits:\n        - {requests: 60, per: minute}\n"));
    // All of them taken out again, nothing is left behind.
    const auto one = addPolicy(bare, "routers.r.rate-limit.limits", "{requests: 60, per: minute}");
    QVERIFY(one.has_value());
    QCOMPARE(edited(removePolicy(*one, "routers.r.rate-limit.limits.0")), QString::fromStdString(bare));
}

void TestPolicyEdits::places()
{
    const config::PlaceFinder text(kText);
    using Paths = std::vector<std::string>;
    QCOMPARE(limitPaths(text, "r"), (Paths{"rate-limit.tokens", "rate-limit.limits.0"}));
    QCOMPARE(concurrencyPaths(text, "r"), (Paths{"rate-limit.concurrency"}));
    QCOMPARE(budgetPaths(text, "r"), (Paths{"budget"}));
    QCOMPARE(guardrailPaths(text, "r"), (Paths{"guardrails.0", "guardrails.1"}));
    QCOMPARE(writtenAt(text, "routers.r.guardrails.0", "check").value_or(""), std::string("pii"));
    QCOMPARE(writtenAt(text, "routers.r.guardrails.1", "check").value_or(""), std::string("secrets"));
    QVERIFY(!writtenAt(text, "routers.r.guardrails.0", "mode"));
    QVERIFY(limitPaths(text, "other").empty());
}

void TestPolicyEdits::maxAge_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<int>("seconds"); ///< -1: none
    QTest::addColumn<QString>("after");
    QTest::newRow("into nothing") << QString() << 60 << QStringLiteral("max-age=60");
    QTest::newRow("another") << QStringLiteral("max-age=3600") << 60 << QStringLiteral("max-age=60");
    QTest::newRow("beside others") << QStringLiteral("private, Max-Age = 5, max-stale=3") << 60
                                   << QStringLiteral("private, max-age=60, max-stale=3");
    QTest::newRow("before others") << QStringLiteral("private") << 60 << QStringLiteral("max-age=60, private");
    QTest::newRow("gone") << QStringLiteral("max-age=5,private") << -1 << QStringLiteral("private");
    QTest::newRow("gone, alone") << QStringLiteral("max-age=5") << -1 << QString();
    QTest::newRow("of two") << QStringLiteral("max-age=5, max-age=6") << 7 << QStringLiteral("max-age=7");
}

void TestPolicyEdits::maxAge()
{
    QFETCH(QString, before);
    QFETCH(int, seconds);
    QFETCH(QString, after);
    const auto age = seconds < 0 ? std::nullopt : std::optional(std::chrono::seconds(seconds));
    QCOMPARE(QString::fromStdString(withMaxAge(before.toStdString(), age)), after);
}

QTEST_APPLESS_MAIN(TestPolicyEdits)
#include "tst_policy_edits.moc"
