// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/environment_proxy.h"
#include "support/qt_text.h"

#include <QTest>

#include <map>

using namespace pm;
using namespace pm::http;
using namespace pm::test;

namespace {

/// "NAME=VALUE;NAME=VALUE" as an environment.
Environment environmentOf(const QString &text)
{
    std::map<std::string, std::string> values;
    for (const QString &pair : text.split(u';', Qt::SkipEmptyParts))
        values[pair.section(u'=', 0, 0).toStdString()] = pair.section(u'=', 1).toStdString();
    return [values](const char *name) {
        const auto found = values.find(name);
        return found == values.end() ? std::string() : found->second;
    };
}

} // namespace

class TestEnvironmentProxy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void proxies_data()
    {
        QTest::addColumn<QString>("environment");
        QTest::addColumn<QString>("scheme");
        QTest::addColumn<QString>("host");
        QTest::addColumn<QString>("proxy"); // "http://user:password@host:port", empty for none
        const auto row = [](const char *name, const char *environment, const char *scheme, const char *host,
                            const char *proxy) {
            QTest::newRow(name) << q(environment) << q(scheme) << q(host) << q(proxy);
        };
        row("none", "", "https", "api.example", "");
        row("of https", "https_proxy=http://p:3128", "https", "api.example", "http://p:3128");
        row("of https in capitals", "HTTPS_PROXY=http://p:3128", "https", "api.example", "http://p:3128");
        row("small letters come first", "HTTPS_PROXY=http://q:1;https_proxy=http://p:3128", "https", "a.example",
            "http://p:3128");
        row("of https is not of http", "https_proxy=http://p:3128", "http", "api.example", "");
        row("of http", "http_proxy=http://p:3128", "http", "api.example", "http://p:3128");
        row("a CGI's field is none", "HTTP_PROXY=http://p:3128", "http", "api.example", "");
        row("of all", "all_proxy=http://p:3128", "https", "api.example", "http://p:3128");
        row("of all in capitals", "ALL_PROXY=socks5h://p:1081", "http", "api.example", "socks5://p:1081");
        row("the scheme's own comes first", "all_proxy=http://q:1;https_proxy=http://p:2", "https", "a.example",
            "http://p:2");
        row("without scheme", "https_proxy=p:3128", "https", "api.example", "http://p:3128");
        row("without port", "https_proxy=http://p", "https", "api.example", "http://p:1080");
        row("with a password", "https_proxy=http://me:a%40b@p:3128/", "https", "api.example", "http://me:a@b@p:3128");
        row("with a percent sign in it", "https_proxy=http://me:a%2540b@p:3128", "https", "a.example", "http://me:a%40b@p:3128");
        row("never for the machine itself", "https_proxy=http://p:3128", "https", "localhost", "");
        row("nor by its address", "all_proxy=http://p:3128", "http", "127.1.2.3", "");
        row("nor by the new one", "all_proxy=http://p:3128", "http", "::1", "");
        row("listed", "https_proxy=http://p:3128;no_proxy=api.example", "https", "api.example", "");
        row("listed in capitals", "https_proxy=http://p:3128;NO_PROXY=api.example", "https", "api.example", "");
        row("all are listed", "https_proxy=http://p:3128;no_proxy=*", "https", "api.example", "");
        row("another is listed", "https_proxy=http://p:3128;no_proxy=b.example", "https", "a.example", "http://p:3128");
    }
    void proxies()
    {
        QFETCH(QString, environment);
        QFETCH(QString, scheme);
        QFETCH(QString, host);
        const auto found = proxyFor(scheme.toStdString(), host.toStdString(), environmentOf(environment));
        QVERIFY2(found, found ? "" : found.error().message.c_str());
        QString proxy;
        if (*found) {
            const ProxyAddress &address = **found;
            const QString user = address.user.empty() ? QString() : q(address.user) + u':' + q(address.password) + u'@';
            proxy = QStringLiteral("%1://%2%3:%4")
                        .arg(address.isSocks ? QStringLiteral("socks5") : QStringLiteral("http"), user, q(address.host))
                        .arg(address.port);
        }
        QTEST(proxy, "proxy");
    }

    void whatIsNotSpoken_data()
    {
        QTest::addColumn<QString>("value");
        QTest::newRow("TLS to the proxy") << q("https://me:secret@p:3128");
        QTest::newRow("SOCKS 4") << q("socks4://me:secret@p:1080");
        QTest::newRow("no host") << q("http://:secret@");
    }
    void whatIsNotSpoken()
    {
        QFETCH(QString, value);
        const auto found = proxyFor("https", "a.example", environmentOf(QStringLiteral("HTTPS_PROXY=") + value));
        QVERIFY(!found);
        QVERIFY(found.error().kind == ErrorKind::ConnectFailed);
        QVERIFY2(found.error().message.find("HTTPS_PROXY") != std::string::npos, found.error().message.c_str());
        QVERIFY(found.error().message.find("secret") == std::string::npos);
    }

    void lists_data()
    {
        QTest::addColumn<QString>("list");
        QTest::addColumn<QString>("host");
        QTest::addColumn<bool>("isListed");
        const auto row = [](const char *list, const char *host, bool isListed) {
            QTest::newRow(qPrintable(q(list) + u' ' + q(host))) << q(list) << q(host) << isListed;
        };
        row("a.example", "a.example", true);
        row("a.example", "A.Example.", true);
        row("a.example.", "a.example", true);
        row("example", "a.example", true);
        row(".example", "a.example", true);
        row(".example", "example", true);
        row("ample", "a.example", false);
        row("b.example, a.example", "a.example", true);
        row("b.example a.example", "a.example", true);
        row("b.example,,", "a.example", false);
        row("", "a.example", false);
        row("10.0.0.0/8", "10.1.2.3", true);
        row("10.0.0.0/8", "11.1.2.3", false);
        row("10.1.2.3", "10.1.2.3", true);
        row("2.3", "10.1.2.3", false);
        row("fd00::/8", "fd00::5", true);
        row("[fd00::5]", "fd00::5", true);
        row("10.0.0.0/x", "10.1.2.3", false);
    }
    void lists()
    {
        QFETCH(QString, list);
        QFETCH(QString, host);
        QTEST(isListedHost(host.toStdString(), list.toStdString()), "isListed");
    }

    void theMachineItselfIsAlwaysListed()
    {
        QCOMPARE(hostsWithoutProxy(environmentOf({})), std::string("localhost,127.0.0.0/8,::1"));
        QCOMPARE(hostsWithoutProxy(environmentOf(q("NO_PROXY=a"))), std::string("a,localhost,127.0.0.0/8,::1"));
        QCOMPARE(hostsWithoutProxy(environmentOf(q("no_proxy=*"))), std::string("*"));
    }
};

QTEST_APPLESS_MAIN(TestEnvironmentProxy)
#include "tst_environment_proxy.moc"
