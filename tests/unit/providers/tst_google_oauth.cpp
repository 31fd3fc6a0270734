// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/google_oauth.h"
#include "support/service_account.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

/// What `openssl dgst -sha256 -sign` makes of the same head and claims (RSASSA-PKCS1-v1_5 has one answer).
const std::string kAssertion =
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImtleS0xIn0.eyJpc3MiOiJib3RAcC5pYW0uZ3NlcnZpY2VhY2NvdW50"
    "LmNvbSIsInNjb3BlIjoiaHR0cHM6Ly93d3cuZ29vZ2xlYXBpcy5jb20vYXV0aC9jbG91ZC1wbGF0Zm9ybSIsImF1ZCI6Imh0dHBz"
    "Oi8vb2F1dGgyLmdvb2dsZWFwaXMuY29tL3Rva2VuIiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDAwMDM2MDB9"
    ".Ql7_ncynPaXNVI2tkZzkqlPBnp1lFJz0xzi2-aDF6Y0Fa5ovhrvea1tPs3ERvuyAQKRLElCMLwr0zaQRZgjJlOfnlsmjJ4jS7MZ"
    "D2FfCa-ucf-qs9C6Ql5z4AHy2JY5JhsUfR3yqmltTvs7-oz7iRbM0gQTYQ-TwpjD-ab4ZcfvnxmH-sXm4xw6OQEEeMP2eeMzoirD"
    "q9QXv3w6LjVTciPQPZLjSyaDXF6qZtufSdCjgLithgA-iEI0JFpdXDhKV0eitEeWzS43ijag-h9t7HDlrXssCaPO5AlQVYweVV75"
    "qk29moYcL_u1x_fDjSbOZUL5Y_Yo_317DtfJJs3u7Lw";

constexpr SystemTime kNow{std::chrono::seconds(1700000000)};
constexpr SteadyTime kSteady{std::chrono::seconds(1000)};

/// `text` without the member `name`, by renaming it.
std::string without(std::string text, const std::string &name)
{
    const std::size_t at = text.find("\"" + name + "\"");
    return at == std::string::npos ? text : text.replace(at, name.size() + 2, "\"x\"");
}

} // namespace

class TestGoogleOauth : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void signs()
    {
        const auto account = readServiceAccount(serviceAccountJson());
        QVERIFY(account);
        const auto assertion = signedAssertion(*account, kNow);
        QVERIFY(assertion);
        QCOMPARE(std::string(assertion->reveal()), kAssertion);
    }

    void refusesAccounts_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("says");
        const std::string whole = serviceAccountJson();
        QTest::newRow("no JSON") << "AIza-something" << "key file";
        QTest::newRow("an array") << "[]" << "key file";
        QTest::newRow("no address") << QString::fromStdString(without(whole, "client_email")) << "client_email";
        QTest::newRow("no key") << QString::fromStdString(without(whole, "private_key")) << "private_key";
        QTest::newRow("a plain token address") << QString::fromStdString(serviceAccountJson("http://evil.example/token"))
                                               << "token_uri";
    }
    void refusesAccounts()
    {
        QFETCH(QString, text);
        QFETCH(QString, says);
        const auto account = readServiceAccount(text.toStdString());
        QVERIFY(!account);
        QCOMPARE(account.error().kind, ErrorKind::UpstreamAuth);
        QVERIFY2(account.error().message.find(says.toStdString()) != std::string::npos, account.error().message.c_str());
        QVERIFY(account.error().message.find("AIza") == std::string::npos);
    }
    void refusesAKeyThatIsNone()
    {
        auto account = readServiceAccount(serviceAccountJson());
        QVERIFY(account);
        account->privateKey = Secret("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        const auto assertion = signedAssertion(*account, kNow);
        QVERIFY(!assertion);
        QVERIFY(assertion.error().message.find("RSA") != std::string::npos);
    }

    void asks()
    {
        const auto account = readServiceAccount(serviceAccountJson());
        const http::UpstreamRequest request = tokenRequest(*account, Secret("a.b-c.d_e"));
        QCOMPARE(request.url, std::string("https://oauth2.googleapis.com/token"));
        QCOMPARE(request.body, QByteArray("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
                                          "&assertion=a.b-c.d_e"));
        QCOMPARE(std::string(request.headers.value("content-type")), std::string("application/x-www-form-urlencoded"));
    }

    void readsTokens()
    {
        const auto token = readToken(200, "{\"access_token\":\"ya29.x\",\"expires_in\":3599,\"token_type\":\"Bearer\"}", kSteady);
        QVERIFY(token);
        QCOMPARE(std::string(token->value.reveal()), std::string("ya29.x"));
        QVERIFY(token->expires == kSteady + std::chrono::seconds(3599));
    }
    void refusesAnswers_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("body");
        QTest::addColumn<int>("kind");
        const int auth = int(ErrorKind::UpstreamAuth);
        QTest::newRow("refused") << 400 << "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid JWT\"}" << auth;
        QTest::newRow("unknown") << 401 << "" << auth;
        QTest::newRow("too many") << 429 << "{}" << int(ErrorKind::UpstreamError);
        QTest::newRow("down") << 503 << "<html>" << int(ErrorKind::UpstreamError);
        QTest::newRow("no token") << 200 << "{}" << int(ErrorKind::UpstreamBroken);
        QTest::newRow("no JSON") << 200 << "token" << int(ErrorKind::UpstreamBroken);
        QTest::newRow("a line break in it") << 200 << "{\"access_token\":\"a\\r\\nx: y\"}" << int(ErrorKind::UpstreamBroken);
    }
    void refusesAnswers()
    {
        QFETCH(int, status);
        QFETCH(QString, body);
        QFETCH(int, kind);
        const auto token = readToken(status, body.toStdString(), kSteady);
        QVERIFY(!token);
        QCOMPARE(int(token.error().kind), kind);
    }

    void tellsAccountsFromKeys()
    {
        QVERIFY(isServiceAccount("\n {\"type\""));
        QVERIFY(!isServiceAccount("AIzaSy"));
        QVERIFY(!isServiceAccount(""));
    }
};

QTEST_GUILESS_MAIN(TestGoogleOauth)
#include "tst_google_oauth.moc"
