// SPDX-License-Identifier: GPL-3.0-or-later
#include "chat/signature.h"

#include <QTest>

using namespace pm;

class TestSignature : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void travels_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("family");
        QTest::addColumn<QByteArray>("onTheWire");
        QTest::newRow("the client's own vendor") << QByteArray("abc.d=") << QByteArray("anthropic") << QByteArray("abc.d=");
        QTest::newRow("another vendor") << QByteArray("abc.d=") << QByteArray("gemini") << QByteArray("pm1.gemini.abc.d=");
        QTest::newRow("none") << QByteArray() << QByteArray("gemini") << QByteArray();
    }
    void travels()
    {
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, family);
        QFETCH(QByteArray, onTheWire);
        const Signature signature{value.toStdString(), family.toStdString()};
        const std::string wire = sealed(signature, "anthropic");
        QCOMPARE(QByteArray::fromStdString(wire), onTheWire);
        const Signature back = opened(wire, "anthropic");
        QCOMPARE(QByteArray::fromStdString(back.value), value);
        QCOMPARE(QByteArray::fromStdString(back.family), value.isEmpty() ? QByteArray() : family);
    }

    void whatOnlyLooksLikeAnEnvelope()
    {
        for (const char *text : {"pm1.", "pm1..x", "pm1.gemini", "pm2.gemini.x"}) {
            const Signature read = opened(text, "openai");
            QCOMPARE(QByteArray::fromStdString(read.value), QByteArray(text));
            QCOMPARE(QByteArray::fromStdString(read.family), QByteArray("openai"));
        }
    }

    void onlyTheMakerReadsIt()
    {
        QVERIFY(isReadableBy({"x", "openai"}, "openai"));
        QVERIFY(!isReadableBy({"x", "openai"}, "anthropic"));
        QVERIFY(!isReadableBy({"x", {}}, {}));
        QVERIFY(!isReadableBy({{}, "openai"}, "openai"));
    }
};

QTEST_GUILESS_MAIN(TestSignature)
#include "tst_signature.moc"
