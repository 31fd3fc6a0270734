// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/bedrock.h"
#include "dialects/bedrock_fields.h"

#include <QTest>

using namespace pm;

class TestBedrock : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void paths_data()
    {
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<bool>("stream");
        QTest::addColumn<QByteArray>("path");
        QTest::newRow("bug 45: a colon") << QByteArray("anthropic.claude-sonnet-4-5-20250929-v1:0") << false
                                         << QByteArray("/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse");
        QTest::newRow("bug 45: an ARN")
            << QByteArray("arn:aws:bedrock:eu-west-1:1:inference-profile/eu.x") << true
            << QByteArray("/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Ainference-profile%2Feu.x/converse-stream");
    }
    void paths()
    {
        QFETCH(QByteArray, model);
        QFETCH(bool, stream);
        QFETCH(QByteArray, path);
        TargetTraits target;
        target.model = model.toStdString();
        QCOMPARE(QByteArray::fromStdString(Bedrock().path(Operation::Chat, target, stream)), path);
        QVERIFY(Bedrock().path(Operation::CountTokens, target, stream).empty());
    }
    void namedErrors_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<int>("kind");
        const auto row = [](const char *title, int status, const char *name, const char *message, ErrorKind kind) {
            QTest::newRow(title) << status << QByteArray(name) << QByteArray(message) << int(kind);
        };
        row("the name before the status", 400, "ThrottlingException:http://x", "slow", ErrorKind::RateLimited);
        row("with its namespace", 400, "com.amazon#ServiceUnavailableException", "gone", ErrorKind::Overloaded);
        row("expired token", 403, "ExpiredTokenException", "expired", ErrorKind::UpstreamAuth);
        row("the phrase before the name", 400, "ValidationException", "Input is too long for requested model.",
            ErrorKind::ContextLength);
        row("bug 40: too long, but a tool's name", 400, "ValidationException", "tool name is too long",
            ErrorKind::UpstreamRejected);
        row("no name", 503, "", "gone", ErrorKind::Overloaded);
        row("a name nobody knows", 418, "TeapotException", "short and stout", ErrorKind::UpstreamRejected);
    }
    void namedErrors()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, message);
        QFETCH(int, kind);
        const std::string body = "{\"message\":\"" + message.toStdString() + "\"}";
        const Error error = Bedrock().readNamedError(status, name.toStdString(), body);
        QCOMPARE(int(error.kind), kind);
        QVERIFY(error.message.find(message.toStdString()) != std::string::npos);
    }
    void idsKeepApart()
    {
        const std::string longId(100, 'a');
        const std::string id = bedrock::toolUseId(longId);
        QCOMPARE(id.size(), std::size_t(64));
        QCOMPARE(id, bedrock::toolUseId(longId));
        QVERIFY(id != bedrock::toolUseId(longId + "b"));
        QCOMPARE(bedrock::toolUseId("call_1"), std::string("call_1"));
        QCOMPARE(bedrock::toolUseId("a.b"), std::string("a_2eb"));
    }
};

QTEST_GUILESS_MAIN(TestBedrock)
#include "tst_bedrock.moc"
