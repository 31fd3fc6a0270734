// SPDX-License-Identifier: GPL-3.0-or-later
// The form of a router's policies: each control changes its place of the text, problems stand at their fields, and what
// the policies did stands beside them.
#include "fixture_route_form.h"
#include "policies/policy_row.h"
#include "sample_policies.h"

#include <QCheckBox>
#include <QPlainTextEdit>
#include <QTest>

using namespace pm;
using namespace pm::ui;
using namespace Qt::StringLiterals;
using sample::replaced;

namespace {

const std::string kRouter =
    "routers:\n"
    "  r:\n"
    "    route: openai/gpt-5\n"
    "    cache:\n"
    "      directive: max-age=7200, private  # two hours\n"
    "      semantic: {embedding: ollama/nomic-embed-text}\n"
    "    rate-limit:\n"
    "      per-api-key: {capacity: 1000, refill-frequency: 1m}\n"
    "      limits:\n"
    "        - {requests: 20, per: minute, by: user}  # steady\n"
    "        - {usd: 5, per: 90s, by: metadata.project}\n"
    "      concurrency: {requests: 8}\n"
    "    budgets:\n"
    "      - {usd: 20, per: week}\n"
    "    guardrails:\n"
    "      - pii\n"
    "      - {check: patterns, patterns: ['a+', b]}\n"
    "      - {check: max-tools, limit: 3}\n";

struct Fixture : sample::FormFixture
{
    explicit Fixture(const std::string &start = kRouter)
        : FormFixture(start)
    {
        page->setTab(RoutersPage::Tab::Policies);
    }
    QWidget *control(const QString &name)
    {
        for (QWidget *each : page->findChildren<QWidget *>()) {
            if (each->isVisible() && !qobject_cast<QLabel *>(each) && !sample::isInnerPart(each) && sample::spokenName(each) == name)
                return each;
        }
        return nullptr;
    }
    /// As a user would, whatever kind of control it is.
    bool change(const QString &name, const QString &value)
    {
        QWidget *found = control(name);
        if (auto *check = qobject_cast<QCheckBox *>(found)) {
            check->click();
        } else if (qobject_cast<QComboBox *>(found)) {
            return choose(name, value);
        } else if (auto *number = qobject_cast<QAbstractSpinBox *>(found)) {
            number->setFocus();
            number->selectAll();
            value.isEmpty() ? QTest::keyClick(number, Qt::Key_Delete) : QTest::keyClicks(number, value);
            QTest::keyClick(number, Qt::Key_Return);
        } else if (auto *lines = qobject_cast<QPlainTextEdit *>(found)) {
            if (!QTest::qWaitForWindowActive(&window)) // else the focus goes nowhere
                return false;
            lines->setFocus();
            lines->setPlainText(value);
            QTest::keyClick(lines, Qt::Key_Tab);
        } else {
            return found && type(name, value);
        }
        return true;
    }
    PolicyRow *row(const QString &what)
    {
        for (PolicyRow *each : page->findChildren<PolicyRow *>()) {
            if (each->isVisible() && each->accessibleName() == what)
                return each;
        }
        return nullptr;
    }
};

} // namespace

class TestPoliciesForm : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void edits_data();
    void edits();
    void everyEditIsUndone();
    void rowsComeAndGo();
    void cacheIsTurnedOnAndOff();
    void problemsStandAtTheirFields_data();
    void problemsStandAtTheirFields();
    void tellsWhatPoliciesDid();
    void tellsThatTheyAreNotInForce();
    void theCheckDecidesWhatARowAsks();
};

void TestPoliciesForm::edits_data()
{
    QTest::addColumn<QString>("control");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    const auto row = [](const char *control, const char *value, const char *from, const char *to) {
        QTest::addRow("%s: %s", control, value)
            << QString::fromUtf8(control) << QString::fromUtf8(value) << QString::fromUtf8(from) << QString::fromUtf8(to);
    };
    row("Fresh for of the cache", "5", "max-age=7200, private", "'max-age=18000, private'");
    row("Seed of the cache", "team a", "    rate-limit", "      seed: team a\n    rate-limit");
    row("Answers collected of the cache", "3", "    rate-limit", "      buckets: 3\n    rate-limit");
    row("Streams again of the cache", "paced", "    rate-limit", "      replay: paced\n    rate-limit");
    row("Also by meaning of the cache", "", "      semantic: {embedding: ollama/nomic-embed-text}\n", "");
    row("Threshold of the cache", "0.9", "embed-text}", "embed-text, threshold: 0.9}");
    row("Requests of limit 1", "50", "capacity: 1000", "capacity: 50");
    row("Per of limit 1", "hour", "refill-frequency: 1m", "refill-frequency: hour"); // 1m is shown as minute
    row("Amount of limit 2", "30", "requests: 20", "requests: 30");
    row("What limit 2 counts", "tokens", "requests: 20", "tokens: 20");
    row("Burst of limit 2", "7", "by: user}", "by: user, burst: 7}");
    row("For each of limit 2", "api-key", ", by: user", "");
    row("Per of limit 3, in words", "2m", "90s", "2m");
    row("For each of limit 3, in words", "metadata.job", "metadata.project", "metadata.job");
    row("At once of limit 1 of requests at once", "4", "{requests: 8}", "{requests: 4}");
    row("May wait of limit 1 of requests at once", "0", "{requests: 8}", "{requests: 8, queue: 0}");
    row("US dollars of budget 1", "25", "usd: 20", "usd: 25");
    row("Per of budget 1", "month", ", per: week", "");
    row("Then of budget 1", "downgrade", "per: week}", "per: week, then: downgrade}");
    row("Mode of guardrail 1", "soft", "- pii", "- {check: pii, mode: soft}");
    row("Action of guardrail 2", "redact", "b]}", "b], action: redact}");
    row("Looks for of guardrail 1: ssn", "", "- pii", "- {check: pii, entities: [email, phone, card, iban, ip]}");
    row("Patterns of guardrail 2", "a+\n\nc", "['a+', b]", "[a+, c]");
    row("At most of guardrail 3", "5", "limit: 3", "limit: 5");
}

