// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixture_window.h"
#include "overview/findings.h"
#include "overview/findings_view.h"
#include "overview/first_run.h"
#include "overview/provider_table.h"
#include "seen.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace pm;
using namespace pm::ui;
using sample::shows;
using sample::WindowFixture;

namespace {

QStringList titles(const GatewayStatus &status, const std::vector<ProviderStatus> &providers,
                   const std::vector<RouterStatus> &routers, bool withPages = true)
{
    QStringList list;
    for (const Finding &finding :
         findingsOf({status, providers, routers, [=](const QString &) { return withPages; }}))
        list.append(finding.title);
    return list;
}

} // namespace

class TestOverview : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findings_data();
    void findings();
    void theWorstComesFirst();
    void aFindingLeadsToItsTraces();
    void allIsWell();
    void chartsCountEachRequestOnce();
    void firstRunTicksAsThingsHappen();
    void firstRunIsNotForThoseWithTraces();
    void progress_data();
    void progress();
    void providerModelKeepsRowsWhileNamesStay();
};

void TestOverview::findings_data()
{
    QTest::addColumn<int>("what");
    QTest::addColumn<QString>("title");
    QTest::newRow("not serving") << 0 << u"Pointsman is not serving"_s;
    QTest::newRow("paused") << 1 << u"Paused"_s;
    QTest::newRow("store is broken") << 2 << u"Traces are not kept"_s;
    QTest::newRow("records were dropped") << 3 << u"Some traces were not kept"_s;
    QTest::newRow("a provider is down") << 4 << u"openai is down"_s;
    QTest::newRow("a provider fails some") << 5 << u"openai is failing 9 % of requests"_s;
    QTest::newRow("a locked key") << 6 << u"The key of openai cannot be read"_s;
    QTest::newRow("a key is missing where a router wants it") << 7 << u"openai has no key"_s;
    QTest::newRow("a router without fallback") << 8 << u"Router solo has no fallback"_s;
    QTest::newRow("the shared store is gone") << 9 << u"Limits and budgets are not shared with other instances"_s;
    QTest::newRow("the journal is broken") << 10 << u"What is spent may be forgotten at a crash"_s;
}

void TestOverview::findings()
{
    QFETCH(int, what);
    QFETCH(QString, title);
    GatewayStatus status = sample::status();
    ProviderStatus openai;
    openai.name = "openai";
    openai.key = ProviderStatus::Key::Present;
    openai.health = ProviderStatus::Health::Healthy;
    RouterStatus router{"production", true, 2, "latency", {}};
    router.list = {{"openai/gpt-5", "openai", 1, 1, "closed", {}}, {"x/y", "x", 1, 1, "closed", {}}};
    std::vector<RouterStatus> routers{router};
    QVERIFY(titles(status, {openai}, routers).isEmpty()); // all is well before
    status.isServing = what != 0;
    status.isPaused = what == 1;
    status.store.problem = what == 2 ? "disk full" : "";
    status.store.droppedRecords = what == 3 ? 5 : 0;
    status.sharedProblem = what == 9 ? "redis://localhost:6379 does not answer; counting here alone" : "";
    status.budgetProblem = what == 10 ? "disk full" : "";
    if (what == 4)
        openai.health = ProviderStatus::Health::Unhealthy;
    if (what == 5)
        openai.successRate = 0.912;
    if (what == 6)
        openai.key = ProviderStatus::Key::Locked;
    if (what == 7)
        openai.key = ProviderStatus::Key::Missing;
    if (what == 8) {
        RouterStatus solo{"solo", false, 1, "priority", {}};
        solo.list = {{"x/y", "x", 1, 1, "closed", {}}};
        routers.push_back(solo);
    }
    QCOMPARE(titles(status, {openai}, routers), QStringList{title});
    for (const Finding &finding :
         findingsOf({status, {openai}, routers, [](const QString &) { return true; }}))
        QVERIFY(!finding.actionText.isEmpty());
}

void TestOverview::theWorstComesFirst()
{
    GatewayStatus status = sample::status();
    status.isServing = false;
    const QStringList list = titles(status, sample::providers(), sample::routers());
    QCOMPARE(list.first(), u"Pointsman is not serving"_s);
    QVERIFY(list.indexOf(u"openai is failing 9 % of requests"_s) <
            list.indexOf(u"Router dev has no fallback"_s));
    QVERIFY(!titles(status, sample::providers(), sample::routers(), false)
                 .contains(u"Router dev has no fallback"_s));
}

