// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/metrics.h"

#include <QMap>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace pm;
using namespace pm::metrics;
using namespace std::chrono_literals;

namespace {

constexpr SteadyTime kNow{1000s};

QString q(const std::string &text)
{
    return QString::fromStdString(text);
}

Finished finished(const char *model = "m", int status = 200)
{
    Finished f{"main", "openai", model, status, "", 1, 40'000, 7'000};
    f.inputTokens = 100;
    f.outputTokens = 20;
    f.costMicroUsd = 1'500'000;
    return f;
}

void serve(Metrics &metrics, const Finished &served, SteadyTime now = kNow)
{
    metrics.requestStarted();
    metrics.requestFinished(served, now);
}

/// What is wrong with `text` as Prometheus' text format 0.0.4; empty when nothing is. Samples by name and labels go to
/// `samples`.
QString problemOf(const QString &text, QMap<QString, double> &samples)
{
    static const QRegularExpression sample(
        QStringLiteral("^([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{([a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\\\n]|\\\\[\\\\\"n])*\",?)*\\})? (\\S+)$"));
    QMap<QString, QString> types;
    QSet<QString> helped;
    QString family;
    if (!text.endsWith(u'\n'))
        return QStringLiteral("no line feed at the end");
    for (const QString &line : text.chopped(1).split(u'\n')) {
        const QStringList words = line.split(u' ');
        if (line.startsWith(QStringLiteral("# HELP "))) {
            if (words.size() < 4 || helped.contains(words[2]))
                return QStringLiteral("help: ") + line;
            helped << words[2];
            continue;
        }
        if (line.startsWith(QStringLiteral("# TYPE "))) {
            family = words.value(2);
            const bool isKnown = QStringList{QStringLiteral("counter"), QStringLiteral("gauge"), QStringLiteral("histogram")}
                                     .contains(words.value(3));
            if (words.size() != 4 || !isKnown || !helped.contains(family) || types.contains(family))
                return QStringLiteral("type: ") + line;
            types[family] = words[3];
            continue;
        }
        const auto match = sample.match(line);
        bool isNumber = false;
        const double value = match.captured(5).toDouble(&isNumber);
        if (!match.hasMatch() || !isNumber || value < 0)
            return QStringLiteral("sample: ") + line;
        QString name = match.captured(1);
        if (types.value(family) == QStringLiteral("histogram"))
            name.remove(QRegularExpression(QStringLiteral("_(bucket|sum|count)$")));
        if (name != family)
            return QStringLiteral("sample outside its family: ") + line;
        if (samples.contains(match.captured(1) + match.captured(2)))
            return QStringLiteral("twice: ") + line;
        samples[match.captured(1) + match.captured(2)] = value;
    }
    return {};
}

double valueOf(const Metrics &metrics, const char *name)
{
    QMap<QString, double> samples;
    problemOf(q(metrics.prometheusText()), samples);
    return samples.value(QLatin1String(name), -1);
}

} // namespace

