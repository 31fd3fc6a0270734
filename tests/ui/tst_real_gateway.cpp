// SPDX-License-Identifier: GPL-3.0-or-later
// The window over a gateway that really listens, with the demo behind it.
#include "config/config_file.h"
#include "config_banner.h"
#include "format.h"
#include "gateway_source.h"
#include "main_window.h"
#include "traces/replay.h"
#include "traces/trace_detail.h"
#include "traces/trace_model.h"
#include "traces/trace_page.h"
#include "traces/trace_table.h"

#include <QLabel>
#include <QMenu>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace pm;
using namespace pm::ui;

namespace {

constexpr char kConfig[] = "discover: {local: false}\n"
                           "routers:\n"
                           "  first: {load-balance: {chat: {strategy: priority, providers: [demo]}}}\n"
                           "  second: {load-balance: {chat: {strategy: priority, providers: [demo]}}}\n"
                           "active-router: first\n";
constexpr char kBody[] = R"({"model":"demo/demo-fast","messages":[{"role":"user","content":"again"}]})";

/// A gateway on a port of its own, and a window over it.
struct Running
{
    /// `dataFolder`: of the traces; empty for one that there can be.
    explicit Running(const std::string &config = kConfig, const QString &dataFolder = {})
    {
        write(config);
        GatewayOptions options;
        options.configPath = path().toStdString();
        options.dataDir = (dataFolder.isEmpty() ? folder.filePath(u"data"_s) : dataFolder).toStdString();
        options.keychain = false;
        options.discover = false;
        options.feed = true;
        options.port = 0;
        options.workers = 1;
        gateway = std::make_unique<Gateway>(std::move(options));
        started = gateway->start().has_value();
        window = std::make_unique<MainWindow>(sourceOf(*gateway), theme, state);
        traces = new TracePage(window->context());
        window->addPage(traces);
        window->open({u"traces"_s, {}, {}, {}});
        window->show();
    }

    QString path() const { return folder.filePath(u"config.yaml"_s); }
    void write(const std::string &config) const
    {
        QVERIFY(config::writeConfigFile(path().toStdString(), config).has_value());
    }
    void ask(const QString &urlPath, const QByteArray &body, const QByteArray &traceHeader = {},
             const QByteArray &clientKey = {})
    {
        QNetworkRequest request(QUrl(fromUtf8(gateway->status().baseUrl) + urlPath));
        request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
        request.setRawHeader("user-agent", "first-client/1");
        if (!traceHeader.isEmpty())
            request.setRawHeader("x-pointsman-trace", traceHeader);
        if (!clientKey.isEmpty())
            request.setRawHeader("x-api-key", clientKey);
        QNetworkReply *reply = network.post(request, body);
        QSignalSpy done(reply, &QNetworkReply::finished);
        QVERIFY(done.wait());
        reply->deleteLater();
    }
    /// Selects the newest row and waits for its record.
    void openNewest()
    {
        traces->table().setCurrentIndex(traces->model().index(0, 0));
        QTest::keyClick(&traces->table(), Qt::Key_Return);
        QTRY_VERIFY(traces->detail().prepared());
        QTRY_COMPARE(traces->detail().prepared()->record.head.id, traces->table().currentId());
    }
    QToolButton *replayButton() const
    {
        const auto buttons = traces->detail().findChildren<QToolButton *>();
        const auto found = std::find_if(buttons.begin(), buttons.end(), [](const QToolButton *b) {
            return b->accessibleName() == u"Replay"_s;
        });
        return found == buttons.end() ? nullptr : *found;
    }

    QTemporaryDir folder;
    Theme theme;
    WindowState state{folder.filePath(u"window.ini"_s)};
    std::unique_ptr<Gateway> gateway;
    bool started = false;
    std::unique_ptr<MainWindow> window;
    TracePage *traces = nullptr;
    QNetworkAccessManager network;
};

} // namespace

class TestRealGateway : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rReplaysThroughTheSameRouter();
    void rReplaysWhereClientKeysAreWanted();
    void aRouterlessRequestStaysRouterless();
    void whatWasNotKeptCannotBeReplayed();
    void aBrokenFileIsShownUntilItIsMended();
    void aFileThatIsBrokenFromTheStartIsShown();
    void whatWaitsForARestartIsSaid();
    void withoutAStoreTheFeedIsCounted();
};