void TestOverview::aFindingLeadsToItsTraces()
{
    WindowFixture fixture;
    fixture.window->open({u"overview"_s, {}, {}, {}});
    fixture.window->show();
    QTRY_VERIFY(shows(*fixture.overview, u"openai is failing 9 % of requests"_s));
    QPushButton *action = nullptr;
    for (QPushButton *button : fixture.overview->findChildren<QPushButton *>()) {
        if (button->text() == u"Show the failed requests"_s)
            action = button;
    }
    QVERIFY(action);
    action->click();
    QCOMPARE(fixture.window->currentPage(), fixture.traces);
}

void TestOverview::allIsWell()
{
    Theme theme;
    FindingsView view(theme);
    view.show();
    QVERIFY(shows(view, u"All is well."_s));
    view.setFindings({{Finding::Severity::Note, u"A"_s, u"B"_s, Finding::Action::Copy, u"C"_s, {}, {}}});
    QVERIFY(shows(view, u"A"_s));
    view.setFindings({});
    QTRY_VERIFY(shows(view, u"All is well."_s));
}

void TestOverview::chartsCountEachRequestOnce()
{
    WindowFixture fixture(40);
    fixture.window->show();
    const auto counted = [&] { return fixture.overview->latency().whole(nowMicros() / 1'000'000).total; };
    std::uint32_t withFirst = 0;
    for (const trace::Head &head : fixture.store->heads())
        withFirst += head.firstContentUs >= 0;
    QTRY_COMPARE(counted(), withFirst);
    *fixture.feed = fixture.store->heads(); // the same again, as a head may come several times
    fixture.window->feed().poll();
    QCOMPARE(counted(), withFirst);
}

void TestOverview::firstRunTicksAsThingsHappen()
{
    Source source;
    auto store = std::make_shared<sample::Store>();
    auto feed = std::make_shared<std::vector<trace::Head>>();
    source = sample::makeSource(store, feed);
    source.status = [] {
        GatewayStatus status = sample::status();
        status.store.records = 0;
        return status;
    };
    WindowFixture fixture(0, source);
    fixture.window->open({u"overview"_s, {}, {}, {}});
    fixture.window->show();
    auto *firstRun = fixture.overview->findChild<FirstRun *>();
    QTRY_VERIFY(firstRun->isVisible());
    QVERIFY(shows(*firstRun, u"Listening on http://127.0.0.1:8080"_s));
    QVERIFY(shows(*firstRun, u"answers without any key"_s));
    QVERIFY(shows(*firstRun, u"ollama"_s));
    std::mt19937_64 rng(2);
    *feed = {sample::makeRecord(rng, nowMicros() - 5'000'000).head};
    QTRY_VERIFY(shows(*firstRun, u"under Traces"_s)); // stays, ticked, until it is left
    for (QPushButton *button : firstRun->findChildren<QPushButton *>()) {
        if (button->text() == u"Show the overview instead"_s)
            button->click();
    }
    QVERIFY(!firstRun->isVisible());
}

void TestOverview::firstRunIsNotForThoseWithTraces()
{
    WindowFixture fixture;
    fixture.window->open({u"overview"_s, {}, {}, {}});
    fixture.window->show();
    QTRY_VERIFY(fixture.overview->latency().whole(nowMicros() / 1'000'000).total > 0);
    QVERIFY(!fixture.overview->findChild<FirstRun *>()->isVisible());
}

void TestOverview::progress_data()
{
    QTest::addColumn<bool>("key");
    QTest::addColumn<bool>("local");
    QTest::addColumn<bool>("demo");
    QTest::addColumn<bool>("hasProvider");
    QTest::newRow("nothing") << false << false << false << false;
    QTest::newRow("a key") << true << false << false << true;
    QTest::newRow("a local server") << false << true << false << true;
    QTest::newRow("the demo model does not count") << true << false << true << false;
}

void TestOverview::progress()
{
    QFETCH(bool, key);
    QFETCH(bool, local);
    QFETCH(bool, demo);
    ProviderStatus provider;
    provider.key = key ? ProviderStatus::Key::Present : ProviderStatus::Key::Missing;
    provider.isLocal = provider.isReachable = local;
    provider.isDemo = demo;
    QTEST(FirstRun::progressOf(sample::status(), {provider}, false).hasProvider, "hasProvider");
}

void TestOverview::providerModelKeepsRowsWhileNamesStay()
{
    ProviderModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    model.setProviders(sample::providers());
    QCOMPARE(reset.size(), 1);
    auto changed = sample::providers();
    changed[0].health = ProviderStatus::Health::Unhealthy;
    model.setProviders(changed);
    QCOMPARE(reset.size(), 1);
    QCOMPARE(model.index(0, ProviderModel::Health).data().toString(), u"down"_s);
    QCOMPARE(model.index(4, ProviderModel::Latency).data().toString(), u"–"_s);
    changed.pop_back();
    model.setProviders(changed);
    QCOMPARE(model.rowCount(), 4);
}

QTEST_MAIN(TestOverview)
#include "tst_overview.moc"