class TestMetrics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void validText_data()
    {
        QTest::addColumn<QString>("model");
        QTest::newRow("plain") << QStringLiteral("gpt-4o");
        QTest::newRow("empty") << QString();
        QTest::newRow("quotes") << QStringLiteral("a \"b\" c");
        QTest::newRow("backslash at the end") << QStringLiteral("a\\");
        QTest::newRow("line feed") << QStringLiteral("a\nb");
        QTest::newRow("escape that is none") << QStringLiteral("a\\nb");
        QTest::newRow("braces and commas") << QStringLiteral("a{b=\"c\",d}");
        QTest::newRow("beyond ASCII") << QStringLiteral("m\u00f6del \u4f60");
    }
    void validText()
    {
        QFETCH(QString, model);
        Metrics metrics;
        serve(metrics, finished(model.toUtf8()));
        serve(metrics, finished("other"));
        metrics.attemptFailed(model.toStdString(), "connect_failed");
        QMap<QString, double> samples;
        QCOMPARE(problemOf(q(metrics.prometheusText()), samples), QString());
        QString label = model;
        label.replace(u'\\', QStringLiteral("\\\\")).replace(u'"', QStringLiteral("\\\"")).replace(u'\n', QStringLiteral("\\n"));
        const QString name = QStringLiteral("pointsman_requests_total{router=\"main\",provider=\"openai\",model=\"%1\",status=\"200\"}");
        QVERIFY2(samples.contains(name.arg(label)), qPrintable(samples.keys().join(u'\n')));
    }

    void aFreshOneIsValidToo()
    {
        QMap<QString, double> samples;
        QCOMPARE(problemOf(q(Metrics().prometheusText()), samples), QString());
        QCOMPARE(samples.value(QStringLiteral("pointsman_requests_in_flight"), -1), 0.0);
    }

    void counts()
    {
        Metrics metrics;
        metrics.requestStarted();
        metrics.streamStarted();
        serve(metrics, finished());
        serve(metrics, finished());
        Finished unknown = finished();
        unknown.inputTokens = unknown.outputTokens = unknown.costMicroUsd = -5; // a provider that counts backwards
        serve(metrics, unknown);
        metrics.attemptFailed("openai", "overloaded");
        metrics.attemptFailed("openai", "overloaded");
        const auto of = [&](const char *name) {
            return valueOf(metrics, (std::string(name) + "{router=\"main\",provider=\"openai\",model=\"m\",status=\"200\"}").c_str());
        };
        QCOMPARE(of("pointsman_requests_total"), 3.0);
        QCOMPARE(of("pointsman_input_tokens_total"), 200.0);
        QCOMPARE(of("pointsman_output_tokens_total"), 40.0);
        QCOMPARE(of("pointsman_cost_usd_total"), 3.0);
        QCOMPARE(of("pointsman_request_duration_seconds_sum"), 0.12);
        QCOMPARE(valueOf(metrics, "pointsman_requests_in_flight"), 1.0);
        QCOMPARE(valueOf(metrics, "pointsman_streams_in_flight"), 1.0);
        QCOMPARE(valueOf(metrics, "pointsman_attempt_failures_total{provider=\"openai\",error=\"overloaded\"}"), 2.0);
        metrics.streamEnded();
        QCOMPARE(metrics.streams(), 0);
    }

    void buckets_data()
    {
        QTest::addColumn<qint64>("totalUs");
        QTest::addColumn<QString>("first"); // bucket that holds it
        QTest::newRow("nothing") << qint64(0) << QStringLiteral("0.005");
        QTest::newRow("at a bound") << qint64(10'000) << QStringLiteral("0.01");
        QTest::newRow("above a bound") << qint64(10'001) << QStringLiteral("0.025");
        QTest::newRow("the last bound") << qint64(120'000'000) << QStringLiteral("120");
        QTest::newRow("beyond all") << qint64(120'000'001) << QStringLiteral("+Inf");
    }
    void buckets()
    {
        QFETCH(qint64, totalUs);
        QFETCH(QString, first);
        Metrics metrics;
        Finished f = finished();
        f.totalUs = totalUs;
        f.firstContentUs = -1;
        serve(metrics, f);
        const QString text = q(metrics.prometheusText());
        static const QRegularExpression bucket(QStringLiteral("duration_seconds_bucket\\{.*le=\"([^\"]+)\"\\} (\\d)"));
        bool isIn = false;
        int bounds = 0;
        for (auto it = bucket.globalMatch(text); it.hasNext(); ++bounds) {
            const auto match = it.next();
            isIn = isIn || match.captured(1) == first; // cumulative: from its own on
            QCOMPARE(match.captured(2), QString(isIn ? u'1' : u'0'));
        }
        QCOMPARE(bounds, 15);
        QVERIFY2(!text.contains(QStringLiteral("first_content_seconds_count")), "no content came");
    }

    void seriesAreBounded()
    {
        Metrics metrics;
        for (std::size_t i = 0; i < Metrics::kMaxSeries + 50; ++i) {
            serve(metrics, finished(("m" + std::to_string(i)).c_str()));
            metrics.attemptFailed("p" + std::to_string(i), "overloaded");
        }
        serve(metrics, finished("m3"));
        metrics.attemptFailed("p3", "overloaded");
        const QString text = q(metrics.prometheusText());
        for (const char *line : {"pointsman_requests_total{router=\"other\",provider=\"other\",model=\"other\",status=\"200\"} 50\n",
                                 "pointsman_requests_total{router=\"main\",provider=\"openai\",model=\"m3\",status=\"200\"} 2\n",
                                 "pointsman_attempt_failures_total{provider=\"p3\",error=\"overloaded\"} 2\n"})
            QVERIFY2(text.contains(QLatin1String(line)), line);
        QVERIFY2(!text.contains(QStringLiteral("provider=\"p1049\"")), "failures are bounded too");
        QCOMPARE(metrics.servedBy("main").size(), Metrics::kMaxSeries);
    }

    void labelsAreBounded()
    {
        Metrics metrics;
        serve(metrics, finished(std::string(1'000'000, 'x').c_str()));
        serve(metrics, finished((std::string(127, 'x') + "\u00e4\u00e4").c_str()));
        QMap<QString, double> samples;
        const std::string text = metrics.prometheusText();
        QVERIFY2(text.size() < 100'000, "a client may send any name as a model");
        QCOMPARE(problemOf(q(text), samples), QString());
        QVERIFY2(!q(text).contains(QChar::ReplacementCharacter), "no letter is cut in two");
    }

    void sharesOfARouter()
    {
        Metrics metrics;
        serve(metrics, finished("a", 200));
        serve(metrics, finished("a", 500));
        serve(metrics, finished("b", 200));
        metrics.requestFinished({"main", "", "", 404, "not_found"}, kNow); // nobody served it
        serve(metrics, {"spare", "openai", "a", 200});
        QCOMPARE(metrics.servedBy("main"), (std::map<std::string, std::uint64_t>{{"openai/a", 2}, {"openai/b", 1}}));
        QVERIFY(metrics.servedBy("none").empty());
    }

    void requestsASecond()
    {
        Metrics metrics;
        const auto rate = [&](std::chrono::milliseconds later) { return metrics.requestsPerSecond(kNow + later); };
        QCOMPARE(rate(0s), 0.0);
        for (int i = 0; i < 5; ++i)
            serve(metrics, finished(), kNow + 900ms);
        QCOMPARE(rate(950ms), 0.0); // its second is not over
        QCOMPARE(rate(1s), 0.5);
        QCOMPARE(rate(10s), 0.5);
        QCOMPARE(rate(11s), 0.0);
        serve(metrics, finished(), kNow + 16s); // the same slot, a round later
        QCOMPARE(rate(17s), 0.1);
    }
};

QTEST_GUILESS_MAIN(TestMetrics)
#include "tst_metrics.moc"
