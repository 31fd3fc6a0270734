// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixture_window.h"
#include "traces/code_view.h"
#include "traces/curl_text.h"
#include "traces/detail_head.h"
#include "traces/gaps_view.h"
#include "traces/plan_view.h"
#include "traces/timeline.h"
#include "traces/trace_detail.h"
#include "traces/verdict_list.h"
#include "widgets/segmented_tabs.h"

#include <QLabel>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace pm;
using namespace pm::ui;
using sample::WindowFixture;

namespace {

QString drawn(const std::vector<TimelineRow> &rows)
{
    QStringList lines;
    for (const TimelineRow &row : rows) {
        QStringList parts;
        for (const Stretch &stretch : row.stretches)
            parts.append(u"%1 %2-%3"_s.arg(stretchName(stretch.kind))
                             .arg(stretch.begin / 1'000)
                             .arg(stretch.end / 1'000));
        lines.append(row.label + u": "_s + parts.join(u", "_s));
    }
    return lines.join(u'\n');
}

bool shows(const QWidget &widget, const QString &text)
{
    for (const QLabel *label : widget.findChildren<QLabel *>()) {
        if (label->isVisibleTo(&widget) && label->text().contains(text))
            return true;
    }
    return false;
}

/// Pixels that are not ground.
int inkOf(QWidget &widget)
{
    const QImage image = widget.grab().toImage().convertToFormat(QImage::Format_RGB32);
    const QRgb ground = image.pixel(image.width() / 2, image.height() - 3);
    int ink = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            ink += image.pixel(x, y) != ground;
    }
    return ink;
}

} // namespace

class TestTraceDetail : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void timelineOfAFallback();
    void timelineOfAFailure();
    void planSaysWhatBecameOfEachTarget();
    void aFailedRequestSaysWhatToDo();
    void aCancelledRequestIsCutShort();
    void aRunningRequestIsReadWhenItHasEnded();
    void aRecordThatIsNotThereSaysSo();
    void everyTabHasContent_data();
    void everyTabHasContent();
    void curlSaysWhenTheBodyWasCut();
    void soundIsNamedNotShown();
    void socketsAreNotSentAgain();
    void curlTakesAFormFromAFile();
    void gapsOfAStream();
    void whatPoliciesSaid();
    void verdictsHaveASign_data();
    void verdictsHaveASign();
};

void TestTraceDetail::timelineOfAFallback()
{
    QCOMPARE(drawn(timelineOf(sample::makeFallbackRecord(0))),
             u"gateway: gateway 0-0\n"
             "openai · 529: DNS 0-12, connect 12-31, TLS 31-68, send 68-70, failed 70-290\n"
             "anthropic · waiting: send 290-291, waiting 291-902\n"
             "stream · 302 events: streaming 902-4310"_s);
}

void TestTraceDetail::timelineOfAFailure()
{
    trace::Record record = sample::makeFailedRecord(0);
    QCOMPARE(timelineOf(record).back().label, u"openai · 401"_s);
    record.detail.attempts[0].status = 0;
    record.detail.attempts[0].errorKind = "connect_failed";
    record.detail.attempts[0].tlsUs = record.detail.attempts[0].sentUs =
        record.detail.attempts[0].firstByteUs = -1;
    const auto rows = timelineOf(record);
    QCOMPARE(rows.back().label, u"openai · connect_failed"_s);
    QCOMPARE(rows.back().stretches.size(),
             3u); // DNS, connect, failed: what nobody measured leaves no stretch
}

void TestTraceDetail::planSaysWhatBecameOfEachTarget()
{
    const auto rows = planRows(sample::makeFallbackRecord(0));
    QCOMPARE(rows.size(), 3u);
    QCOMPARE(rows[0].text, u"lowest latency, 410 ms · answered 529, 0 bytes sent"_s);
    QVERIFY(!rows[0].served);
    QVERIFY(rows[1].served);
    QCOMPARE(rows[2].place, u"–"_s);
    QCOMPARE(rows[2].text, u"excluded: context 32k < 48k needed"_s);
}

void TestTraceDetail::aFailedRequestSaysWhatToDo()
{
    WindowFixture fixture(0);
    const trace::Record record = sample::makeFailedRecord(nowMicros());
    fixture.store->add(record);
    TraceDetail detail(fixture.window->context());
    QSignalSpy loaded(&detail, &TraceDetail::loaded);
    detail.setHead(record.head);
    QVERIFY(shows(detail, u"openai refused the key (401)"_s)); // at once, before the record is there
    QVERIFY(shows(detail, u"check the provider's key"_s));
    QVERIFY(shows(detail, u"failed · 502"_s));
    QVERIFY(loaded.wait());
    QVERIFY(shows(detail, u"lowest latency, 410 ms · answered 401, 0 bytes sent"_s));
}

void TestTraceDetail::aCancelledRequestIsCutShort()
{
    WindowFixture fixture(0);
    const trace::Record record = sample::makeCancelledRecord(nowMicros());
    fixture.store->add(record);
    TraceDetail detail(fixture.window->context());
    QSignalSpy loaded(&detail, &TraceDetail::loaded);
    detail.setHead(record.head);
    QVERIFY(loaded.wait());
    QVERIFY(shows(detail, u"The client closed the connection after 1.50 s"_s));
    QVERIFY(shows(detail, u"cut short"_s)); // the answer in the chat tab
    QVERIFY(detail.prepared()->conversation.messages.back().isCut);
}

void TestTraceDetail::aRunningRequestIsReadWhenItHasEnded()
{
    WindowFixture fixture(0);
    trace::Head head = sample::makeRunningHead(nowMicros());
    TraceDetail detail(fixture.window->context());
    QSignalSpy loaded(&detail, &TraceDetail::loaded);
    detail.setHead(head);
    QVERIFY(shows(detail, u"running"_s));
    QVERIFY(shows(detail, u"kept when it has ended"_s));
    head.streamEvents += 10;
    detail.setHead(head);
    QVERIFY(!detail.prepared());
    std::mt19937_64 rng(4);
    trace::Record record = sample::makeRecord(rng, head.startedAt);
    record.head.id = head.id;
    detail.setHead(record.head); // ended, but the store's batch is not written yet
    QTRY_VERIFY(loaded.isEmpty());
    fixture.store->add(record);
    QVERIFY(loaded.wait());
    QVERIFY(detail.prepared().has_value());
    QCOMPARE(loaded.size(), 1);
}

void TestTraceDetail::aRecordThatIsNotThereSaysSo()
{
    WindowFixture fixture(0);
    TraceDetail detail(fixture.window->context());
    QSignalSpy loaded(&detail, &TraceDetail::loaded);
    std::mt19937_64 rng(4);
    detail.setHead(sample::makeRecord(rng, nowMicros()).head);
    QVERIFY(loaded.wait(10'000));
    QVERIFY(shows(detail, u"not in the trace store"_s));
}

void TestTraceDetail::everyTabHasContent_data()
{
    QTest::addColumn<int>("tab");
    QTest::newRow("chat") << int(TraceDetail::Chat);
    QTest::newRow("request") << int(TraceDetail::Request);
    QTest::newRow("answer") << int(TraceDetail::Answer);
    QTest::newRow("headers") << int(TraceDetail::Headers);
    QTest::newRow("stream") << int(TraceDetail::Stream);
}

void TestTraceDetail::everyTabHasContent()
{
    QFETCH(int, tab);
    WindowFixture fixture(0);
    const trace::Record record = sample::makeFallbackRecord(nowMicros());
    fixture.store->add(record);
    TraceDetail detail(fixture.window->context());
    detail.resize(460, 900);
    QSignalSpy loaded(&detail, &TraceDetail::loaded);
    detail.setTab(TraceDetail::Tab(tab));
    detail.show();
    detail.setHead(record.head);
    QVERIFY(loaded.wait());
    QWidget *pane = detail.findChild<SegmentedTabs *>()->pane(tab);
    QVERIFY(pane->isVisible());
    QTRY_VERIFY2(inkOf(*pane) > 800, qPrintable(QString::number(inkOf(*pane))));
}

void TestTraceDetail::curlSaysWhenTheBodyWasCut()
{
    trace::Record record = sample::makeFallbackRecord(0);
    record.detail.requestBody.fullSize = 9'000'000;
    QVERIFY(curlText(record, u"http://x"_s).startsWith(u"# only "_s));
    record.head.method = "GET";
    record.detail.requestBody = {};
    QVERIFY(curlText(record, u"http://x"_s).contains(u"-X GET"_s));
    QVERIFY(!curlText(record, u"http://x"_s).contains(u"--data"_s));
}

namespace {

/// A form with a sound, answered by another one.
trace::Record makeSoundRecord(std::int64_t startedAt)
{
    trace::Record record = sample::makeFailedRecord(startedAt);
    record.head.state = trace::State::Done;
    record.head.status = 200;
    const QByteArray sound = QByteArray("\xFF\xFB\x90\x00", 4).repeated(32'000);
    trace::Detail &detail = record.detail;
    detail.requestHeaders = {{"Content-Type", "multipart/form-data; boundary=b"}};
    detail.requestBody.bytes = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\n"
                               "Content-Type: audio/mpeg\r\n\r\n" +
                               sound + "\r\n--b--\r\n";
    detail.requestBody.fullSize = detail.requestBody.bytes.size();
    detail.responseBody = {};
    detail.upstreamResponseHeaders = {{"content-type", "audio/mpeg"}};
    detail.upstreamResponseBody.bytes = sound;
    detail.upstreamResponseBody.fullSize = sound.size();
    return record;
}

} // namespace

void TestTraceDetail::socketsAreNotSentAgain()
{
    WindowFixture fixture(0);
    trace::Record record = makeSoundRecord(nowMicros());
    record.head.method = "GET";
    record.head.status = 101;
    record.detail.requestHeaders.add("Upgrade", "websocket");
    fixture.store->add(record);
    TraceDetail detail(fixture.window->context());
    QSignalSpy loaded(&detail, &TraceDetail::loaded);
    detail.setHead(record.head);
    QVERIFY(loaded.wait());
    QVERIFY2(detail.replayObstacle().startsWith(u"It was a WebSocket"_s), qPrintable(detail.replayObstacle()));
}

void TestTraceDetail::soundIsNamedNotShown()
{
    WindowFixture fixture(0);
    const trace::Record record = makeSoundRecord(nowMicros());
    fixture.store->add(record);
    TraceDetail detail(fixture.window->context());
    QSignalSpy loaded(&detail, &TraceDetail::loaded);
    detail.setTab(TraceDetail::Answer);
    detail.setHead(record.head);
    QVERIFY(loaded.wait());
    const Prepared &prepared = *detail.prepared();
    QCOMPARE(prepared.answer.stages[0].body.text, u"128 kB of audio/mpeg, not shown"_s);
    QVERIFY(prepared.answer.stages[0].body.isBinary);
    QVERIFY(prepared.request.stages[0].body.text.endsWith(
        u"Content-Type: audio/mpeg\r\n\r\n128 kB of audio/mpeg, not shown\r\n--b--\r\n"_s));
    QVERIFY(prepared.conversation.messages.empty());
    QCOMPARE(prepared.conversation.problem, u"No messages in this request; see the Request tab."_s);
    QVERIFY(shows(detail, u"128 kB in all, not all of it text"_s));
    QVERIFY(detail.replayObstacle().isEmpty()); // the bytes are there
    detail.setTab(TraceDetail::Request);
    QVERIFY(shows(detail, u"in all, not all of it text"_s));
}

void TestTraceDetail::curlTakesAFormFromAFile()
{
    const QString text = curlText(makeSoundRecord(0), u"http://x"_s);
    QVERIFY(text.startsWith(u"# the body is no text: save it from the Request tab as request.bin\n"_s));
    QVERIFY(text.endsWith(u"--data-binary @request.bin"_s));
    QVERIFY(text.contains(u"boundary=b"_s));
}

void TestTraceDetail::gapsOfAStream()
{
    const GapStats stats = gapStats({100, 110, 120, 420, 430});
    QCOMPARE(stats.pieces, 5u);
    QCOMPARE(stats.median, 10);
    QCOMPARE(stats.longest, 300);
    QCOMPARE(stats.longestAt, 420);
    QCOMPARE(gapStats({100}).longest, -1);
}

void TestTraceDetail::whatPoliciesSaid()
{
    WindowFixture fixture(0);
    const trace::Record record = sample::makeCachedRecord(nowMicros());
    fixture.store->add(record);
    TraceDetail detail(fixture.window->context());
    detail.show();
    QSignalSpy loaded(&detail, &TraceDetail::loaded);
    detail.setHead(record.head);
    QVERIFY(shows(detail, u"from the cache"_s));
    QVERIFY(shows(detail, u"cost, $0.0341 saved"_s));
    QVERIFY(shows(detail, u"alice"_s));
    QVERIFY(loaded.wait());
    auto *list = detail.findChild<VerdictList *>();
    QVERIFY(list->isVisibleTo(&detail));
    for (const QString &text : {u"Limit alice/requests: waited 120 ms"_s, u"Guardrail no-cards: redacted"_s,
                                u"Budget production/month: warned"_s, u"Cache exact: hit"_s, u"82% of $40.00"_s})
        QTRY_VERIFY2(shows(*list, text), qPrintable(text));
    const trace::Record plain = sample::makeFallbackRecord(nowMicros() + 1);
    fixture.store->add(plain);
    detail.setHead(plain.head);
    QVERIFY(!list->isVisibleTo(&detail)); // at once: they were about another request
    QVERIFY(loaded.wait());
    QVERIFY(!list->isVisibleTo(&detail));
}

void TestTraceDetail::verdictsHaveASign_data()
{
    QTest::addColumn<QString>("word");
    QTest::addColumn<int>("glyph");
    QTest::newRow("refused by a limit") << u"refused"_s << int(Glyph::Barred);
    QTest::newRow("blocked by a guardrail") << u"blocked"_s << int(Glyph::Barred);
    QTest::newRow("waited until it was refused") << u"waited in vain"_s << int(Glyph::Barred);
    QTest::newRow("waited") << u"waited 20 ms"_s << int(Glyph::HalfDisc);
    QTest::newRow("from the cache") << u"hit"_s << int(Glyph::Check);
    QTest::newRow("not in the cache") << u"miss"_s << int(Glyph::Dash);
    QTest::newRow("warned by a budget") << u"warned"_s << int(Glyph::HalfDisc);
    QTest::newRow("something new") << u"pondered"_s << int(Glyph::HalfDisc);
}

void TestTraceDetail::verdictsHaveASign()
{
    QFETCH(QString, word);
    const trace::Verdict verdict{"limit", "name", word.toStdString(), {}};
    QTEST(int(verdictSign(verdict).glyph), "glyph");
}

QTEST_MAIN(TestTraceDetail)
#include "tst_trace_detail.moc"
