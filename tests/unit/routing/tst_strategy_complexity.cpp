// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/complexity_model.h"
#include "support/places.h"
#include "unit/routing/strategy_world.h"

#include <QFile>
#include <QTest>

using namespace pm;
using namespace pm::routing;
using namespace pm::routing::test;

namespace {

/// A score that depends on the prompt's length alone: 0.5 at 127 bytes, more above. Half of the prompts it
/// was made of have 0.5 or more.
ComplexityModel byLength()
{
    ComplexityModel model;
    model.grams.assign(std::size_t(1) << kGramBits, 0);
    model.weights[0] = 13;
    model.bias = -7;
    for (std::size_t i = 0; i < model.quantiles.size(); ++i)
        model.quantiles[i] = float(i) / 100;
    return model;
}

struct Tiers : World
{
    std::string prompt;
    explicit Tiers(std::initializer_list<const char *> names)
        : World("complexity")
    {
        for (const char *name : names) {
            add(name);
            root.children.back().position = int(root.children.size()) - 1;
        }
    }
    void give(std::shared_ptr<const ComplexityModel> model, std::string problem = {})
    {
        root.complexity =
            std::make_shared<const ComplexitySource>(ComplexitySource{std::move(model), std::move(problem)});
    }
    QString asked(std::string text)
    {
        prompt = std::move(text);
        needs.prompt = prompt;
        return textOf(choose());
    }
};

const std::string kEasy = "hello there";
const std::string kHard = "Explain why this fails, and fix it:\n```\nf();\n```";

} // namespace

class TestStrategyComplexity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutAModelByRules()
    {
        Tiers tiers{"big", "small"};
        QCOMPARE(tiers.asked(kEasy), q("small: by rules: 0 of 4 points: weak | big: next, the strong tier"));
        QCOMPARE(
            tiers.asked(kHard),
            q("big: by rules: 2 of 4 points (code, words of work): strong | small: next, the weak tier"));
        QCOMPARE(q(tiers.choose().line()),
                 q("complexity: big (2 of 4 points, strong), then small"));
    }

    void rulesTakeNoNoticeOfTheShare()
    {
        Tiers tiers{"big", "small"};
        tiers.root.settings = Settings(std::map<std::string, std::string>{{"share", "1"}});
        QVERIFY(tiers.asked(kEasy).startsWith(q("small: by rules")));
    }

    void aBrokenModelIsNamedInTheReason()
    {
        Tiers tiers{"big", "small"};
        tiers.give(nullptr, "m.json: bias is no number");
        QVERIFY(tiers.asked(kEasy).startsWith(
            q("small: by rules (m.json: bias is no number): 0 of 4 points: weak")));
    }

    void scoresDecide_data()
    {
        QTest::addColumn<QString>("share");
        QTest::addColumn<int>("length");
        QTest::addColumn<QString>("plan");
        const auto row = [](const char *title, const char *share, int length, const char *plan) {
            QTest::newRow(title) << q(share) << length << q(plan);
        };
        row("above", "0.5", 255, "big: score 0.73 >= 0.50 (share 50 %): strong | small: next, the weak tier");
        row("at", "0.5", 127, "big: score 0.50 >= 0.50 (share 50 %): strong | small: next, the weak tier");
        row("below", "0.5", 63, "small: score 0.27 < 0.50 (share 50 %): weak | big: next, the strong tier");
        row("another share", "0.8", 63,
            "big: score 0.27 >= 0.20 (share 80 %): strong | small: next, the weak tier");
        row("the standard share", "", 255,
            "big: score 0.73 >= 0.70 (share 30 %): strong | small: next, the weak tier");
        row("none", "0", 8191, "small: score 1.00 < never (share 0 %): weak | big: next, the strong tier");
        row("all", "1", 0, "big: score 0.00 >= 0.00 (share 100 %): strong | small: next, the weak tier");
    }
    void scoresDecide()
    {
        QFETCH(QString, share);
        QFETCH(int, length);
        QFETCH(QString, plan);
        Tiers tiers{"big", "small"};
        tiers.give(std::make_shared<const ComplexityModel>(byLength()));
        if (!share.isEmpty())
            tiers.root.settings =
                Settings(std::map<std::string, std::string>{{"share", share.toStdString()}});
        QCOMPARE(tiers.asked(std::string(std::size_t(length), 'a')), plan);
    }

    void exactlyAtTheThresholdIsStrong()
    {
        Tiers tiers{"big", "small"};
        ComplexityModel model = byLength();
        model.weights = {};
        model.bias = 0; // a score of 0.5 whatever the prompt
        tiers.give(std::make_shared<const ComplexityModel>(model));
        tiers.root.settings = Settings(std::map<std::string, std::string>{{"share", "0.5"}});
        QVERIFY(tiers.asked(kEasy).startsWith(q("big: score 0.50 >= 0.50")));
    }

    void aTierThatIsAwayIsTold()
    {
        Tiers tiers{"big", "small"};
        tiers.root.children.front().position = 1; // the strong one cannot take this model: it was left out
        tiers.root.children.pop_back();
        QCOMPARE(tiers.asked(kHard),
                 q("big: by rules: 2 of 4 points (code, words of work): strong, which is not there; weak"));
    }

    void furtherChildrenWaitBehindBoth()
    {
        Tiers tiers{"big", "small", "spare", "last"};
        QCOMPARE(tiers.asked(kEasy), q("small: by rules: 0 of 4 points: weak | big: next, the strong tier | "
                                       "spare: next, the further tier | last: next, the further tier"));
    }

    void theHelpPageHasEveryWord()
    {
        QFile file(pm::test::inSources(QStringLiteral("/resources/help/strategies/complexity.md")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString page = QString::fromUtf8(file.readAll()).simplified();
        for (const auto &words : {workWords(), reasoningWords()}) {
            for (const std::string_view word : words)
                QVERIFY2(page.contains(q(" ") + q(word) + q(",")) || page.contains(q(" ") + q(word) + q(".")),
                         std::string(word).c_str());
        }
        for (const HandFeature &feature : handFeatures())
            QVERIFY2(page.contains(q("`") + q(feature.name) + q("`")), std::string(feature.name).c_str());
    }
};

QTEST_APPLESS_MAIN(TestStrategyComplexity)
#include "tst_strategy_complexity.moc"
