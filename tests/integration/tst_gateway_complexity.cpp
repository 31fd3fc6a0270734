// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/complexity_file.h"
#include "support/gateway_fixture.h"
#include "support/qt_text.h"

#include <QFile>
#include <QTest>

using namespace pm;
using namespace pm::test;

/// A model is trained while the gateway runs: it counts from the next reload on.
class TestGatewayComplexity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aReloadTakesTheModel()
    {
        GatewayFixture fixture(
            std::string("routers:\n"
                        "  tiers: {route: {strategy: complexity, children: [demo/demo, demo/demo-fast]}}\n"));
        QVERIFY2(fixture.startError().empty(), fixture.startError().c_str());
        std::size_t count = 0;
        const auto reason = [&] {
            const Reply reply =
                fixture.post("/router/tiers/v1/chat/completions", chatBody("router/tiers", "Hello"));
            const trace::Record record = fixture.lastTrace(++count);
            const bool isTold = reply.status == 200 && !record.detail.plan.empty();
            return isTold ? q(record.detail.plan.front().target + ": " + record.detail.plan.front().reason)
                          : q(reply.body);
        };
        QCOMPARE(reason(), q("demo/demo-fast: by rules: 0 of 4 points: weak"));

        routing::ComplexityModel model;
        model.grams.resize(std::size_t(1) << routing::kGramBits);
        model.bias = 1;
        model.quantiles.fill(0.5F);
        const std::string path = complexityPath(fixture.dataDir(), {});
        QVERIFY(writeComplexityModel(path, model).has_value());
        QCOMPARE(reason(), q("demo/demo-fast: by rules: 0 of 4 points: weak"));
        QVERIFY(fixture.gateway().reload().has_value());
        QCOMPARE(reason(), q("demo/demo: score 0.73 >= 0.50 (share 30 %): strong"));

        QFile file(q(path));
        QVERIFY(file.resize(100));
        QVERIFY(fixture.gateway().reload().has_value());
        const QString told = reason();
        QVERIFY2(told.startsWith(q("demo/demo-fast: by rules (") + q(path) + q(": ")), qPrintable(told));
        QVERIFY2(told.endsWith(q("train it again with: pointsman train): 0 of 4 points: weak")),
                 qPrintable(told));
    }
};

QTEST_GUILESS_MAIN(TestGatewayComplexity)
#include "tst_gateway_complexity.moc"
