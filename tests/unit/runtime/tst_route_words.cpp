// SPDX-License-Identifier: GPL-3.0-or-later
// What those who edit a router's tree are told of strategies and conditions.
#include "runtime/route_words.h"

#include "config/condition.h"

#include <QTest>

using namespace pm;
using namespace pm::config;

class TestRouteWords : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void strategiesStandInTheirGroups();
    void weightsAndRates();
    void namesAndAliases();
    void valuesOfFields();
};

void TestRouteWords::strategiesStandInTheirGroups()
{
    std::map<StrategyGroup, std::vector<std::string_view>> groups;
    StrategyGroup last = StrategyGroup::Simple;
    for (const StrategyInfo &each : routeWords().strategies) {
        QVERIFY2(last <= each.group, each.key.data());
        last = each.group;
        groups[each.group].push_back(each.key);
        QVERIFY(!each.sense.empty());
    }
    const std::vector<std::string_view> simple{"latency", "weighted", "priority", "round-robin",
                                               "least-connections"};
    QVERIFY(groups[StrategyGroup::Simple] == simple);
    const std::vector<std::string_view> request{"conditional", "task", "ab", "sticky"};
    QVERIFY(groups[StrategyGroup::Request] == request);
    const std::vector<std::string_view> several{"cascade", "hedge", "race", "mirror"};
    QVERIFY(groups[StrategyGroup::Several] == several);
}

void TestRouteWords::weightsAndRates()
{
    std::vector<std::string_view> weighted;
    std::vector<std::string_view> rated;
    for (const StrategyInfo &each : routeWords().strategies) {
        if (each.usesWeights)
            weighted.push_back(each.key);
        if (each.usesRates)
            rated.push_back(each.key);
    }
    const std::vector<std::string_view> withWeights{"weighted", "round-robin", "least-connections", "ab"};
    QVERIFY(weighted == withWeights);
    QVERIFY(rated == std::vector<std::string_view>{"usage"});
}

void TestRouteWords::namesAndAliases()
{
    const RouteWords &words = routeWords();
    QCOMPARE(words.find("model-weighted"), words.find("weighted"));
    QCOMPARE(words.find("waighted"), nullptr);
    QVERIFY(words.find("conditional")->grammar.rules == RuleKind::When);
    QCOMPARE(words.find("race")->grammar.leastChildren, std::size_t(2));
    QVERIFY(words.find("hedge")->grammar.settings.size() >= 3);
    QVERIFY(std::any_of(words.classes.begin(), words.classes.end(),
                        [](const auto &each) { return each.name == "code"; }));
}

void TestRouteWords::valuesOfFields()
{
    std::map<FieldValues, int> counts;
    for (const ConditionField &field : conditionFields()) {
        ++counts[valuesOf(field.name)];
        // The senses of those that are true or false say so.
        QCOMPARE(valuesOf(field.name) == FieldValues::Flag, field.sense.starts_with("true when"));
    }
    QCOMPARE(counts[FieldValues::Number], 3);
    QCOMPARE(counts[FieldValues::Class], 1);
    QCOMPARE(counts[FieldValues::Weekday], 1);
}

QTEST_APPLESS_MAIN(TestRouteWords)
#include "tst_route_words.moc"
