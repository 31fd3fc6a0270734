// SPDX-License-Identifier: GPL-3.0-or-later
// What five thousand requests in a second cost the GUI thread. Its processor time is measured, not the
// clock's, so that what else the machine does is left out.
#include "fixture_window.h"
#include "traces/trace_model.h"
#include "traces/trace_table.h"

#include <QTest>

#include <ctime>

using namespace Qt::StringLiterals;
using namespace pm;
using namespace pm::ui;
using sample::WindowFixture;

namespace {

constexpr double kFrameMs = 16;
constexpr int kPerSecond = 5'000;

double threadMs()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return double(now.tv_sec) * 1e3 + double(now.tv_nsec) / 1e6;
}

double percentile(std::vector<double> values, double share)
{
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[std::size_t(share * double(values.size() - 1))];
}

/// `count` heads that end with the one at `at`, which moves on.
std::vector<trace::Head> heads(int count, std::int64_t &at)
{
    std::mt19937_64 rng(5);
    std::vector<trace::Head> list(std::size_t(count), sample::makeRecord(rng, at).head);
    for (trace::Head &head : list) {
        at += 1'000'000 / kPerSecond;
        head.startedAt = at;
        head.id = QString::number(at).rightJustified(26, u'0').toStdString();
    }
    return list;
}

} // namespace

class TestBusyWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void noBatchHoldsTheGuiForAFrame_data();
    void noBatchHoldsTheGuiForAFrame();
    void whatGatheredComesInParts();
};

void TestBusyWindow::noBatchHoldsTheGuiForAFrame_data()
{
    QTest::addColumn<int>("before");
    QTest::newRow("list that grows") << 10'000;
    QTest::newRow("full list that drops its oldest") << int(TraceModel::kCapacity);
}

void TestBusyWindow::noBatchHoldsTheGuiForAFrame()
{
    QFETCH(int, before);
    WindowFixture fixture(0);
    fixture.window->resize(1456, 832);
    fixture.window->open({u"traces"_s, {}, {}, {}});
    fixture.window->show();
    std::int64_t at = nowMicros() - 60'000'000;
    TraceModel &model = fixture.traces->model();
    for (int i = 0; i < before; i += 5'000)
        model.takeLive(heads(5'000, at));
    QTest::qWait(100);

    std::vector<double> inserts;
    std::vector<double> frames;
    for (int i = 0; i < 100; ++i) {
        *fixture.feed = heads(kPerSecond / 10, at);
        const double began = threadMs();
        fixture.window->feed().poll();
        const double inserted = threadMs();
        QCoreApplication::sendPostedEvents();
        fixture.traces->table().viewport()->repaint();
        QCoreApplication::sendPostedEvents();
        inserts.push_back(inserted - began);
        frames.push_back(threadMs() - inserted);
    }
    qInfo("insert p50 %.1f p99 %.1f max %.1f ms, frame p50 %.1f p99 %.1f max %.1f ms",
          percentile(inserts, 0.5), percentile(inserts, 0.99), percentile(inserts, 1),
          percentile(frames, 0.5), percentile(frames, 0.99), percentile(frames, 1));
    QVERIFY(percentile(inserts, 0.99) < kFrameMs);
    QCOMPARE(model.head(0)->startedAt, at);
}

void TestBusyWindow::whatGatheredComesInParts()
{
    WindowFixture fixture(0);
    std::int64_t at = nowMicros();
    const std::vector<trace::Head> all = heads(3'000, at);
    *fixture.feed = all;
    std::vector<std::string> ids;
    std::size_t most = 0;
    connect(&fixture.window->feed(), &LiveFeed::batch, this, [&](const std::vector<trace::Head> &batch) {
        most = std::max(most, batch.size());
        for (const trace::Head &head : batch)
            ids.push_back(head.id);
    });
    QTRY_COMPARE(ids.size(), all.size());
    QVERIFY(most <= LiveFeed::kMostHeads);
    for (std::size_t i = 0; i < all.size(); ++i)
        QCOMPARE(ids[i], all[i].id);
}

QTEST_MAIN(TestBusyWindow)
#include "tst_busy_window.moc"
