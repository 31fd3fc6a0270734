// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/route_places.h"
#include "routers/route_tree.h"

#include <QTest>

using namespace pm;
using namespace pm::ui;
using namespace Qt::StringLiterals;
using config::RouteNode;

Q_DECLARE_METATYPE(pm::config::RouteNode)

namespace {

RouteNode target(const char *provider, double weight = 1)
{
    RouteNode node;
    node.provider = provider;
    node.weight = weight;
    return node;
}

RouteNode group(const char *strategy, std::vector<RouteNode> children, double weight = 1)
{
    RouteNode node;
    node.strategy = strategy;
    node.weight = weight;
    node.children = std::move(children);
    return node;
}

/// weighted(a 3, latency(b, c) 1)
RouteNode tree()
{
    return group("weighted", {target("a", 3), group("latency", {target("b"), target("c")})});
}

QString written(const RouteNode &node)
{
    if (node.isTarget())
        return QString::fromStdString(node.provider);
    QStringList parts;
    for (const RouteNode &child : node.children)
        parts.append(written(child));
    return QString::fromStdString(node.strategy) + u'(' + parts.join(u' ') + u')';
}

} // namespace

class TestRouteTree : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void changes_data();
    void changes();
    void sharesAreAmongSiblings();
    void spotsAndPlacesHaveOneOrder();
    void innermostNodeOfALine();
};

void TestRouteTree::changes_data()
{
    QTest::addColumn<RouteNode>("after");
    QTest::addColumn<QString>("expected");
    QTest::newRow("as it is") << tree() << u"weighted(a latency(b c))"_s;
    QTest::newRow("a target replaced") << withNode(tree(), {1, 0}, target("x")) << u"weighted(a latency(x c))"_s;
    QTest::newRow("the root replaced") << withNode(tree(), {}, target("x")) << u"x"_s;
    QTest::newRow("added to the root") << withChild(tree(), {}, target("x")) << u"weighted(a latency(b c) x)"_s;
    QTest::newRow("added to a group") << withChild(tree(), {1}, target("x")) << u"weighted(a latency(b c x))"_s;
    QTest::newRow("removed within") << without(tree(), {1, 1}) << u"weighted(a latency(b))"_s;
    QTest::newRow("a group removed") << without(tree(), {1}) << u"weighted(a)"_s;
    QTest::newRow("the root stays") << without(tree(), {}) << u"weighted(a latency(b c))"_s;
    QTest::newRow("moved down") << moved(tree(), {1, 0}, 1) << u"weighted(a latency(c b))"_s;
    QTest::newRow("a group moved up") << moved(tree(), {1}, -1) << u"weighted(latency(b c) a)"_s;
    QTest::newRow("not beyond the end") << moved(tree(), {1, 1}, 1) << u"weighted(a latency(b c))"_s;
    QTest::newRow("a way to nowhere") << withNode(tree(), {4, 0}, target("x")) << u"weighted(a latency(b c))"_s;
}

void TestRouteTree::changes()
{
    QFETCH(RouteNode, after);
    QFETCH(QString, expected);
    QCOMPARE(written(after), expected);
}

void TestRouteTree::sharesAreAmongSiblings()
{
    const RouteNode root = tree();
    const std::vector<TreeSpot> spots = spotsOf(root);
    QCOMPARE(spots.size(), std::size_t(5));
    QCOMPARE(shareOf(spots[0]), 1.0);
    QCOMPARE(shareOf(spots[1]), 0.75);
    QCOMPARE(shareOf(spots[2]), 0.25);
    QCOMPARE(shareOf(spots[3]), 0.5);
    const RouteNode nothing = group("weighted", {target("a", 0), target("b", 0)});
    QCOMPARE(shareOf(spotsOf(nothing)[1]), 0.5);
}

void TestRouteTree::spotsAndPlacesHaveOneOrder()
{
    const std::string text = "routers:\n"
                             "  deep:\n"
                             "    load-balance:\n"
                             "      chat:\n"
                             "        strategy: priority\n"
                             "        children:\n"
                             "          - strategy: latency\n"
                             "            providers: [openai, {provider: groq}]\n"
                             "          - target: anthropic\n";
    const RoutePlaces places = placesOf(config::PlaceFinder(text), "deep");
    const std::string root = "routers.deep.load-balance.chat";
    const std::vector<std::string> expected{root, root + ".children.0", root + ".children.0.providers.0",
                                            root + ".children.0.providers.1", root + ".children.1"};
    QCOMPARE(places.nodes.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
        QCOMPARE(places.nodes[i].path, expected[i]);
    QCOMPARE(places.nodeOf(root + ".children.0.strategy"), 1);
    QCOMPARE(places.nodeOf(root + ".children.0.providers.1.provider"), 3);
    QCOMPARE(places.nodeOf("routers.deep.retries"), -1);
}

void TestRouteTree::innermostNodeOfALine()
{
    const std::string text = "routers:\n"
                             "  deep:\n"
                             "    route:\n"
                             "      strategy: priority\n"
                             "      children:\n"
                             "        - strategy: latency\n"
                             "          providers:\n"
                             "            - openai\n"
                             "            - groq\n"
                             "        - target: anthropic\n"
                             "    retries: {max-retries: 1}\n";
    const RoutePlaces places = placesOf(config::PlaceFinder(text), "deep");
    const std::vector<std::pair<int, int>> rows{{4, 0}, {6, 1}, {8, 2}, {9, 3}, {10, 4}, {11, -1}};
    for (const auto &[line, node] : rows)
        QVERIFY2(places.nodeAt(line) == node,
                 qPrintable(u"line %1 is of node %2"_s.arg(line).arg(places.nodeAt(line))));
}

QTEST_APPLESS_MAIN(TestRouteTree)
#include "tst_route_tree.moc"
