// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/public_address.h"

#include <QTest>

class TestPublicAddress : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void addresses_data()
    {
        QTest::addColumn<QByteArray>("address");
        QTest::addColumn<bool>("isPublic");
        for (const char *address : {"8.8.8.8", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0", "192.167.1.1",
                                    "223.255.255.255", "2a00:1450:4001::1", "2606:4700::1111", "64:ff9b::8.8.8.8",
                                    "::ffff:8.8.8.8"})
            QTest::newRow(address) << QByteArray(address) << true;
        for (const char *address :
             {"127.0.0.1", "127.255.255.255", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1",
              "169.254.169.254", "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9",
              "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1",
              "2001::1", "2002:a00:1::1", "64:ff9b::10.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "",
              "localhost", "8.8.8.8:80", "[::1]", "fe80::1%eth0"})
            QTest::newRow(*address ? address : "nothing") << QByteArray(address) << false;
    }
    void addresses()
    {
        QFETCH(QByteArray, address);
        QTEST(pm::http::isPublicAddress({address.constData(), std::size_t(address.size())}), "isPublic");
    }
};

QTEST_GUILESS_MAIN(TestPublicAddress)
#include "tst_public_address.moc"
