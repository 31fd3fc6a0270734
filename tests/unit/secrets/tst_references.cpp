// SPDX-License-Identifier: GPL-3.0-or-later
#include "secrets/secret_store.h"

#include <QTest>

using namespace pm;
using namespace pm::secrets;

class TestReferences : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void forms_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("name");
        QTest::newRow("keychain") << "keychain:openai" << int(Reference::Kind::Keychain) << "openai";
        QTest::newRow("environment") << "env:OPENAI_API_KEY" << int(Reference::Kind::Environment) << "OPENAI_API_KEY";
        QTest::newRow("file") << "file:~/keys/openai" << int(Reference::Kind::File) << "~/keys/openai";
        QTest::newRow("file with a colon and blanks") << "file:/a b:c" << int(Reference::Kind::File) << "/a b:c";
        QTest::newRow("credential") << "credential:openai-key" << int(Reference::Kind::Credential) << "openai-key";
    }
    void forms()
    {
        QFETCH(QString, text);
        QFETCH(int, kind);
        QFETCH(QString, name);
        const auto reference = parseReference(text.toStdString());
        QVERIFY(reference.has_value());
        QCOMPARE(int(reference->kind), kind);
        QCOMPARE(QString::fromStdString(reference->name), name);
    }

    void refused_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("mustNotShow");
        QTest::newRow("a bare key") << "sk-ant-api03-secret" << "secret";
        QTest::newRow("a bare word") << "hunter2" << "hunter2";
        QTest::newRow("nothing") << "" << "";
        QTest::newRow("unknown form") << "vault:hunter2" << "hunter2";
        QTest::newRow("form in capitals") << "ENV:hunter2" << "hunter2";
        QTest::newRow("no name") << "env:" << "";
        QTest::newRow("a key as a keychain name") << "keychain:sk-proj-0123456789abcdef" << "0123456789abcdef";
        QTest::newRow("a key as a variable") << "env:AIzaSyA-0123456789abcdef" << "0123456789abcdef";
        QTest::newRow("longer than any name") << QStringLiteral("keychain:") + QString(65, u'x') << QString(65, u'x');
        QTest::newRow("a way out of the credentials folder") << "credential:../shadow" << "shadow";
        QTest::newRow("the credentials folder itself") << "credential:.." << "";
        QTest::newRow("blank in a name") << "env:A B" << "A B";
    }
    void refused()
    {
        QFETCH(QString, text);
        QFETCH(QString, mustNotShow);
        const auto reference = parseReference(text.toStdString());
        QVERIFY(!reference);
        QCOMPARE(reference.error().kind, ErrorKind::Config);
        const QString message = QString::fromStdString(reference.error().message);
        QVERIFY2(message.contains(QStringLiteral("keychain:NAME")), qPrintable(message));
        QVERIFY2(mustNotShow.isEmpty() || !message.contains(mustNotShow), qPrintable(message));
    }
};

QTEST_GUILESS_MAIN(TestReferences)
#include "tst_references.moc"