/// Where no folder can be made, requests go on, are counted, and their detail says why it is not there.
void TestRealGateway::withoutAStoreTheFeedIsCounted()
{
    Running running(kConfig, u"/dev/null/traces"_s);
    QVERIFY(running.started);
    running.ask(u"/v1/chat/completions"_s, kBody);
    running.ask(u"/v1/chat/completions"_s, kBody);
    TraceModel &model = running.traces->model();
    QTRY_COMPARE(model.rowCount(), 2);
    QTRY_COMPARE(running.window->context().today.totals().requests, 2);
    QVERIFY(!running.window->context().today.isFromStore());
    QSignalSpy loaded(&running.traces->detail(), &TraceDetail::loaded);
    running.traces->table().setCurrentIndex(model.index(0, 0));
    QTest::keyClick(&running.traces->table(), Qt::Key_Return);
    QTRY_COMPARE(loaded.count(), 1);
    QVERIFY2(running.traces->detail().replayObstacle().startsWith(u"Traces are not kept: "_s),
             qPrintable(running.traces->detail().replayObstacle()));
    QTest::qWait(2'500); // past the next time that the sums are asked for
    QCOMPARE(running.window->context().today.totals().requests, 2);
}

void TestRealGateway::rReplaysThroughTheSameRouter()
{
    Running running;
    QVERIFY(running.started);
    TraceModel &model = running.traces->model();
    running.ask(u"/v1/chat/completions"_s, kBody);
    QTRY_COMPARE(model.rowCount(), 1);
    QTRY_VERIFY(!model.hasRunning());
    running.openNewest();
    const trace::Head first = *model.head(0);
    QCOMPARE(first.router, std::string("first"));
    QVERIFY(running.gateway->setActiveRouter("second").has_value());

    QVERIFY(running.replayButton() && running.replayButton()->isEnabled());
    QTest::keyClick(&running.traces->table(), Qt::Key_R);
    QTRY_COMPARE(model.rowCount(), 2);
    QTRY_VERIFY(running.traces->table().currentId() != first.id);
    QTRY_VERIFY(!model.hasRunning());
    const trace::Head again = *model.head(0);
    QCOMPARE(running.traces->table().currentId(), again.id);
    QCOMPARE(again.router, std::string("first"));
    QCOMPARE(again.status, 200);
    QCOMPARE(again.app, first.app);
    QTRY_VERIFY(running.traces->detail().prepared() &&
                running.traces->detail().prepared()->record.head.id == again.id);
    QCOMPARE(running.traces->detail().prepared()->record.detail.requestBody.bytes, QByteArray(kBody));
}

void TestRealGateway::rReplaysWhereClientKeysAreWanted()
{
    qputenv("PM_TEST_WINDOW_CLIENT", "pm-client-1234567890");
    Running running(std::string(kConfig) +
                    "server: {client-keys: [{name: alice, key: 'env:PM_TEST_WINDOW_CLIENT', routers: [first]}]}\n");
    QVERIFY(running.started);
    TraceModel &model = running.traces->model();
    running.ask(u"/v1/chat/completions"_s, kBody, {}, "pm-client-1234567890");
    QTRY_COMPARE(model.rowCount(), 1);
    QTRY_VERIFY(!model.hasRunning());
    running.openNewest();
    QTest::keyClick(&running.traces->table(), Qt::Key_R);
    QTRY_COMPARE(model.rowCount(), 2);
    QTRY_VERIFY(!model.hasRunning());
    QCOMPARE(model.head(0)->status, 200);

    running.openNewest();
    const std::string own(running.gateway->ownKey().reveal());
    QVERIFY(own.size() >= 32);
    for (const auto &[name, value] : running.traces->detail().prepared()->record.detail.requestHeaders)
        QVERIFY2(value != own && name != Gateway::ownKeyHeader(), "it is not to be stored");
    GatewayOptions options;
    options.keychain = false;
    Gateway other(options);
    QVERIFY2(!other.ownKey().equals(own), "each process has its own");
    running.ask(u"/v1/chat/completions"_s, kBody);
    QTRY_COMPARE(model.rowCount(), 3);
    QTRY_VERIFY(!model.hasRunning());
    QCOMPARE(model.head(0)->status, 401);
}

void TestRealGateway::aRouterlessRequestStaysRouterless()
{
    trace::Record record;
    record.head.method = "POST";
    record.head.path = "/v1/chat/completions";
    record.head.router = "ai";
    QCOMPARE(Replay::pathOf(record), u"/ai/v1/chat/completions"_s);
    record.head.path = "/router/work/v1/messages";
    record.head.router = "work";
    record.detail.requestHeaders = {{"Host", "x"}, {"authorization", "****"}, {"user-agent", "cli/1"}};
    QCOMPARE(Replay::pathOf(record), u"/router/work/v1/messages"_s);
    QCOMPARE(Replay::headersOf(record), (trace::HeaderList{{"user-agent", "cli/1"}}));
}

void TestRealGateway::whatWasNotKeptCannotBeReplayed()
{
    Running running;
    running.ask(u"/v1/chat/completions"_s, kBody, "metadata");
    TraceModel &model = running.traces->model();
    QTRY_COMPARE(model.rowCount(), 1);
    running.openNewest();
    QVERIFY(!running.replayButton()->isEnabled());
    const QString why = running.replayButton()->toolTip();
    QVERIFY2(why.contains(u"not kept"_s), qPrintable(why));
    QSignalSpy said(running.traces, &Page::said);
    QTest::keyClick(&running.traces->table(), Qt::Key_R);
    QTRY_COMPARE(said.size(), 1);
    QVERIFY(said[0][0].toString().contains(u"not kept"_s));
    QContextMenuEvent menu(QContextMenuEvent::Keyboard, {}, {});
    QCoreApplication::sendEvent(&running.traces->table(), &menu);
    auto *shown = running.traces->findChild<QMenu *>();
    QVERIFY(shown);
    for (QAction *action : shown->actions())
        QCOMPARE(action->isEnabled(), action->text() != u"Replay"_s);
    QVERIFY(shown->actions()[1]->toolTip().contains(u"not kept"_s));
    shown->close();
    QTest::qWait(100);
    QCOMPARE(model.rowCount(), 1);
}

void TestRealGateway::aBrokenFileIsShownUntilItIsMended()
{
    Running running;
    auto *banner = running.window->findChild<ConfigBanner *>();
    QVERIFY(banner && banner->isHidden());
    running.write(std::string(kConfig) + "server: {port: many}\n");
    QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), 5'000);
    QStringList words;
    for (const QLabel *label : banner->findChildren<QLabel *>())
        words.append(label->text());
    QVERIFY2(words.join(u'\n').contains(u"config.yaml:6:16"_s), qPrintable(words.join(u'\n')));
    QVERIFY(words.join(u'\n').contains(u"stays in force"_s));
    running.write(kConfig); // what is in force already
    QTRY_VERIFY_WITH_TIMEOUT(banner->isHidden(), 5'000);
    running.write(std::string(kConfig) + "nonsense");
    QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), 5'000);
    running.write(std::string(kConfig) + "model-aliases: {fast: demo/demo-fast}\n");
    QTRY_VERIFY_WITH_TIMEOUT(banner->isHidden(), 5'000);
}

void TestRealGateway::aFileThatIsBrokenFromTheStartIsShown()
{
    Running running("server: {port: many}\n");
    QVERIFY(!running.started);
    auto *banner = running.window->findChild<ConfigBanner *>();
    QVERIFY(banner->isVisible());
    running.write(kConfig);
    QTRY_VERIFY_WITH_TIMEOUT(banner->isHidden(), 5'000);
    QVERIFY(running.gateway->status().isServing);
}

void TestRealGateway::whatWaitsForARestartIsSaid()
{
    Running running;
    auto *banner = running.window->findChild<ConfigBanner *>();
    QVERIFY(banner->isHidden());
    running.write(std::string(kConfig) + "server: {address: 127.0.0.2}\n");
    QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), 5'000);
    QStringList words;
    for (const QLabel *label : banner->findChildren<QLabel *>())
        words.append(label->text());
    QVERIFY2(words.join(u'\n').contains(u"at the next start only: server.address 127.0.0.2"_s),
             qPrintable(words.join(u'\n')));
    running.write(kConfig);
    QTRY_VERIFY_WITH_TIMEOUT(banner->isHidden(), 5'000);
}

QTEST_MAIN(TestRealGateway)
#include "tst_real_gateway.moc"
