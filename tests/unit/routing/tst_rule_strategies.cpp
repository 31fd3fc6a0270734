// SPDX-License-Identifier: GPL-3.0-or-later
// Conditions, classes of requests, and the strategies that follow rules.
#include "config/condition_yaml.h"
#include "routing/request_class.h"
#include "unit/routing/plan_world.h"
#include "unit/routing/told_fields.h"

#include <QTest>

using namespace pm;
using namespace pm::routing;
using namespace pm::routing::test;

namespace {

std::shared_ptr<const CompiledCondition> condition(const std::string &yaml)
{
    const config::yaml::Tree tree = config::yaml::parse(yaml);
    return std::make_shared<const CompiledCondition>(config::buildCondition(tree.root));
}

} // namespace

class TestRuleStrategies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void conditions_data()
    {
        QTest::addColumn<QString>("yaml");
        QTest::addColumn<bool>("matches");
        const auto row = [](const char *yaml, bool matches) { QTest::newRow(yaml) << q(yaml) << matches; };
        row("{metadata.team: ml}", true);
        row("{metadata.team: ML}", false);
        row("{request.stream: TRUE}", true);
        row("{request.stream: false}", false);
        row("{request.input-tokens: 5000}", true);
        row("{request.input-tokens: 5e3}", true);
        row("{request.input-tokens: {gt: 4999}}", true);
        row("{request.input-tokens: {gt: 5000}}", false);
        row("{request.input-tokens: {gte: 5000, lt: 5001}}", true);
        row("{request.input-tokens: {lte: 4999.5}}", false);
        row("{request.input-tokens: {lte: 5000}}", true);
        row("{request.input-tokens: {lt: 5000}}", false);
        row("{metadata.team: {gt: 5}}", false); // no number beside a number is no size
        row("{time.date: {gte: '2026-01-01'}}", true); // texts compare as texts
        row("{metadata.team: [ops, ml]}", true);
        row("{metadata.team: {nin: [ops, ml]}}", false);
        row("{metadata.team: {ne: ops}}", true);
        row("{metadata.none: x}", false);
        row("{metadata.none: {ne: x}}", true);
        row("{metadata.none: {nin: [x]}}", true);
        row("{metadata.none: {regex: .*}}", false);
        row("{metadata.none: {gt: 0}}", false);
        row("{metadata.none: {exists: false}}", true);
        row("{metadata.team: {exists: true}}", true);
        row("{metadata.team: {exists: false}}", false);
        row("{request.prompt: {regex: '(?i)HELLO'}}", true);
        row("{request.prompt: {regex: ^world}}", false);
        row("{metadata.team: ml, request.stream: false}", false);
        row("{or: [{metadata.team: ops}, {request.stream: true}]}", true);
        row("{or: [{metadata.team: ops}, {request.stream: false}]}", false);
        row("{and: [{metadata.team: ml}, {not: {request.stream: false}}]}", true);
        row("{not: {metadata.team: ml, request.stream: true}}", false);
        row("{not: {metadata.team: ml, request.stream: false}}", true); // not both of them
        row("{not: {or: [{metadata.team: ops}, {metadata.team: qa}]}}", true);
        row("{$or: [{metadata.team: {$eq: ml}}]}", true);
    }
    void conditions()
    {
        QFETCH(QString, yaml);
        QFETCH(bool, matches);
        ToldFields fields;
        fields.values = {{"metadata.team", "ml"},
                         {"request.stream", "true"},
                         {"request.input-tokens", "5000"},
                         {"request.prompt", "say hello, world"},
                         {"time.date", "2026-11-27"}};
        QCOMPARE(condition(yaml.toStdString())->matches(fields), matches);
    }

    void firstRuleThatFits()
    {
        World w;
        const auto a = w.target("a");
        const auto b = w.target("b");
        const auto c = w.target("c");
        Node root = group("conditional", {leaf(a), leaf(b), leaf(c)});
        root.children[0].when = condition("{metadata.team: ml}");
        root.children[1].when = condition("{request.stream: true}");
        root.children[1].position = 1;
        root.children[1].name = "live";
        root.children[2].isDefault = true;
        ToldFields fields;
        w.needs.fields = &fields;
        const auto planned = [&] {
            const Plan plan = w.choose(root);
            QStringList all;
            for (const Choice &choice : plan.choices)
                all << q(choice.target->label()) + q(": ") + q(choice.reason.text());
            return all.join(q(" | "));
        };
        QCOMPARE(planned(), q("c: no rule fits: default"));
        fields.values = {{"request.stream", "true"}};
        QCOMPARE(planned(), q("b: rule 2 (live): request.stream is true"));
        fields.values["metadata.team"] = "ml";
        QCOMPARE(planned(), q("a: rule 1: metadata.team is ml"));

        std::swap(root.children[0], root.children[2]); // wherever the default stands, it is for the rest
        QCOMPARE(planned(), q("b: rule 2 (live): request.stream is true"));
        std::swap(root.children[0], root.children[2]);

        // The rule's target is down: its requests are not given to another rule, but to the fallback order.
        w.fail(a, 4);
        const Plan plan = w.choose(root, {c});
        QCOMPARE(plan.choices.size(), std::size_t(1));
        QCOMPARE(q(plan.choices[0].reason.text()), q("fallback order"));
    }

    void rulesNest()
    {
        World w;
        const auto a = w.target("a");
        const auto b = w.target("b");
        Node root = group("conditional", {group("priority", {leaf(a), leaf(b)}), leaf(b)});
        root.children[0].when = condition("{metadata.team: ml}");
        root.children[1].isDefault = true;
        ToldFields fields;
        fields.values = {{"metadata.team", "ml"}};
        w.needs.fields = &fields;
        const Plan plan = w.choose(root);
        QCOMPARE(q(plan.line()), q("conditional: a (rule 1: metadata.team is ml), then b"));
        QCOMPARE(q(plan.choices[0].reason.text()), q("rule 1: metadata.team is ml; first in order"));
    }

    void classes_data()
    {
        QTest::addColumn<QString>("about");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *about, const char *expected) { QTest::newRow(about) << q(about) << q(expected); };
        row("a question", "chat");
        row("images", "image");
        row("images and tools", "image");
        row("tools", "tools");
        row("long", "long-context");
        row("thinking", "reasoning");
        row("python", "code");
        row("words about code", "chat");
        row("title", "title");
        row("small model", "background");
        row("small model with tools", "tools");
        row("small model, 1999 tokens", "background");
        row("small model, 2000 tokens", "chat");
        row("title with tools", "tools");
        row("short answer", "background");
        row("answer of 1024", "background");
        row("answer of 1025", "chat");
        row("audio", "audio");
        row("documents", "documents");
        row("schema", "json-schema");
        row("signs", "code");
        row("embeddings", "embeddings");
        row("search", "web-search");
    }
    void classes()
    {
        static const std::string kSigns = QString(q("a[i] = (b); ")).repeated(20).toStdString();
        QFETCH(QString, about);
        QFETCH(QString, expected);
        RequestNeeds needs;
        needs.inputTokens = 500;
        ToldFields fields;
        needs.fields = &fields;
        needs.images = about.contains(u"images");
        needs.tools = about.contains(u"tools");
        needs.reasoning = about == u"thinking";
        needs.audio = about == u"audio";
        needs.documents = about == u"documents";
        needs.jsonSchema = about == u"schema";
        needs.inputTokens = about == u"long" ? 60'000 : 500;
        if (about.endsWith(u" tokens"))
            needs.inputTokens = about.section(u' ', -2, -2).toInt();
        if (about.startsWith(u"answer of"))
            needs.maxTokens = about.section(u' ', -1).toInt();
        if (about == u"signs")
            needs.prompt = kSigns;
        if (about == u"python")
            needs.prompt = "Fix this:\n```python\nimport os\n```";
        if (about == u"words about code")
            needs.prompt = "Write a poem about a function that import duties cannot stop.";
        if (about.startsWith(u"title"))
            needs.prompt = "Please generate a title for this conversation.";
        if (about.contains(u"small model"))
            needs.model = "claude-haiku-4-5";
        if (about == u"short answer")
            needs.maxTokens = 16;
        if (about == u"embeddings")
            needs.endpoint = config::EndpointType::Embeddings;
        if (about == u"search")
            fields.values["request.searches-web"] = "true";
        QCOMPARE(q(primaryClass(needs)), expected);
    }

    void taskFollowsClasses()
    {
        World w;
        Node root = group("task", {leaf(w.target("eyes")), leaf(w.target("coder")), leaf(w.target("rest"))});
        root.children[0].is = "image";
        root.children[1].is = "code";
        root.children[1].position = 1;
        root.children[2].isDefault = true;
        w.needs.prompt = "```c\nint main();\n```";
        QCOMPARE(q(w.choose(root).line()), q("task: coder (rule 2: class code)"));
        w.needs.images = true;
        QCOMPARE(q(w.choose(root).line()), q("task: eyes (rule 1: class image)"));
        w.needs = RequestNeeds();
        QCOMPARE(q(w.choose(root).line()), q("task: rest (no rule fits: default)"));
    }

    void everyClassHasItsWords()
    {
        for (const RequestClass &row : requestClasses()) {
            QVERIFY(!row.sense.empty());
            QCOMPARE(findRequestClass(row.name), &row);
        }
        QCOMPARE(findRequestClass("banana"), nullptr);
    }
};

QTEST_APPLESS_MAIN(TestRuleStrategies)
#include "tst_rule_strategies.moc"
