// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/example_vectors.h"

#include <QTest>

#include <limits>

using namespace pm;

class TestExampleVectors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void units()
    {
        const UnitVector vector = unitVector({3, 4});
        QCOMPARE(vector.size(), std::size_t(2));
        QVERIFY(std::abs(vector[0] - 0.6F) < 1e-6F && std::abs(vector[1] - 0.8F) < 1e-6F);
        QVERIFY(unitVector({0, 0}).empty());
        QVERIFY(unitVector({}).empty());
        QVERIFY(unitVector({1, std::numeric_limits<float>::infinity()}).empty());
    }
    void similarities()
    {
        QVERIFY(std::abs(similarity(unitVector({1, 0}), unitVector({2, 0})) - 1) < 1e-6);
        QVERIFY(std::abs(similarity(unitVector({1, 0}), unitVector({0, 3}))) < 1e-6);
        QVERIFY(std::abs(similarity(unitVector({1, 0}), unitVector({-1, 0})) + 1) < 1e-6);
        QCOMPARE(similarity(unitVector({1, 0}), unitVector({1})), 0.0);
        QCOMPARE(similarity({}, {}), 0.0);
    }
    void keepsByModelAndText()
    {
        ExampleVectors vectors;
        QVERIFY(!vectors.find("m", "a"));
        vectors.keep("m", "a", unitVector({1, 0}));
        QVERIFY(vectors.find("m", "a"));
        QVERIFY(!vectors.find("n", "a"));
        for (std::size_t i = 0; i < ExampleVectors::kMost + 10; ++i)
            vectors.keep("m", std::to_string(i), unitVector({1, 0}));
        QVERIFY(vectors.find("m", std::to_string(ExampleVectors::kMost + 9)));
        QVERIFY(!vectors.find("m", "a")); // bounded
    }
};

QTEST_APPLESS_MAIN(TestExampleVectors)
#include "tst_example_vectors.moc"