void TestPoliciesForm::edits()
{
    QFETCH(QString, control);
    QFETCH(QString, value);
    QFETCH(QString, from);
    QFETCH(QString, to);
    Fixture f;
    QVERIFY2(f.change(control, value), qPrintable(control));
    QString expected = QString::fromStdString(kRouter);
    QVERIFY(expected.contains(from));
    expected.replace(expected.indexOf(from), from.size(), to);
    QVERIFY2(f.draft() == expected, qPrintable(f.draft()));
    QVERIFY(f.session.problems().empty());
}

void TestPoliciesForm::everyEditIsUndone()
{
    Fixture f;
    QVERIFY(f.change(u"Burst of limit 2"_s, u"7"_s));
    QVERIFY(f.draft() != QString::fromStdString(kRouter));
    f.session.undo();
    QCOMPARE(f.draft(), QString::fromStdString(kRouter));
    QVERIFY(f.named<QAbstractSpinBox>(u"Burst of limit 2"_s)->text().isEmpty());
}

void TestPoliciesForm::rowsComeAndGo()
{
    Fixture f("routers:\n  r:\n    route: openai/gpt-5\n");
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    const auto add = [&](const char *what) {
        auto *button = f.named<QPushButton>(QString::fromUtf8(what));
        return button && (button->click(), true);
    };
    QVERIFY(f.label(u"requests pass as they come"_s));
    QVERIFY(add("Add a limit"));
    QVERIFY(!f.label(u"requests pass as they come"_s));
    QCOMPARE(sample::spokenName(f.window.focusWidget()), u"Amount of limit 1"_s);
    QVERIFY(add("Add a limit of requests at once"));
    QVERIFY(add("Add a limit of requests at once"));
    QVERIFY(add("Add a budget"));
    QVERIFY(add("Add a guardrail"));
    const config::Policies &policies = f.session.config().findRouter("r")->policies;
    QCOMPARE(policies.limits.size(), std::size_t(1));
    QCOMPARE(policies.concurrency.size(), std::size_t(2));
    QCOMPARE(policies.budgets.size(), std::size_t(1));
    QCOMPARE(policies.guardrails.size(), std::size_t(1));
    QVERIFY(f.session.problems().empty());
    for (const char *what : {"Remove limit 1", "Remove limit 2 of requests at once", "Remove limit 1 of requests at once",
                             "Remove budget 1", "Remove guardrail 1"}) {
        auto *remove = f.named<QToolButton>(QString::fromUtf8(what));
        QVERIFY2(remove, what);
        remove->setFocus();
        remove->click();
        QVERIFY(f.window.focusWidget() && f.window.focusWidget()->isVisible());
    }
    QCOMPARE(f.draft(), u"routers:\n  r:\n    route: openai/gpt-5\n"_s);
}

void TestPoliciesForm::cacheIsTurnedOnAndOff()
{
    const QString bare = u"routers:\n  r:\n    route: openai/gpt-5\n"_s;
    Fixture f(bare.toStdString());
    QVERIFY(f.label(u"every request asks a provider"_s));
    QVERIFY(f.choose(u"Cache"_s, u"on"_s));
    QCOMPARE(f.draft(), bare + u"    cache: {enabled: true}\n"_s);
    QVERIFY(f.choose(u"Cache"_s, u"asked"_s));
    QCOMPARE(f.draft(), bare + u"    cache: {enabled: false}\n"_s);
    QVERIFY(f.choose(u"Cache"_s, u"on"_s));
    QVERIFY(f.change(u"Also by meaning of the cache"_s, {}));
    QCOMPARE(f.session.config().findRouter("r")->policies.cache->semantic->embedding, std::string("ollama/nomic-embed-text"));
    QVERIFY(f.named<QAbstractSpinBox>(u"Threshold of the cache"_s));
    QVERIFY(f.choose(u"Cache"_s, u"off"_s));
    QCOMPARE(f.draft(), bare);
}

