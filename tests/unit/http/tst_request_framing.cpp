// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/request_framing.h"

#include <QTest>

using namespace pm;
using namespace pm::http;

namespace {

constexpr RequestFraming::Limits kLimits{1024, 10, 64};
const QByteArray kHead = "POST /v1/messages HTTP/1.1\r\nHost: h\r\n";

/// Everything that can be seen of the outcome, as one text.
QByteArray outcome(RequestFraming &framing, qsizetype taken)
{
    QByteArray text = QByteArray::number(int(framing.state())) + " took " + QByteArray::number(taken);
    if (framing.problem())
        return text + ' ' + QByteArray::number(framing.problem()->status) + ' ' +
               QByteArray::fromStdString(framing.problem()->error.message);
    const Request &request = framing.request();
    text += ' ' + QByteArray::fromStdString(request.method + ' ' + request.target + ' ' + request.path);
    for (const auto &[name, value] : request.headers.fields())
        text += '|' + QByteArray::fromStdString(name + '=' + value);
    return text + '|' + request.body + '|' + framing.head();
}

std::string_view view(const QByteArray &bytes)
{
    return {bytes.constData(), std::size_t(bytes.size())};
}

/// Feeds pieces as a socket would bring them. Where a refused stream stops is not part of the outcome.
QByteArray feed(const QList<QByteArray> &pieces)
{
    RequestFraming framing(kLimits);
    qsizetype taken = 0;
    for (const QByteArray &piece : pieces) {
        const auto count = qsizetype(framing.feed(view(piece)));
        taken += count;
        if (count < piece.size())
            break;
    }
    return outcome(framing, framing.problem() ? 0 : taken);
}

} // namespace

class TestRequestFraming : public QObject
{
    Q_OBJECT

