// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/coarse_vector.h"
#include "policy/vector_index.h"

#include <QTest>

#include <cmath>
#include <random>
#include <thread>

using namespace pm::policy;

namespace {

std::vector<float> unit(std::vector<float> values)
{
    double squares = 0;
    for (const float value : values)
        squares += double(value) * value;
    for (float &value : values)
        value = float(value / std::sqrt(squares));
    return values;
}

/// As models make them: a few numbers are much larger than the rest when `isSpiky`.
std::vector<float> random(std::mt19937 &rng, std::size_t numbers, bool isSpiky = false)
{
    std::normal_distribution<float> normal;
    std::vector<float> values(numbers);
    for (float &value : values)
        value = normal(rng);
    for (std::size_t i = 0; isSpiky && i < 4; ++i)
        values[i * 7 % numbers] *= 15;
    return unit(std::move(values));
}

std::vector<float> nearTo(const std::vector<float> &vector, std::mt19937 &rng, float noise)
{
    std::normal_distribution<float> normal(0, noise / std::sqrt(float(vector.size())));
    std::vector<float> values = vector;
    for (float &value : values)
        value += normal(rng);
    return unit(std::move(values));
}

Sha256 named(int number)
{
    return sha256(std::to_string(number));
}

} // namespace

class TestVectorIndex : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void codesAndTheirErrors_data()
    {
        QTest::addColumn<int>("numbers");
        for (const int numbers : {1, 3, 31, 32, 63, 64, 65, 384, 768, 1000})
            QTest::newRow(std::to_string(numbers).c_str()) << numbers;
    }
    void codesAndTheirErrors()
    {
        QFETCH(int, numbers);
        const auto size = static_cast<std::size_t>(numbers);
        std::mt19937 rng(7);
        for (int i = 0; i < 50; ++i) {
            const std::vector<float> a = random(rng, size, i % 2 == 1);
            const std::vector<float> b = random(rng, size, i % 3 == 1);
            std::vector<std::uint8_t> code(coarse::codeBytes(size));
            const coarse::Scale scale = coarse::encode(a.data(), size, code.data());
            const coarse::Query query = coarse::queryOf(b.data(), size);
            const double exact = coarse::exactDot(a.data(), b.data(), size);
            const double about = coarse::product(code.data(), scale.step, query, code.size());
            QVERIFY(std::abs(exact - about) <= scale.error * (1 + query.scale.error) + query.scale.error + 1e-4);
        }
    }

    void nearestIsExact()
    {
        std::mt19937 rng(11);
        VectorIndex index;
        std::vector<std::vector<float>> all;
        for (int i = 0; i < 3000; ++i) {
            all.push_back(random(rng, 96, i % 2 == 0));
            index.add({named(-1 - i % 2), named(i), std::to_string(i)}, all.back());
        }
        for (int q = 0; q < 200; ++q) {
            const std::vector<float> query = nearTo(all[std::size_t(q) * 7], rng, q % 5 == 0 ? 2.F : 0.3F);
            double best = 0.2;
            int wanted = -1;
            for (int i = q % 2; i < 3000; i += 2) {
                const double near = coarse::exactDot(all[std::size_t(i)].data(), query.data(), 96);
                if (near >= best) {
                    best = near;
                    wanted = i;
                }
            }
            const auto found = index.nearest(named(-1 - q % 2), query, 0.2);
            QCOMPARE(found ? QString::fromStdString(found->row.text) : QStringLiteral("-1"), QString::number(wanted));
        }
    }
    void scopesAndSizes()
    {
        VectorIndex index;
        index.add({named(1), named(10), "a"}, {1, 0});
        index.add({named(1), named(11), "other size"}, {1, 0, 0});
        QVERIFY(index.nearest(named(1), {1, 0}, 0.9));
        QVERIFY(!index.nearest(named(2), {1, 0}, 0.9));
        QVERIFY(!index.nearest(named(1), {1, 0, 0}, 0.9));
        QVERIFY(!index.nearest(named(1), {0, 1}, 0.9));
        index.add({named(1), named(10), "b"}, {0, 1}); // the same entry
        QCOMPARE(index.size(), std::size_t(1));
        QCOMPARE(index.nearest(named(1), {0, 1}, 0.9)->row.text, std::string("b"));
        index.remove(named(10));
        QVERIFY(!index.nearest(named(1), {0, 1}, 0.9));
        QCOMPARE(index.size(), std::size_t(0));
    }
    void isBounded()
    {
        std::mt19937 rng(3);
        VectorIndex index(100 * 1024);
        for (int i = 0; i < 2000; ++i)
            index.add({named(1), named(i), {}}, random(rng, 64));
        QVERIFY(index.size() > 50 && index.size() < 300);
        const std::vector<float> last = random(rng, 64);
        index.add({named(1), named(5000), "last"}, last);
        QCOMPARE(index.nearest(named(1), last, 0.99)->row.text, std::string("last"));
    }
    void manyThreads()
    {
        VectorIndex index;
        std::vector<std::thread> threads;
        for (int t = 0; t < 8; ++t) {
            threads.emplace_back([&index, t] {
                std::mt19937 rng{unsigned(t)};
                for (int i = 0; i < 200; ++i) {
                    const auto vector = random(rng, 32);
                    index.add({named(1), named(t * 1000 + i), {}}, vector);
                    if (!index.nearest(named(1), vector, 0.99))
                        qFatal("what was added is not found");
                }
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(index.size(), std::size_t(1600));
    }
};

QTEST_APPLESS_MAIN(TestVectorIndex)
#include "tst_vector_index.moc"
