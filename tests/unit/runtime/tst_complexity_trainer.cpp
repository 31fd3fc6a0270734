// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/complexity_file.h"
#include "runtime/complexity_trainer.h"
#include "support/cascade_traces.h"
#include "support/qt_text.h"
#include "trace/trace_store.h"
#include "unit/routing/made_up_prompts.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <set>

using namespace pm;
using namespace pm::test;
namespace made = pm::routing::test;

namespace {

/// A store in a folder of its own with those traces.
class Folder
{
public:
    void fill(const std::vector<trace::Record> &records)
    {
        trace::StoreOptions options;
        options.path = storePath();
        trace::Store store(std::move(options));
        for (const trace::Record &record : records)
            store.add(record);
        QVERIFY(store.flush(std::chrono::seconds(20)));
    }
    std::string storePath() const { return path("traces.db"); }
    std::string path(const char *name) const { return m_folder.filePath(q(name)).toStdString(); }
    std::string write(const char *name, const std::string &text) const
    {
        QFile file(m_folder.filePath(q(name)));
        if (!file.open(QIODevice::WriteOnly) ||
            file.write(text.data(), qint64(text.size())) != qint64(text.size()))
            qFatal("cannot write");
        return path(name);
    }
    Result<Training> train(const std::string &router = {}, const std::string &labels = {},
                           int last = 10'000) const
    {
        return trainFromTraces(configOf(kTiersConfig), {storePath(), router, last, labels, "2026-01-02"});
    }

private:
    QTemporaryDir m_folder;
};

/// Traces of prompts that were made hard and easy, whose cheap answers were as that says.
std::vector<trace::Record> cascadeTraces(std::size_t count, std::uint64_t seed = 1)
{
    std::vector<trace::Record> records;
    std::int64_t at = nowMicros() - 3'600'000'000;
    for (const made::MadeUp &prompt : made::madeUpPrompts(count, seed)) {
        at += 1000;
        records.push_back(prompt.isHard ? escalated(prompt.text, at) : answered(prompt.text, "fine", at));
    }
    return records;
}

} // namespace

/// From stored traces and label files to a model, and where models lie.
class TestComplexityTrainer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tracesOfACascadeTrain()
    {
        Folder folder;
        folder.fill(cascadeTraces(700)); // more than are read at a time
        const auto training = folder.train();
        QVERIFY2(training.has_value(), training ? "" : training.error().message.c_str());
        QCOMPARE(training->traces, std::int64_t(700));
        QVERIFY(training->model.report.prompts > 600); // made-up prompts may come twice
        QVERIFY(training->model.report.auroc > 0.8);
        const QString report = q(trainingReport(*training));
        QVERIFY2(report.endsWith(q("\nbetter than random on your data\n")), qPrintable(report));
        for (const char *word :
             {"700 traces, ", "AUROC   0.", "APGR    0.", "95 % interval 0.", "CPT50   ", "CPT80   "})
            QVERIFY2(report.contains(q(word)), qPrintable(report));
        QCOMPARE(training->model.trained, std::string("2026-01-02"));
        QVERIFY(folder.train()->model == training->model);
    }

    void coinsAreToldAsSuch()
    {
        Folder folder;
        std::vector<trace::Record> records;
        std::mt19937_64 coin(3);
        std::int64_t at = nowMicros() - 3'600'000'000;
        for (const made::MadeUp &prompt : made::madeUpPrompts(400, 2)) {
            at += 1000;
            records.push_back(coin() % 3 == 0 ? escalated(prompt.text, at)
                                              : answered(prompt.text, "fine", at));
        }
        folder.fill(records);
        const auto training = folder.train();
        QVERIFY(training.has_value());
        const QString report = q(trainingReport(*training));
        QVERIFY2(report.endsWith(q("\nnot better than random on your data\n")), qPrintable(report));
    }

    void tooFewAreRefused()
    {
        Folder folder;
        folder.fill(cascadeTraces(50));
        const auto training = folder.train();
        QVERIFY(!training);
        const QString message = q(training.error().message);
        QVERIFY2(message.startsWith(q("50 prompts have a label, ")) &&
                     message.contains(q(" in 50 traces; at least 200, and 20 of each kind")) &&
                     message.contains(q("--labels FILE")),
                 qPrintable(message));
        QVERIFY(q(folder.train({}, {}, 10).error().message).contains(q(" in 10 traces")));
        QVERIFY(q(folder.train("plain").error().message)
                    .startsWith(q("0 prompts have a label, 0 of them poor, in 0 traces")));
        QVERIFY(q(folder.train("stepz").error().message)
                    .startsWith(q("there is no router \"stepz\"; there are: steps")));
    }

    void bothKindsAreNeeded()
    {
        for (const bool arePoor : {false, true}) {
            Folder folder;
            std::vector<trace::Record> records;
            std::int64_t at = nowMicros() - 3'600'000'000;
            for (const made::MadeUp &prompt : made::madeUpPrompts(300, 5)) {
                at += 1000;
                records.push_back(arePoor ? escalated(prompt.text, at) : answered(prompt.text, "fine", at));
            }
            folder.fill(records);
            const auto training = folder.train();
            QVERIFY(!training);
            QVERIFY2(q(training.error().message).contains(q("and 20 of each kind, are needed")),
                     training.error().message.c_str());
        }
    }

