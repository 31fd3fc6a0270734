// SPDX-License-Identifier: GPL-3.0-or-later
// Rules, settings and conditions of routes: what is wrong with them is told where it stands, and what is right comes
// back from an edit as it was.
#include "config/condition.h"
#include "config/yaml_path.h"
#include "unit/config/config_texts.h"

#include <QTest>

#include <array>

using namespace pm;
using namespace pm::config;
using namespace pm::config::test;

namespace {

constexpr std::array kSettings{
    Key{"share", KeyType::Number, "0.5", "Of the first child.", "", 0, 1},
    Key{"decay", KeyType::Duration, "10m", "How long.", "", 1},
};

KnownNames withRules()
{
    KnownNames names = known();
    for (const char *name : {"conditional", "task", "tuned"})
        names.strategies.emplace_back(name);
    for (const std::string &name : names.strategies)
        names.grammar[name] = {};
    names.grammar["conditional"].rules = RuleKind::When;
    names.grammar["task"].rules = RuleKind::Is;
    names.grammar["tuned"].settings = kSettings;
    names.grammar["tuned"].leastChildren = 2;
    names.requestClasses = {"image", "code"};
    return names;
}

QString inRouter(const char *route)
{
    return QStringLiteral("routers: {r: {route: {%1}}}\n").arg(QString::fromUtf8(route));
}

RouteNode routeOf(const Loaded &loaded)
{
    return loaded.config.findRouter("r")->routes.at(EndpointType::Chat);
}

} // namespace

class TestRouteRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void problems_data()
    {
        QTest::addColumn<QString>("route");
        QTest::addColumn<QString>("expected"); // in the only problem's line
        const auto row = [](const char *name, const char *route, const char *expected) {
            QTest::newRow(name) << inRouter(route) << QString::fromUtf8(expected);
        };
        row("no rules", "strategy: conditional, default: openai", "'conditional' needs rules: a list of {when, use}");
        row("no default", "strategy: conditional, rules: [{when: {time.hour: 1}, use: openai}]",
            "'conditional' needs a default");
        row("rules of another kind", "strategy: conditional, rules: [{is: image, use: openai}], default: openai",
            "tells requests apart by 'when'");
        row("children instead", "strategy: task, children: [openai, gemini], rules: [{is: image, use: openai}], default: openai",
            "'task' takes rules: a list of {is, use}");
        row("rules where none are taken", "strategy: latency, children: [openai], rules: [{is: image, use: gemini}]",
            "'latency' takes no rules");
        row("unknown class", "strategy: task, rules: [{is: imge, use: openai}], default: openai",
            "unknown class of request 'imge'; did you mean 'image'?");
        row("no use", "strategy: task, rules: [{is: image}], default: openai", "missing key 'use'");
        row("unknown provider in a rule", "strategy: task, rules: [{is: image, use: opnai}], default: openai",
            "unknown provider 'opnai'; did you mean 'openai'?");
        row("unknown field", "strategy: conditional, rules: [{when: {request.modl: x}, use: openai}], default: openai",
            "unknown field 'request.modl'; did you mean 'request.model'?");
        row("field without a group", "strategy: conditional, rules: [{when: {banana: x}, use: openai}], default: openai",
            "fields begin with request. metadata. header. client. or time.");
        row("unknown operator", "strategy: conditional, rules: [{when: {time.hour: {gtx: 5}}, use: openai}], default: openai",
            "unknown operator 'gtx'; did you mean 'gt'?");
        row("list for one value", "strategy: conditional, rules: [{when: {time.hour: {gt: [5]}}, use: openai}], default: openai",
            "gt takes one value, not a list");
        row("one value for a list", "strategy: conditional, rules: [{when: {client.app: {in: x}}, use: openai}], default: openai",
            "in takes a list of values");
        row("bad pattern", "strategy: conditional, rules: [{when: {request.prompt: {regex: '('}}, use: openai}], default: openai",
            "not a regular expression");
        row("bad exists", "strategy: conditional, rules: [{when: {client.app: {exists: maybe}}, use: openai}], default: openai",
            "exists takes true or false");
        row("empty condition", "strategy: conditional, rules: [{when: {}, use: openai}], default: openai",
            "a condition is a map of fields and values");
        row("or of no list", "strategy: conditional, rules: [{when: {or: {time.hour: 1}}, use: openai}], default: openai",
            "or takes a list of conditions");
        row("unknown setting", "strategy: tuned, children: [openai, gemini], settings: {shre: 1}",
            "unknown setting 'shre'; did you mean 'share'?");
        row("setting out of range", "strategy: tuned, children: [openai, gemini], settings: {share: 2}",
            "share must be a number from 0 to 1, not '2'");
        row("setting of another kind", "strategy: tuned, children: [openai, gemini], settings: {decay: soon}",
            "decay must be a duration");
        row("no settings here", "strategy: latency, children: [openai], settings: {share: 1}", "this strategy has no settings");
        row("too few children", "strategy: tuned, children: [openai]", "'tuned' needs at least 2 of them");
    }
    void problems()
    {
        QFETCH(QString, route);
        QFETCH(QString, expected);
        const Loaded result = load(text(route), withRules());
        const QStringList lines = told(result.problems);
        QVERIFY2(lines.size() == 1 && lines.front().contains(expected), qPrintable(lines.join(u'\n')));
        QVERIFY(lines.front().startsWith(u"1:"));
    }

    void problemsOfConditionsNameTheField_data()
    {
        QTest::addColumn<QString>("when");
        QTest::addColumn<QString>("path"); // below the rule
        QTest::newRow("a field") << u"{request.modl: x}"_qs << u"when.\"request.modl\""_qs;
        QTest::newRow("a value") << u"{client.app: {in: [a]}, time.hour: {gt: [5]}}"_qs << u"when.\"time.hour\".gt"_qs;
        QTest::newRow("an operator") << u"{time.hour: {gtx: 5}}"_qs << u"when.\"time.hour\".gtx"_qs;
        QTest::newRow("within or") << u"{or: [{time.hour: 1}, {client.app: {exists: maybe}}]}"_qs
                                   << u"when.or.1.\"client.app\".exists"_qs;
        QTest::newRow("within not") << u"{not: {banana: x}}"_qs << u"when.not.banana"_qs;
        QTest::newRow("all of it") << u"{}"_qs << u"when"_qs;
    }
    void problemsOfConditionsNameTheField()
    {
        QFETCH(QString, when);
        QFETCH(QString, path);
        const QString route = u"strategy: conditional, rules: [{when: %1, use: openai}], default: openai"_qs.arg(when);
        const Loaded loaded = load(text(inRouter(route.toUtf8().constData())), withRules());
        QCOMPARE(loaded.problems.size(), std::size_t(1));
        QCOMPARE(QString::fromStdString(loaded.problems.front().path), u"routers.r.route.rules.0."_qs + path);
    }

    void paths_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QStringList>("parts");
        QTest::newRow("none") << QString() << QStringList();
        QTest::newRow("plain") << u"routers.r.route"_qs << QStringList{u"routers"_qs, u"r"_qs, u"route"_qs};
        QTest::newRow("with dots in the middle") << u"when.\"time.hour\".gt"_qs
                                                 << QStringList{u"when"_qs, u"time.hour"_qs, u"gt"_qs};
        QTest::newRow("with dots at the end") << u"model-aliases.\"gpt-4.1\""_qs
                                              << QStringList{u"model-aliases"_qs, u"gpt-4.1"_qs};
        QTest::newRow("an open quote") << u"\"a.b"_qs << QStringList{u"\"a"_qs, u"b"_qs};
    }
    void paths()
    {
        QFETCH(QString, path);
        QFETCH(QStringList, parts);
        QStringList found;
        std::string joined;
        for (const std::string &part : pathParts(path.toStdString())) {
            found.append(QString::fromStdString(part));
            joined = joinedPath(joined, part);
        }
        QCOMPARE(found, parts);
        QCOMPARE(QString::fromStdString(joined), path);
    }

    void reads()
    {
        const Loaded result = load(R"(
routers:
  r:
    route:
      strategy: conditional
      rules:
        - when: {metadata.team: ml, request.input-tokens: {gt: 100, lte: 5000}}
          name: team
          use: {strategy: tuned, settings: {share: 0.25}, children: [openai/gpt-5, {target: gemini, name: b, rpm: 10, tpm: 2000}]}
        - when: {or: [{client.app: [codex, claude-code]}, {not: {time.weekday: {in: [sat, sun]}}}]}
          use: anthropic
      default: openai/gpt-5-mini
)",
                                   withRules());
        QVERIFY2(result.problems.empty(), qPrintable(told(result.problems).join(u'\n')));
        const RouteNode root = routeOf(result);
        QCOMPARE(root.children.size(), std::size_t(3));
        const RouteNode &team = root.children[0];
        QCOMPARE(QString::fromStdString(conditionText(team.when)),
                 QStringLiteral("metadata.team is ml and request.input-tokens > 100 and request.input-tokens <= 5000"));
        QCOMPARE(team.name, std::string("team"));
        QCOMPARE(team.settings.at("share"), std::string("0.25"));
        QCOMPARE(team.children[1].name, std::string("b"));
        QCOMPARE(team.children[1].rpm, std::int64_t(10));
        QCOMPARE(team.children[1].tpm, std::int64_t(2000));
        QCOMPARE(QString::fromStdString(conditionText(root.children[1].when)),
                 QStringLiteral("client.app in codex, claude-code or not (time.weekday in sat, sun)"));
        QVERIFY(root.children[2].isDefault);
        QCOMPARE(root.children[2].model, std::string("gpt-5-mini"));
    }

    /// An edit of one thing leaves the rest of the rules as it is written.
    void editKeepsRules()
    {
        const QString before = QStringLiteral("routers:\n"
                                              "  r:\n"
                                              "    route:\n"
                                              "      strategy: conditional # by team\n"
                                              "      rules:\n"
                                              "        - when: {metadata.team: ml}   # theirs\n"
                                              "          use: openai/gpt-5\n"
                                              "        - when: {time.hour: {gte: 22}}\n"
                                              "          use: {strategy: tuned, settings: {share: 0.5}, children: [openai, gemini]}\n"
                                              "      default: anthropic # else\n");
        const KnownNames names = withRules();
        const Loaded loaded = load(text(before), names);
        QVERIFY2(loaded.problems.empty(), qPrintable(told(loaded.problems).join(u'\n')));
        Router router = *loaded.config.findRouter("r");
        QCOMPARE(result(setRouter(text(before), router)), before);

        for (auto &[type, route] : router.routes) {
            route.children[1].settings["share"] = "0.75";
            route.children[2].provider = "gemini";
            route.children[0].when.values = {"research"};
        }
        QString expected = before;
        expected.replace(u"share: 0.5"_qs, u"share: 0.75"_qs);
        expected.replace(u"default: anthropic #"_qs, u"default: gemini #"_qs);
        expected.replace(u"metadata.team: ml"_qs, u"metadata.team: research"_qs);
        QCOMPARE(result(setRouter(text(before), router)), expected);

        for (auto &[type, route] : router.routes) {
            RouteNode rule;
            rule.provider = "gemini";
            rule.when.kind = Condition::Kind::Test;
            rule.when.field = "client.app";
            rule.when.op = Condition::Op::In;
            rule.when.values = {"codex", "cline"};
            route.children.insert(route.children.begin() + 1, rule);
        }
        const auto added = setRouter(text(expected), router);
        QVERIFY2(added.has_value(), qPrintable(result(added)));
        const Loaded again = load(*added, names);
        QVERIFY2(again.problems.empty(), qPrintable(told(again.problems).join(u'\n')));
        QVERIFY(again.config.findRouter("r")->routes == router.routes);
        QVERIFY2(result(added).contains(u"# theirs"), qPrintable(result(added)));
    }
};

QTEST_APPLESS_MAIN(TestRouteRules)
#include "tst_route_rules.moc"