void TestPoliciesForm::problemsStandAtTheirFields_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("field");
    const auto row = [](const char *name, const char *from, const char *to, const char *field) {
        QTest::newRow(name) << QString::fromUtf8(from) << QString::fromUtf8(to) << QString::fromUtf8(field);
    };
    row("a directive", "max-age=7200", "max-age=soon", "Directive of the cache");
    row("an embedding", "ollama/nomic-embed-text", "nomic", "Embedding of the cache");
    row("a short form", "capacity: 1000", "capacity: lots", "Requests of limit 1");
    row("an amount", "requests: 20", "requests: many", "Amount of limit 2");
    row("a span", "per: 90s", "per: fortnight", "Per of limit 3, in words");
    row("places", "{requests: 8}", "{requests: 0}", "At once of limit 1 of requests at once");
    row("money", "usd: 20", "usd: -3", "US dollars of budget 1");
    row("a calendar span", "per: week", "per: year", "Per of budget 1");
    row("an unknown check", "- pii", "- swearing", "Check of guardrail 1");
    row("a pattern", "['a+', b]", "['(a', b]", "Patterns of guardrail 2");
    row("a number of tools", "limit: 3", "limit: few", "At most of guardrail 3");
}

void TestPoliciesForm::problemsStandAtTheirFields()
{
    QFETCH(QString, from);
    QFETCH(QString, to);
    QFETCH(QString, field);
    Fixture f(replaced(kRouter, from.toStdString(), to.toStdString()));
    QVERIFY(!f.session.problems().empty());
    QString told;
    QWidget *control = f.control(field);
    QVERIFY2(control, qPrintable(field));
    QCOMPARE(control->property("state").toString(), u"bad"_s);
    for (const config::Problem &problem : f.session.problems()) {
        if (control->toolTip().startsWith(QString::fromStdString(problem.message)))
            told = QString::fromStdString(problem.message);
    }
    QVERIFY2(!told.isEmpty(), qPrintable(control->toolTip()));
    QVERIFY2(f.label(told), qPrintable(told));
}

void TestPoliciesForm::tellsWhatPoliciesDid()
{
    sample::RoutersFixture f(sample::policiesText());
    Source source = sample::makeSource(std::make_shared<sample::Store>(), std::make_shared<std::vector<trace::Head>>());
    source.budgets = sample::policyBudgets;
    MainWindow window(source, f.theme, f.state);
    auto *shown = new RoutersPage(window.context(), f.session, routeWords(), sample::policies());
    window.addPage(shown);
    window.resize(1400, 1400);
    window.show();
    window.open({u"routers"_s, {}, {}, u"guarded"_s});
    shown->setTab(RoutersPage::Tab::Policies);
    QStringList texts;
    for (const QLabel *label : shown->findChildren<QLabel *>()) {
        if (label->isVisible())
            texts.append(label->text());
    }
    for (const char *told :
         {"since the start: 1,291 hits, 1,846 misses (41.2 %) · saved $14.32 and 86 min 10 s",
          "since the start: 87 answered by meaning", "today: nothing refused", "today: 12 refused · bob@example.com has 1 left",
          "today: nothing refused · search has 41,200 left", "now: 3 under way, 1 waiting · today: 214 waited, 0 refused",
          "this month: $83.41 of $200.00 spent (41.7 %)",
          "today: $4.61 of $5.00 spent (92.2 %) · by bob@example.com; one other less", "today (UTC): 41 replaced",
          "today (UTC): 2 blocked", "today (UTC): nothing found"})
        QVERIFY2(texts.contains(QString::fromUtf8(told)), qPrintable(QString::fromUtf8(told) + u" in "_s + texts.join(u" | "_s)));
}

void TestPoliciesForm::tellsThatTheyAreNotInForce()
{
    Fixture f;
    QVERIFY(f.label(u"not in force yet"_s));
    QVERIFY(f.label(u"no request looked here yet"_s));
}

void TestPoliciesForm::theCheckDecidesWhatARowAsks()
{
    Fixture f;
    QVERIFY(f.control(u"Looks for of guardrail 1: email"_s));
    QVERIFY(!f.control(u"At most of guardrail 1"_s));
    QVERIFY(!f.control(u"Action of guardrail 3"_s)); // counts find nothing that could be taken out
    QVERIFY(f.choose(u"Check of guardrail 1"_s, u"models"_s));
    QVERIFY(!f.control(u"Looks for of guardrail 1: email"_s));
    QVERIFY(f.control(u"Models of guardrail 1"_s));
    QVERIFY(f.label(u"models needs models"_s)); // what it lacks is told
    QVERIFY(f.choose(u"Check of guardrail 1"_s, u"schema"_s));
    QVERIFY(f.control(u"Edit the schema in YAML of guardrail 1"_s));
}

QTEST_MAIN(TestPoliciesForm)
#include "tst_policies_form.moc"