    /// One poor answer among several to the same prompt is what counts; who was not answered has no label.
    void promptsAreTakenOnce()
    {
        Folder folder;
        std::vector<trace::Record> records = cascadeTraces(400, 6);
        std::int64_t hard = 0;
        std::set<std::string> texts;
        for (const made::MadeUp &prompt : made::madeUpPrompts(400, 6))
            hard += texts.insert(prompt.text).second && prompt.isHard ? 1 : 0;
        std::int64_t at = nowMicros() - 7'200'000'000;
        records.push_back(escalated("the same again", at));
        records.push_back(answered("the same again", "fine", at - 1000)); // read later: the newest come first
        records.push_back(answered("nobody answered", "fine", at - 2000));
        records.back().detail.attempts.back().outcome = "given up";
        folder.fill(records);
        const auto training = folder.train();
        QVERIFY2(training.has_value(), training ? "" : training.error().message.c_str());
        QCOMPARE(training->model.report.positives, hard + 1);
        QCOMPARE(training->model.report.prompts, std::int64_t(texts.size()) + 1);
        QCOMPARE(training->unlabelled, std::int64_t(1));
    }

    void labelFilesGoBeforeTraces()
    {
        Folder folder;
        const auto records = cascadeTraces(3, 8);
        folder.fill(records);
        // Each trace gets the opposite of what it says; the rest are texts.
        std::string lines;
        for (const trace::Record &record : records)
            lines += "{\"id\":\"" + record.head.id +
                     "\",\"strong\":" + (record.detail.attempts.size() > 1 ? "0" : "1") + "}\n";
        int hard = 0;
        for (const trace::Record &record : records)
            hard += record.detail.attempts.size() == 1;
        for (const made::MadeUp &prompt : made::madeUpPrompts(300, 4)) {
            lines +=
                "{\"prompt\":\"" + prompt.text + "\",\"strong\":" + (prompt.isHard ? "1" : "0") + "}\n\n";
            hard += prompt.isHard;
        }
        const auto training = folder.train({}, folder.write("labels.jsonl", lines));
        QVERIFY2(training.has_value(), training ? "" : training.error().message.c_str());
        QCOMPARE(training->model.report.prompts, std::int64_t(303));
        QCOMPARE(training->model.report.positives, std::int64_t(hard));
    }

    void brokenLabelsAreNamedByLine_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("problem");
        QTest::newRow("no JSON") << q("{oops") << QString();
        QTest::newRow("no label") << q(R"({"prompt":"a"})") << q("\"strong\" must be 0 or 1");
        QTest::newRow("another number")
            << q(R"({"prompt":"a","strong":2})") << q("\"strong\" must be 0 or 1");
        QTest::newRow("nothing to label")
            << q(R"({"strong":1})") << q("give \"id\", a trace's, or \"prompt\", a text");
        QTest::newRow("both") << q(R"({"id":"x","prompt":"a","strong":1})") << q("give \"id\"");
        QTest::newRow("an unknown trace")
            << q(R"({"id":"01ZZZZZZZZZZZZZZZZZZZZZZZZ","strong":1})") << QString();
    }
    void brokenLabelsAreNamedByLine()
    {
        QFETCH(QString, line);
        QFETCH(QString, problem);
        Folder folder;
        const std::string path = folder.write("labels.jsonl", "{\"prompt\":\"fine\",\"strong\":1}\n\n" +
                                                                  line.toStdString() + "\n");
        const auto training = folder.train({}, path);
        QVERIFY(!training);
        QVERIFY2(q(training.error().message).startsWith(q(path) + q(":3: ") + problem),
                 training.error().message.c_str());
        QVERIFY(!folder.train({}, folder.path("missing.jsonl")));
    }

    void modelsLieInTheDataFolder()
    {
        const Folder folder;
        const config::Config config = configOf(
            "routers:\n"
            "  a: {route: {strategy: complexity, children: [openai/gpt-5, groq]}}\n"
            "  b: {route: {strategy: complexity, settings: {model: mine.json}, children: [openai, groq]}}\n");
        const std::string dir = folder.path("");
        auto sources = readComplexitySources(config, dir);
        QCOMPARE(sources.size(), std::size_t(2));
        QVERIFY(!sources.at("")); // none was trained: no problem
        QVERIFY(!sources.at("mine.json")->model && !sources.at("mine.json")->problem.empty());

        routing::ComplexityModel model;
        model.grams.resize(std::size_t(1) << routing::kGramBits);
        model.trained = "2026-01-02";
        QVERIFY(writeComplexityModel(complexityPath(dir, "mine.json"), model).has_value());
        folder.write("complexity.json", "{");
        sources = readComplexitySources(config, dir);
        QVERIFY(sources.at("mine.json")->model && *sources.at("mine.json")->model == model);
        QVERIFY(q(sources.at("")->problem).contains(q("complexity.json: ")));
        QVERIFY(readComplexitySources(configOf(kTiersConfig), dir).size() == 1);
    }
};

QTEST_GUILESS_MAIN(TestComplexityTrainer)
#include "tst_complexity_trainer.moc"
