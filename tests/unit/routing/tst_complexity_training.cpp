// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/complexity_metrics.h"
#include "support/qt_text.h"
#include "unit/routing/made_up_prompts.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace pm;
using namespace pm::routing;
using pm::test::q;
namespace made = pm::routing::test;

namespace {

bool isAbout(double value, double expected, double by = 1e-9)
{
    return std::abs(value - expected) <= by;
}

/// A model of 2000 prompts that can be told apart; made once.
const ComplexityModel &goodModel()
{
    static const ComplexityModel model = trainComplexity(made::trainingPrompts(2000, 1), {});
    return model;
}

} // namespace

/// From labelled prompts to a model and its report.
class TestComplexityTraining : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void figuresByHand()
    {
        // Scores 4 3 2 1, poor are those of 4 and 2: avoided after each strong call 1/2 1/2 1 1.
        const RankingReport report = rankingReport({{1, false}, {4, true}, {3, false}, {2, true}});
        QCOMPARE(report.prompts, std::int64_t(4));
        QCOMPARE(report.positives, std::int64_t(2));
        QVERIFY(isAbout(report.auroc, 0.75));
        QVERIFY(isAbout(report.apgr, (0.25 + 0.5 + 0.75 + 1) / 4));
        QVERIFY(isAbout(report.cpt50, 0.25));
        QVERIFY(isAbout(report.cpt80, 0.5 + 0.25 * 0.6));
    }

    void equalScoresAreChance()
    {
        std::vector<Scored> same(300, Scored{0.5, false});
        for (std::size_t i = 0; i < 100; ++i)
            same[i].isPoor = true;
        const RankingReport report = rankingReport(same);
        QVERIFY(isAbout(report.auroc, 0.5) && isAbout(report.apgr, 0.5) && isAbout(report.cpt50, 0.5) &&
                isAbout(report.cpt80, 0.8));
        QVERIFY(!report.isBetterThanRandom());
    }

    void oneKindAloneIsChance()
    {
        QCOMPARE(rankingReport({{1, true}, {2, true}}).apgr, 0.5);
        QCOMPARE(rankingReport({}).apgr, 0.5);
    }

    void whatCanBeToldApartIs()
    {
        const RankingReport &report = goodModel().report;
        QVERIFY2(report.auroc > 0.9, std::to_string(report.auroc).c_str());
        QVERIFY(report.isBetterThanRandom());
        QVERIFY(report.apgrLow < report.apgr && report.apgr < report.apgrHigh);
        QVERIFY2(report.cpt50 < 0.25 && report.cpt80 < 0.4, std::to_string(report.cpt80).c_str());
    }

    void coinsCannot_data()
    {
        QTest::addColumn<int>("seed");
        for (int seed : {11, 12})
            QTest::addRow("%d", seed) << seed;
    }
    void coinsCannot()
    {
        QFETCH(int, seed);
        const RankingReport report =
            trainComplexity(made::trainingPrompts(600, std::uint64_t(seed), true), {}).report;
        QVERIFY2(!report.isBetterThanRandom(), std::to_string(report.apgrLow).c_str());
        QVERIFY2(report.auroc > 0.4 && report.auroc < 0.6, std::to_string(report.auroc).c_str());
    }

    void theSamePromptsGiveTheSameModel()
    {
        const auto prompts = made::trainingPrompts(300, 5);
        QVERIFY(trainComplexity(prompts, {}) == trainComplexity(prompts, {}));
        QVERIFY(!(trainComplexity(prompts, {}) == trainComplexity(made::trainingPrompts(300, 6), {})));
    }

    void sharesHoldForFreshPrompts_data()
    {
        QTest::addColumn<double>("share");
        for (double share : {0.1, 0.3, 0.5, 0.8})
            QTest::addRow("%g", share) << share;
    }
    void sharesHoldForFreshPrompts()
    {
        QFETCH(double, share);
        const double threshold = goodModel().threshold(share);
        double strong = 0;
        constexpr std::size_t kFresh = 4000;
        for (const made::MadeUp &prompt : made::madeUpPrompts(kFresh, 77))
            strong += goodModel().score(made::featuresOf(prompt)) >= threshold ? 1.0 / kFresh : 0;
        QVERIFY2(isAbout(strong, share, 0.03), std::to_string(strong).c_str());
    }

    void sharesAreOfUnlabelledPromptsToo()
    {
        // As many again that are all easy: the same share of strong calls begins at a lower score.
        std::vector<PromptFeatures> easy;
        for (const made::MadeUp &prompt : made::madeUpPrompts(3000, 9)) {
            if (!prompt.isHard)
                easy.push_back(made::featuresOf(prompt));
        }
        const auto prompts = made::trainingPrompts(400, 5);
        const ComplexityModel alone = trainComplexity(prompts, {});
        const ComplexityModel withEasy = trainComplexity(prompts, easy);
        QVERIFY(withEasy.threshold(0.3) < alone.threshold(0.3));
        QVERIFY(withEasy.weights == alone.weights);
    }

    void theEndsOfShareAreNoneAndAll()
    {
        QVERIFY(goodModel().threshold(0) > 1);
        QCOMPARE(goodModel().threshold(1), 0.0);
    }

    void filesReadBackTheSame()
    {
        const std::string text = modelText(goodModel());
        QVERIFY2(text.size() < 300'000, std::to_string(text.size()).c_str());
        const auto read = parseModel(text);
        QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
        QVERIFY(*read == goodModel());
    }

    void brokenFiles_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("problem");
        const auto row = [](const char *title, const char *from, const char *to, const char *problem) {
            QTest::newRow(title) << q(from) << q(to) << q(problem);
        };
        row("another file", "pointsman-complexity", "something", "kind is not \"pointsman-complexity\"");
        row("of a later program", "\"version\":1", "\"version\":2",
            "version is 2, and this program reads version 1");
        row("no version", "\"version\":1", "\"was\":1", "version is missing");
        row("no bias", "\"bias\":", "\"was\":", "bias is no number");
        row("a feature is missing", "\"digits\":", "\"was\":", "weights.digits is no number");
        row("no weights", "\"weights\":{", "\"was\":{", "weights is missing");
        row("no quantiles", "\"quantiles\":[", "\"quantiles\":[0,", "quantiles is no list of 101 numbers");
        row("too many grams", "\"grams\":[", "\"grams\":[0,", "grams is no list of 16384 numbers");
        row("no report", "\"report\":", "\"was\":", "report is missing");
    }
    void brokenFiles()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(QString, problem);
        QString text = q(modelText(goodModel()));
        QVERIFY(text.contains(from));
        const auto read = parseModel(text.replace(from, to).toStdString());
        QVERIFY(!read);
        QCOMPARE(read.error().kind, ErrorKind::Storage);
        QVERIFY2(q(read.error().message).startsWith(problem), read.error().message.c_str());
        QVERIFY(q(read.error().message).endsWith(q("train it again with: pointsman train")));
    }

    void brokenNumbers()
    {
        ComplexityModel model = goodModel();
        std::swap(model.quantiles.front(), model.quantiles.back());
        QVERIFY(q(parseModel(modelText(model)).error().message).startsWith(q("quantiles do not rise")));
        QString text = q(modelText(goodModel()));
        text.replace(text.lastIndexOf(u','), 1, q(",1e9"));
        QVERIFY2(q(parseModel(text.toStdString()).error().message)
                     .startsWith(q("grams[16383] is no number from -127 to 127")),
                 parseModel(text.toStdString()).error().message.c_str());
        text.truncate(text.size() / 2);
        QVERIFY(!parseModel(text.toStdString()));
        QVERIFY(!parseModel("[]") && !parseModel(""));
    }
};

QTEST_APPLESS_MAIN(TestComplexityTraining)
#include "tst_complexity_training.moc"
