// SPDX-License-Identifier: GPL-3.0-or-later
// A gateway starts on the port it was told, with all its workers, or says why it does not.
#include "support/gateway_fixture.h"

#include <QTcpServer>
#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

constexpr int kWorkers = 3;

GatewayFixture::Options onPort(int port)
{
    GatewayFixture::Options options;
    options.port = port;
    options.workers = kWorkers;
    options.store = false;
    return options;
}

} // namespace

class TestGatewayStart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takenPortIsNamedWithTheRemedy()
    {
        QTcpServer somebody;
        QVERIFY(somebody.listen(QHostAddress::LocalHost));
        GatewayFixture fixture(onPort(somebody.serverPort()));
        const QByteArray message = QByteArray::fromStdString(fixture.startError());
        QCOMPARE(message,
                 "cannot listen on 127.0.0.1 port " + QByteArray::number(somebody.serverPort()) +
                     ": Address already in use; choose another with --port or server.port, or another "
                     "address with --address or server.address");
        QCOMPARE(QByteArray::fromStdString(fixture.gateway().status().problem), message);
    }

    void allWorkersShareTheGivenPort()
    {
        QTcpServer lookout;
        QVERIFY(lookout.listen(QHostAddress::LocalHost));
        const int port = lookout.serverPort();
        lookout.close();
        GatewayFixture fixture(onPort(port));
        QCOMPARE(fixture.startError(), std::string());
        QCOMPARE(fixture.gateway().status().port, port);
        QCOMPARE(fixture.get("/v1/models").status, 200);
    }
};

QTEST_GUILESS_MAIN(TestGatewayStart)
#include "tst_gateway_start.moc"
