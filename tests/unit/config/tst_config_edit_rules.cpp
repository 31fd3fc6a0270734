// SPDX-License-Identifier: GPL-3.0-or-later
// Rules of a route, edited as values: the text keeps its layout, and rules that say nothing yet stay rules.
#include "config/config_edit.h"
#include "config/config_yaml.h"
#include "runtime/snapshot_builder.h"

#include <QTest>

using namespace pm;
using namespace pm::config;

namespace {

const char *const kRules = "routers:\n"
                           "  r:\n"
                           "    route:\n"
                           "      strategy: conditional  # by what is asked\n"
                           "      rules:\n"
                           "        - when: {request.has-image: true}  # pictures\n"
                           "          use: gemini\n"
                           "        - {when: {request.input-tokens: {gt: 60000}}, use: openai/gpt-5}\n"
                           "      default: anthropic\n";
const char *const kChildren = "routers:\n"
                              "  r:\n"
                              "    route:\n"
                              "      strategy: priority  # first come\n"
                              "      children: [openai, anthropic]\n";

Condition hasTools()
{
    Condition condition;
    condition.kind = Condition::Kind::Test;
    condition.field = "request.has-tools";
    condition.values = {"true"};
    return condition;
}

RouteNode target(const char *provider)
{
    RouteNode node;
    node.provider = provider;
    return node;
}

/// By name, for the data of a test.
void change(RouteNode &route, const QString &what)
{
    auto &children = route.children;
    if (what == u"an empty rule") {
        children.insert(children.begin() + 2, target("groq"));
    } else if (what == u"a condition") {
        children[1].when = hasTools();
    } else if (what == u"any of two") {
        Condition either;
        either.kind = Condition::Kind::Any;
        either.parts = {children[0].when, hasTools()};
        children[0].when = either;
    } else if (what == u"no condition") {
        children[0].when = {};
    } else if (what == u"names") {
        children[1].name = "long";
        children[2].name = "rest";
    } else if (what == u"order") {
        std::swap(children[0], children[1]);
    } else if (what == u"no rules any more") {
        route.strategy = "priority";
        for (RouteNode &child : children) {
            child.when = {};
            child.isDefault = false;
        }
    } else if (what == u"rules") {
        route.strategy = "conditional";
        children[1].isDefault = true;
    }
}

} // namespace

class TestConfigEditRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void edits_data();
    void edits();
    void anEmptyRuleGetsItsCondition();
};

void TestConfigEditRules::edits_data()
{
    QTest::addColumn<QString>("start");
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    const auto row = [](const char *name, const char *start, const char *from, const char *to) {
        QTest::newRow(name) << QString::fromUtf8(start) << QString::fromUtf8(from) << QString::fromUtf8(to);
    };
    row("nothing", kRules, "", "");
    row("an empty rule", kRules, "      default", "        - {use: groq}\n      default");
    row("a condition", kRules, "request.input-tokens: {gt: 60000}", "request.has-tools: true");
    row("any of two", kRules, "{request.has-image: true}  #",
        "{or: [{request.has-image: true}, {request.has-tools: true}]}  #");
    row("names", kRules, "use: openai/gpt-5}\n      default: anthropic",
        "use: openai/gpt-5, name: long}\n      default: {target: anthropic, name: rest}");
    row("rules", kChildren, "strategy: priority  # first come\n      children: [openai, anthropic]",
        "strategy: conditional  # first come\n      rules:\n        - {use: openai}\n      default: {target: anthropic}");
}

void TestConfigEditRules::edits()
{
    QFETCH(QString, start);
    QFETCH(QString, from);
    QFETCH(QString, to);
    const Loaded before = load(start.toStdString(), knownNames());
    QVERIFY2(before.isUsable(), formatProblems("start", before.problems).c_str());
    Router router = *before.config.findRouter("r");
    const QString what = QString::fromUtf8(QTest::currentDataTag());
    for (auto &[type, route] : router.routes)
        change(route, what);
    const auto edited = setRouter(start.toStdString(), router);
    QVERIFY2(edited.has_value(), edited ? "" : edited.error().message.c_str());
    QString expected = start;
    if (!from.isEmpty()) {
        QCOMPARE(expected.count(from), 1);
        expected.replace(from, to);
    }
    QCOMPARE(QString::fromStdString(*edited), expected);
    QVERIFY(*load(*edited, knownNames()).config.findRouter("r") == router);
}

void TestConfigEditRules::anEmptyRuleGetsItsCondition()
{
    std::string text = kRules;
    for (const char *step : {"no condition", "order", "a condition", "no rules any more"}) {
        Router router = *load(text, knownNames()).config.findRouter("r");
        for (auto &[type, route] : router.routes)
            change(route, QString::fromUtf8(step));
        const auto edited = setRouter(text, router);
        QVERIFY2(edited.has_value(), step);
        QVERIFY2(*load(*edited, knownNames()).config.findRouter("r") == router, step);
        text = *edited;
    }
    QVERIFY2(text.find("rules:") == std::string::npos, text.c_str());
    QVERIFY2(text.find("# by what is asked") != std::string::npos, text.c_str());
}

QTEST_APPLESS_MAIN(TestConfigEditRules)
#include "tst_config_edit_rules.moc"
