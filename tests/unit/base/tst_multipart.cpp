// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/multipart.h"

#include <QTest>

using namespace pm;

namespace {

std::string crlf(std::string_view text)
{
    std::string out;
    for (const char c : text)
        out += c == '\n' ? std::string("\r\n") : std::string(1, c);
    return out;
}

/// "model=whisper-1 file*=RIFF": names, a star for files, and what the parts hold.
QString textOf(std::string_view body, std::string_view boundary)
{
    QStringList words;
    for (const multipart::Part &part : multipart::parts(body, boundary)) {
        words << QString::fromStdString(part.name) + (part.isFile ? QStringLiteral("*") : QString()) + u'='
                     + QString::fromStdString(std::string(part.content(body)));
    }
    return words.join(u' ');
}

} // namespace

class TestMultipart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void boundaries_data()
    {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("boundary");
        const auto row = [](const char *what, const char *type, const char *boundary) {
            QTest::newRow(what) << QString::fromUtf8(type) << QString::fromUtf8(boundary);
        };
        row("plain", "multipart/form-data; boundary=abc", "abc");
        row("quoted, with what would end it", "multipart/form-data; boundary=\"a;b\"; charset=utf-8", "a;b");
        row("capitals", "Multipart/Form-Data; BOUNDARY=AbC", "AbC");
        row("blanks", "multipart/form-data ; boundary = abc ", "abc");
        row("none", "multipart/form-data", "");
        row("another type", "application/json; boundary=abc", "");
        row("empty", "", "");
        row("longer than may be",
            "multipart/form-data; boundary=" "0123456789012345678901234567890123456789012345678901234567890123456789x", "");
    }
    void boundaries()
    {
        QFETCH(QString, type);
        QFETCH(QString, boundary);
        QCOMPARE(QString::fromStdString(multipart::boundaryOf(type.toStdString())), boundary);
    }

    void bodies_data()
    {
        QTest::addColumn<QString>("body"); // lines end with CR LF
        QTest::addColumn<QString>("parts");
        const auto row = [](const char *what, const char *body, const char *parts) {
            QTest::newRow(what) << QString::fromUtf8(body) << QString::fromUtf8(parts);
        };
        row("fields and a file",
            "--b\nContent-Disposition: form-data; name=\"model\"\n\nwhisper-1\n"
            "--b\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp3\"\nContent-Type: audio/mpeg\n\nRIFF\n"
            "--b--\n",
            "model=whisper-1 file*=RIFF");
        row("a file that looks like a field",
            "--b\nContent-Disposition: form-data; name=file; filename*=UTF-8''a\n\n{\"model\":\"x\"}\n--b--",
            "file*={\"model\":\"x\"}");
        row("text before the first part", "hello\n--b\ncontent-disposition: form-data; name=a\n\n1\n--b--", "a=1");
        row("names in quotes with quotes", "--b\nContent-Disposition: form-data; name=\"a\\\"b;c\"\n\n1\n--b--",
            "a\"b;c=1");
        row("an empty part", "--b\nContent-Disposition: form-data; name=a\n\n\n--b--", "a=");
        row("blanks behind a delimiter", "--b  \nContent-Disposition: form-data; name=a\n\n1\n--b--", "a=1");
        row("nothing but the end", "--b--\n", "");
        row("another boundary", "--c\nContent-Disposition: form-data; name=a\n\n1\n--c--", "");
        row("cut in a part", "--b\nContent-Disposition: form-data; name=a\n\n12", "a=12");
        row("cut in a header", "--b\nContent-Disposition: form-da", "");
        row("no header", "--b\n\n1\n--b--", "=1");
        row("empty", "", "");
    }
    void bodies()
    {
        QFETCH(QString, body);
        QFETCH(QString, parts);
        QCOMPARE(textOf(crlf(body.toStdString()), "b"), parts);
    }

    void isBounded()
    {
        std::string many;
        for (std::size_t i = 0; i < 2 * multipart::kMaxParts; ++i)
            many += "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n";
        QCOMPARE(multipart::parts(many + "--b--", "b").size(), multipart::kMaxParts);
        const std::string header = "--b\r\nx: " + std::string(multipart::kMaxHeader, 'y') + "\r\n\r\n1\r\n--b--";
        QVERIFY(multipart::parts(header, "b").empty());
    }

    void anyCutIsSurvived()
    {
        const std::string body = crlf("--b\nContent-Disposition: form-data; name=\"model\"\n\nm\n"
                                      "--b\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\n\nxyz\n--b--\n");
        for (std::size_t size = 0; size <= body.size(); ++size) {
            const std::string_view cut = std::string_view(body).substr(0, size);
            for (const multipart::Part &part : multipart::parts(cut, "b")) {
                QVERIFY(part.begin <= part.end);
                QVERIFY(part.end <= cut.size());
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestMultipart)
#include "tst_multipart.moc"
