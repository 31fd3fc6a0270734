// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/answer_head.h"
#include "http/http.h"

#include <QTest>

using namespace pm::http;

class TestHeaders : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lookupsIgnoreCaseAndNamesKeepTheirs()
    {
        Headers headers{{"X-One", "1"}, {"x-two", "2"}, {"X-ONE", "3"}};
        QCOMPARE(std::string(headers.value("x-one")), std::string("1"));
        QVERIFY(headers.contains("X-TWO"));
        QVERIFY(!headers.contains("x-tw"));
        QVERIFY(headers.value("absent").empty());
        headers.set("x-One", "4");
        QCOMPARE(headers.size(), std::size_t(2));
        QCOMPARE(headers.fields().back(), (Headers::Field{"x-One", "4"}));
        headers.remove("X-TWO");
        QCOMPARE(headers.size(), std::size_t(1));
    }

    void listsRunOverAllFields()
    {
        const Headers headers{{"Via", "1.1 a , ,2 b,"}, {"x-via", "no"}, {"via", " 1.0 c"}};
        QCOMPARE(listMembers(headers, "via"), (std::vector<std::string_view>{"1.1 a", "2 b", "1.0 c"}));
        QVERIFY(listMembers(headers, "connection").empty());
    }

    void queriesFallIntoPairs()
    {
        QCOMPARE(queryPairs("a=1&&b&c=%26&"), (std::vector<std::string_view>{"a=1", "", "b", "c=%26"}));
        QVERIFY(queryPairs("").empty());
    }

    void hopByHop_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<bool>("isHop");
        QTest::newRow("Connection") << QByteArray("Connection") << true;
        QTest::newRow("upper case") << QByteArray("TRANSFER-ENCODING") << true;
        QTest::newRow("te") << QByteArray("te") << true;
        QTest::newRow("Upgrade") << QByteArray("Upgrade") << true;
        QTest::newRow("content-length is end to end") << QByteArray("content-length") << false;
        QTest::newRow("tea") << QByteArray("tea") << false;
    }
    void hopByHop()
    {
        QFETCH(QByteArray, name);
        QTEST(isHopByHop(name.toStdString()), "isHop");
    }

    void answerHead_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<bool>("isChunked");
        QTest::addColumn<bool>("closes");
        QTest::addColumn<QByteArray>("head");
        const QByteArray plain = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n";
        QTest::newRow("field") << 200 << QByteArray("X-A") << QByteArray("b") << false << false
                               << QByteArray("HTTP/1.1 200 OK\r\nX-A: b\r\ncontent-length: 5\r\n\r\n");
        QTest::newRow("the caller's length gives way")
            << 200 << QByteArray("Content-Length") << QByteArray("7") << false << false << plain;
        QTest::newRow("hop-by-hop is ours")
            << 200 << QByteArray("Transfer-Encoding") << QByteArray("gzip") << false << false << plain;
        QTest::newRow("value that would split the answer is left out")
            << 200 << QByteArray("X-A") << QByteArray("b\r\nX-B: c") << false << false << plain;
        QTest::newRow("name that would split the answer is left out")
            << 200 << QByteArray("X-A: b\r\nX-B") << QByteArray("c") << false << false << plain;
        QTest::newRow("empty name is left out")
            << 200 << QByteArray() << QByteArray("c") << false << false << plain;
        QTest::newRow("chunked and close")
            << 404 << QByteArray("A") << QByteArray("b") << true << true
            << QByteArray("HTTP/1.1 404 Not Found\r\nA: b\r\ntransfer-encoding: chunked\r\nconnection: "
                          "close\r\n\r\n");
    }
    void answerHead()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, value);
        QFETCH(bool, isChunked);
        QFETCH(bool, closes);
        AnswerFraming framing;
        framing.isChunked = isChunked;
        framing.closes = closes;
        if (!isChunked)
            framing.contentLength = 5;
        QTEST(built(status, {{name.toStdString(), value.toStdString()}}, framing), "head");
    }

private:
    static QByteArray built(int status, const Headers &headers, const AnswerFraming &framing)
    {
        return pm::http::answerHead(status, headers, framing);
    }
};

QTEST_GUILESS_MAIN(TestHeaders)
#include "tst_headers.moc"
