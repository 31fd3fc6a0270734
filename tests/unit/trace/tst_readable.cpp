// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/trace.h"

#include <QTest>

using namespace pm;

namespace {

trace::Body bodyOf(const QByteArray &bytes, std::int64_t fullSize = -1)
{
    trace::Body body;
    body.bytes = bytes;
    body.fullSize = fullSize < 0 ? bytes.size() : fullSize;
    return body;
}

const QByteArray kSound = QByteArray("\xFF\xFB\x90\x00\x01", 5).repeated(25'600); // 128 000 bytes

} // namespace

class TestReadable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bodies_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("text");
        QTest::newRow("JSON") << QByteArray("{\"a\":1}") << QStringLiteral("application/json")
            << QStringLiteral("{\"a\":1}");
        QTest::newRow("sound") << kSound << QStringLiteral("audio/mpeg")
            << QStringLiteral("128 kB of audio/mpeg, not shown");
        QTest::newRow("sound of no type") << kSound << QString()
            << QStringLiteral("128 kB of bytes that are no text, not shown");
        QTest::newRow("few bytes") << QByteArray("\xFF\xFE") << QStringLiteral("image/png")
                                   << QStringLiteral("2 B of image/png, not shown");
        QTest::newRow("text of a type that is none") << QByteArray("{\"a\":1}\n{\"a\":2}\n")
                                                     << QStringLiteral("application/octet-stream")
                                                     << QStringLiteral("{\"a\":1}\n{\"a\":2}\n");
        QTest::newRow("umlauts") << QByteArray("gr\xC3\xBC\xC3\x9F") << QStringLiteral("application/x-any")
                                 << QString::fromUtf8("gr\xC3\xBC\xC3\x9F");
        QTest::newRow("empty") << QByteArray() << QStringLiteral("audio/mpeg") << QString();
        const QByteArray head = "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n"
                                "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\n"
                                "Content-Type: audio/mpeg\r\n\r\n";
        QTest::newRow("a form") << head + kSound + "\r\n--b--\r\n" << QStringLiteral("multipart/form-data; boundary=b")

                                    << QString::fromUtf8(head) + QStringLiteral("128 kB of audio/mpeg, not shown\r\n--b--\r\n");
        QTest::newRow("a form that is cut") << head + kSound << QStringLiteral("multipart/form-data; boundary=b")

                                                << QString::fromUtf8(head) + QStringLiteral("128 kB of audio/mpeg, not shown");
        QTest::newRow("a form that is none") << kSound << QStringLiteral("multipart/form-data; boundary=b")
                                             << QStringLiteral("128 kB of multipart/form-data; boundary=b, not shown");
    }
    void bodies()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, type);
        QTEST(QString::fromStdString(trace::readable(bodyOf(bytes), type.toStdString())), "text");
    }

    void theCapMayCutACharacter()
    {
        const QByteArray text = "gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80";
        for (qsizetype size = 0; size <= text.size(); ++size)
            QVERIFY2(!trace::isBinary(bodyOf(text.left(size)), "application/x-any"), qPrintable(QString::number(size)));
        QVERIFY(trace::isBinary(bodyOf("a\xBC\xBC"), "application/x-any"));
    }

    void whatSaysItIsTextIsShown()
    {
        QVERIFY(!trace::isBinary(bodyOf("{\"a\":\"\xFF\"}"), "application/json"));
        QVERIFY(!trace::isBinary(bodyOf("data: \xFF\n\n"), "text/event-stream"));
    }

    void theSizeIsTheWholeOne()
    {
        QCOMPARE(trace::readable(bodyOf(kSound, 12'300'000), "audio/mpeg"),
            std::string("12 MB of audio/mpeg, not shown"));
    }

    void contentType()
    {
        QCOMPARE(trace::contentTypeOf({{"a", "b"}, {"Content-TYPE", "audio/wav"}}), std::string_view("audio/wav"));
        QCOMPARE(trace::contentTypeOf({}), std::string_view());
    }
};

QTEST_GUILESS_MAIN(TestReadable)
#include "tst_readable.moc"