    /// The outcome is the same whether the bytes come at once, in two pieces cut anywhere, or one by one.
    static void compareSplits(const QByteArray &text)
    {
        const QByteArray whole = feed({text});
        const qsizetype step = text.size() < 2000 ? 1 : 97;
        for (qsizetype cut = 0; cut <= text.size(); cut += step)
            QCOMPARE(feed({text.left(cut), text.mid(cut)}), whole);
        QList<QByteArray> bytes;
        for (const char c : text)
            bytes << QByteArray(1, c);
        QCOMPARE(feed(bytes), whole);
    }

private Q_SLOTS:
    void refuses_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("status");
        const auto head = [](const char *fields) { return kHead + fields + "\r\n"; };
        QTest::newRow("TLS hello") << QByteArray("\x16\x03\x01\x02\x00\x01\x00", 7) << 400;
        QTest::newRow("garbage") << QByteArray("\xff\xfe\xfd") << 400;
        QTest::newRow("SSH banner") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n") << 400;
        QTest::newRow("no version") << QByteArray("GET /\r\n") << 400;
        QTest::newRow("version cut") << QByteArray("GET / HTTP/1\r\n") << 400;
        QTest::newRow("version with a tail") << QByteArray("GET / HTTP/1.1 x\r\n") << 400;
        QTest::newRow("lower-case method") << QByteArray("get / HTTP/1.1\r\n") << 400;
        QTest::newRow("method too long") << QByteArray(33, 'A') << 400;
        QTest::newRow("two blanks before the target") << QByteArray("GET  / HTTP/1.1\r\n") << 400;
        QTest::newRow("blank before the method") << QByteArray(" GET / HTTP/1.1\r\n") << 400;
        QTest::newRow("bare LF after the request line") << QByteArray("GET / HTTP/1.1\nHost: h\n\n") << 400;
        QTest::newRow("bare LF before the request line") << QByteArray("\nGET / HTTP/1.1\r\n") << 400;
        QTest::newRow("raw UTF-8 in the target") << QByteArray("GET /\xc3\xa9 HTTP/1.1\r\n") << 400;
        QTest::newRow("fragment in the target") << QByteArray("GET /a#b HTTP/1.1\r\n") << 400;
        QTest::newRow("target without a slash") << QByteArray("GET a HTTP/1.1\r\nHost: h\r\n\r\n") << 400;
        QTest::newRow("wrong percent escape") << QByteArray("GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n") << 400;
        QTest::newRow("cut percent escape") << QByteArray("GET /%4 HTTP/1.1\r\nHost: h\r\n\r\n") << 400;
        QTest::newRow("NUL escaped in the path") << QByteArray("GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n") << 400;
        QTest::newRow("CONNECT") << QByteArray("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n") << 405;
        QTest::newRow("HTTP/2 preface") << QByteArray("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") << 505;
        QTest::newRow("version 3.0") << QByteArray("GET / HTTP/3.0\r\nHost: h\r\n\r\n") << 505;
        QTest::newRow("no Host") << QByteArray("GET / HTTP/1.1\r\n\r\n") << 400;
        QTest::newRow("two Hosts") << head("Host: h\r\n") << 400;
        QTest::newRow("Host with a path") << QByteArray("GET / HTTP/1.1\r\nHost: h/x\r\n\r\n") << 400;
        QTest::newRow("Host with a user") << QByteArray("GET / HTTP/1.1\r\nHost: u@h\r\n\r\n") << 400;
        QTest::newRow("folded field") << head("A: b\r\n c\r\n") << 400;
        QTest::newRow("folded by a tab") << head("A: b\r\n\tc\r\n") << 400;
        QTest::newRow("blank before the colon") << head("A : b\r\n") << 400;
        QTest::newRow("no colon") << head("A\r\n") << 400;
        QTest::newRow("empty field name") << head(": b\r\n") << 400;
        QTest::newRow("NUL in a value") << kHead + QByteArray("A: b\0c\r\n\r\n", 10) << 400;
        QTest::newRow("bare CR in a value") << head("A: b\rc\r\n") << 400;
        QTest::newRow("bare LF after a field") << head("A: b\n") << 400;
        QTest::newRow("two lengths that differ") << head("Content-Length: 1\r\nContent-Length: 2\r\n") << 400;
        QTest::newRow("length as a list") << head("Content-Length: 1, 1\r\n") << 400;
        QTest::newRow("length with a sign") << head("Content-Length: +1\r\n") << 400;
        QTest::newRow("negative length") << head("Content-Length: -1\r\n") << 400;
        QTest::newRow("length not a number") << head("Content-Length: x\r\n") << 400;
        QTest::newRow("empty length") << head("Content-Length:\r\n") << 400;
        QTest::newRow("hexadecimal length") << head("Content-Length: 0x1\r\n") << 400;
        QTest::newRow("length and chunked")
            << head("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n") << 400;
        QTest::newRow("length 0 and chunked")
            << head("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n") << 400;
        QTest::newRow("other coding") << head("Transfer-Encoding: gzip\r\n") << 400;
        QTest::newRow("coding under chunked") << head("Transfer-Encoding: gzip, chunked\r\n") << 400;
        QTest::newRow("chunked twice")
            << head("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n") << 400;
        QTest::newRow("disguised chunked") << head("Transfer-Encoding: xchunked\r\n") << 400;
        QTest::newRow("empty coding") << head("Transfer-Encoding:\r\n") << 400;
        QTest::newRow("chunked in HTTP/1.0")
            << QByteArray("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") << 400;
        QTest::newRow("declared body over the limit") << head("Content-Length: 65\r\n") << 413;
        QTest::newRow("declared length beyond 64 bits")
            << head("Content-Length: 99999999999999999999999999\r\n") << 413;
        QTest::newRow("header over its limit by a field") << kHead + "A: " + QByteArray(1024, 'a') << 431;
        QTest::newRow("header over its limit by the target")
            << QByteArray("GET /" + QByteArray(1024, 'a')) << 431;
        QTest::newRow("header over its limit by blank lines") << QByteArray("\r\n").repeated(513) << 431;
        QTest::newRow("too many fields") << kHead + QByteArray("A: b\r\n").repeated(10) << 431;
        const QByteArray chunked = head("Transfer-Encoding: chunked\r\n");
        QTest::newRow("chunk without a size") << chunked + "\r\n" << 400;
        QTest::newRow("chunk size not hexadecimal") << chunked + "g\r\n" << 400;
        QTest::newRow("negative chunk size") << chunked + "-1\r\n" << 400;
        QTest::newRow("chunk size with 0x") << chunked + "0x1\r\n" << 400;
        QTest::newRow("chunk size too long") << chunked + QByteArray(17, '0') << 400;
        QTest::newRow("chunk size wraps 64 bits") << chunked + "ffffffffffffffff\r\n" << 413;
        QTest::newRow("chunk size ended by a bare LF") << chunked + "1\na" << 400;
        QTest::newRow("chunk longer than its size") << chunked + "1\r\nab\r\n" << 400;
        QTest::newRow("chunk ended by a bare LF") << chunked + "1\r\na\n" << 400;
        QTest::newRow("chunks over the limit together")
            << chunked + "40\r\n" + QByteArray(64, 'a') + "\r\n1\r\n"
            << 413;
        QTest::newRow("control character in a chunk extension") << chunked + QByteArray("1;a\0", 4) << 400;
        QTest::newRow("bare LF in a chunk extension") << chunked + "1;a\n" << 400;
        QTest::newRow("endless chunk extension") << chunked + "1;" + QByteArray(16 * 1024 + 1, 'a') << 400;
        QTest::newRow("endless trailer") << chunked + "0\r\n" + QByteArray("A: b\r\n").repeated(200) << 431;
        QTest::newRow("wrong trailer") << chunked + "0\r\nA : b\r\n\r\n" << 400;
    }
    void refuses()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, status);
        RequestFraming framing(kLimits);
        framing.feed(view(text));
        QCOMPARE(framing.state(), RequestFraming::State::Refused);
        QCOMPARE(framing.problem()->status, status);
        QVERIFY(!framing.problem()->error.message.empty());
    }
    void refusesAtAnySplit_data() { refuses_data(); }
    void refusesAtAnySplit()
    {
        QFETCH(QByteArray, text);
        compareSplits(text);
    }

    void accepts_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("host");
        QTest::addColumn<QByteArray>("body");
        const QByteArray chunked = kHead + "Transfer-Encoding: chunked\r\n\r\n";
        const auto row = [](const char *name) -> QTestData & { return QTest::newRow(name); };
        const QByteArray post = "/v1/messages";
        row("GET") << QByteArray("GET / HTTP/1.1\r\nHost: h\r\n\r\n") << QByteArray("/") << QByteArray("h")
                   << QByteArray();
        row("blank lines before") << QByteArray("\r\n\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\n")
                                  << QByteArray("/a") << QByteArray("h") << QByteArray();
        row("HTTP/1.0 without Host") << QByteArray("GET / HTTP/1.0\r\n\r\n") << QByteArray("/")
                                     << QByteArray() << QByteArray();
        row("HTTP/1.2 counts as 1.1") << QByteArray("GET / HTTP/1.2\r\nHost: h\r\n\r\n") << QByteArray("/")
                                      << QByteArray("h") << QByteArray();
        row("OPTIONS *") << QByteArray("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n") << QByteArray("*")
                         << QByteArray("h") << QByteArray();
        row("absolute form wins over Host")
            << QByteArray("GET http://other:81/a?b HTTP/1.1\r\nHost: h\r\n\r\n") << QByteArray("/a?b")
            << QByteArray("other:81") << QByteArray();
        row("absolute form without a path") << QByteArray("GET http://o?q HTTP/1.1\r\nHost: h\r\n\r\n")
                                            << QByteArray("/?q") << QByteArray("o") << QByteArray();
        row("path that holds a URL") << QByteArray("GET /x/http://y HTTP/1.1\r\nHost: h\r\n\r\n")
                                     << QByteArray("/x/http://y") << QByteArray("h") << QByteArray();
        row("IPv6 host") << QByteArray("GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n") << QByteArray("/")
                         << QByteArray("[::1]:8080") << QByteArray();
        row("body by length") << kHead + "Content-Length: 3\r\n\r\nabc" << post << QByteArray("h")
                              << QByteArray("abc");
        row("body of the greatest length") << kHead + "Content-Length: 64\r\n\r\n" + QByteArray(64, 'x')
                                           << post << QByteArray("h") << QByteArray(64, 'x');
        row("the same length twice") << kHead + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc" << post
                                     << QByteArray("h") << QByteArray("abc");
        row("leading zeros in a length")
            << kHead + "Content-Length: 0003\r\n\r\nabc" << post << QByteArray("h") << QByteArray("abc");
        row("length 0") << kHead + "Content-Length: 0\r\n\r\n" << post << QByteArray("h") << QByteArray();
        row("one chunk") << chunked + "3\r\nabc\r\n0\r\n\r\n" << post << QByteArray("h") << QByteArray("abc");
        row("chunks with extensions and trailer")
            << chunked + "2;a=b\r\nab\r\nA ; c\r\n0123456789\r\n000\r\nX: y\r\nZ:\r\n\r\n"
            << post << QByteArray("h") << QByteArray("ab0123456789");
        row("no chunk") << chunked + "0\r\n\r\n" << post << QByteArray("h") << QByteArray();
        row("chunk data that looks like a request")
            << chunked + "12\r\nGET / HTTP/1.1\r\n\r\n\r\n0\r\n\r\n"
            << post << QByteArray("h") << QByteArray("GET / HTTP/1.1\r\n\r\n");
        row("nine more fields") << kHead + QByteArray("A: b\r\n").repeated(9) + "\r\n"
                                << post << QByteArray("h") << QByteArray();
        row("empty value, blanks around a value") << kHead + "A:\r\nB: \t c \t\r\n\r\n"
                                                  << post << QByteArray("h") << QByteArray();
    }
    void accepts()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, target);
        QFETCH(QByteArray, host);
        QFETCH(QByteArray, body);
        RequestFraming framing(kLimits);
        const QByteArray next = "GET /next";
        QCOMPARE(framing.feed(view(text + next)), std::size_t(text.size())); // stops behind the request
        QCOMPARE(framing.state(), RequestFraming::State::Complete);
        const Request &request = framing.request();
        QCOMPARE(QByteArray::fromStdString(request.target), target);
        QCOMPARE(QByteArray::fromStdString(std::string(request.headers.value("host"))), host);
        QCOMPARE(request.body, body);

        compareSplits(text);
    }

    void tellsConnectionAndExpectation_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("keepsAlive");
        QTest::addColumn<bool>("expectsContinue");
        QTest::addColumn<bool>("asksUpgrade");
        const auto head = [](const char *fields) { return kHead + fields + "\r\n"; };
        QTest::newRow("1.1 stays") << head("") << true << false << false;
        QTest::newRow("close in a list") << head("Connection: te, Close\r\n") << false << false << false;
        QTest::newRow("close in a second field")
            << head("Connection: te\r\nConnection: close\r\n") << false << false << false;
        QTest::newRow("closed is not close") << head("Connection: closed\r\n") << true << false << false;
        QTest::newRow("1.0 closes though it asks to stay")
            << QByteArray("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n") << false << false << false;
        QTest::newRow("Expect with a body")
            << head("Expect: 100-Continue\r\nContent-Length: 1\r\n") << true << true << false;
        QTest::newRow("Expect without a body") << head("Expect: 100-continue\r\n") << true << false << false;
        QTest::newRow("Expect in 1.0")
            << QByteArray("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n") << false
            << false << false;
        QTest::newRow("upgrade") << head("Connection: Upgrade\r\nUpgrade: websocket\r\n") << true << false
                                 << true;
        QTest::newRow("Upgrade field alone") << head("Upgrade: h2c\r\n") << true << false << false;
    }
    void tellsConnectionAndExpectation()
    {
        QFETCH(QByteArray, text);
        RequestFraming framing(kLimits);
        framing.feed(view(text));
        QVERIFY(!framing.problem());
        QTEST(framing.framing().keepsAlive, "keepsAlive");
        QTEST(framing.framing().expectsContinue, "expectsContinue");
        QTEST(framing.framing().asksUpgrade, "asksUpgrade");
    }

    void exactLimitOfTheHeaderIsAccepted()
    {
        QByteArray text = kHead + "A: ";
        text += QByteArray(1024 - text.size() - 4, 'a') + "\r\n\r\n";
        RequestFraming framing(kLimits);
        framing.feed(view(text));
        QCOMPARE(framing.state(), RequestFraming::State::Complete);
        text.insert(text.size() - 4, 'a');
        RequestFraming over(kLimits);
        over.feed(view(text));
        QVERIFY(over.problem());
        QCOMPARE(over.problem()->status, 431);
    }

    void tellsMethodAndPathOfARefusal()
    {
        RequestFraming framing(kLimits);
        framing.feed("POST /v1/x?key=secret HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n");
        QVERIFY(framing.problem());
        QCOMPARE(std::string(framing.method()), std::string("POST"));
        QCOMPARE(std::string(framing.path()), std::string("/v1/x")); // the query may hold a key
        RequestFraming cut(kLimits);
        cut.feed("POST /v1/x");
        QVERIFY(cut.method().empty() && cut.path().empty());
    }

    void resetBeginsAnew()
    {
        RequestFraming framing(kLimits);
        framing.feed("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\na");
        QCOMPARE(framing.state(), RequestFraming::State::Complete);
        framing.reset();
        QCOMPARE(framing.state(), RequestFraming::State::Idle);
        framing.feed("GET /b HTTP/1.1\r\nHost: h\r\n\r\n");
        QCOMPARE(framing.state(), RequestFraming::State::Complete);
        QCOMPARE(framing.request().path, std::string("/b"));
        QVERIFY(framing.request().body.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestRequestFraming)
#include "tst_request_framing.moc"
