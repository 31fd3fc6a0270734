// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/sigv4.h"

#include <QTest>

using namespace pm;

namespace {

constexpr std::string_view kHost = "https://example.amazonaws.com";

sigv4::Credentials exampleKey()
{
    return *sigv4::parseCredentials("AKIDEXAMPLEAKIDEX:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
}

std::string_view textOf(const QByteArray &bytes)
{
    return {bytes.constData(), std::size_t(bytes.size())};
}

} // namespace

class TestSigV4 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void published_data();
    void published();
    void pathIsEncodedTwice();
    void credentials_data();
    void credentials();
    void callCarriesAllFields();
    void timeIsUtc();
};

/// Amazon's test suite for the signature (aws-sig-v4-test-suite): request and the signature published for it.
void TestSigV4::published_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("fields"); // "name:value" lines
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("signature");
    const QByteArray get = "GET";
    const QByteArray post = "POST";
    const QByteArray none;
    const QByteArray unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    QTest::newRow("get-vanilla") << get << QByteArray("/") << none << none
                                 << QByteArray("5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    QTest::newRow("get-unreserved") << get << "/" + unreserved << none << none
                                    << QByteArray("07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f");
    QTest::newRow("get-utf8") << get << QByteArray("/\xE1\x88\xB4") << none << none
                              << QByteArray("8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85");
    QTest::newRow("get-slashes") << get << QByteArray("//example//") << none << none
                                 << QByteArray("9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84");
    QTest::newRow("get-vanilla-query-order-key-case")
        << get << QByteArray("/?Param2=value2&Param1=value1") << none << none
        << QByteArray("b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
    QTest::newRow("get-vanilla-query-order-value")
        << get << QByteArray("/?Param1=value2&Param1=value1") << none << none
        << QByteArray("5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694");
    QTest::newRow("get-vanilla-query-unreserved")
        << get << "/?" + unreserved + "=" + unreserved << none << none
        << QByteArray("9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197");
    QTest::newRow("get-vanilla-utf8-query")
        << get << QByteArray("/?\xE1\x88\xB4=bar") << none << none
        << QByteArray("2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04");
    QTest::newRow("get-header-key-duplicate")
        << get << QByteArray("/") << QByteArray("My-Header1:value2\nMy-Header1:value2\nMy-Header1:value1") << none
        << QByteArray("c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea");
    QTest::newRow("get-header-value-order")
        << get << QByteArray("/")
        << QByteArray("My-Header1:value4\nMy-Header1:value1\nMy-Header1:value3\nMy-Header1:value2") << none
        << QByteArray("08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01");
    QTest::newRow("get-header-value-trim")
        << get << QByteArray("/") << QByteArray("My-Header1: value1\nMy-Header2: \"a   b   c\"") << none
        << QByteArray("acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");
    QTest::newRow("post-header-key-sort")
        << post << QByteArray("/") << QByteArray("My-Header1:value1") << none
        << QByteArray("c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c");
    QTest::newRow("post-header-value-case")
        << post << QByteArray("/") << QByteArray("My-Header1:VALUE1") << none
        << QByteArray("cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d");
    QTest::newRow("post-vanilla-query") << post << QByteArray("/?Param1=value1") << none << none
                                        << QByteArray(
                                               "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11");
    QTest::newRow("post-x-www-form-urlencoded")
        << post << QByteArray("/") << QByteArray("Content-Type:application/x-www-form-urlencoded")
        << QByteArray("Param1=value1")
        << QByteArray("ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
    QTest::newRow("post-x-www-form-urlencoded-parameters")
        << post << QByteArray("/") << QByteArray("Content-Type:application/x-www-form-urlencoded; charset=utf8")
        << QByteArray("Param1=value1")
        << QByteArray("1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe");
    QTest::newRow("post-sts-header-before")
        << post << QByteArray("/")
        << QByteArray(
               "X-Amz-Security-Token:AQoDYXdzEPT//////////"
               "wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/"
               "qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVX"
               "AkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICC"
               "R/oLxBA==")
        << none << QByteArray("85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead");
}

void TestSigV4::published()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, fields);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, signature);
    sigv4::Credentials key = exampleKey();
    key.accessKeyId = "AKIDEXAMPLE"; // the suite's, shorter than real ones
    const std::string url = std::string(kHost) + target.toStdString();
    sigv4::Request request{textOf(method), url, {{"X-Amz-Date", "20150830T123600Z"}}, textOf(body)};
    for (const QByteArray &line : fields.split('\n')) {
        if (!line.isEmpty())
            request.headers.emplace_back(line.left(line.indexOf(':')).toStdString(),
                                         line.mid(line.indexOf(':') + 1).toStdString());
    }
    const std::string value = sigv4::authorization(request, key, {"us-east-1", "service", "20150830T123600Z"});
    const QByteArray got = QByteArray::fromStdString(value);
    QVERIFY2(got.startsWith(
                 "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders="),
             got.constData());
    QVERIFY2(got.endsWith(", Signature=" + signature),
             (got + "\n" + sigv4::canonicalRequest(request).c_str()).constData());
}

void TestSigV4::pathIsEncodedTwice()
{
    const sigv4::Request request{
        "POST", "https://bedrock-runtime.eu-west-1.amazonaws.com/model/a.b-v1%3A0/converse", {}, "{}"};
    const std::string text = sigv4::canonicalRequest(request);
    QVERIFY2(text.starts_with("POST\n/model/a.b-v1%253A0/converse\n\nhost:bedrock-runtime.eu-west-1.amazonaws.com\n"),
             text.c_str());
}

void TestSigV4::credentials_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("id"); // empty: none
    QTest::addColumn<QByteArray>("token");
    QTest::newRow("key and secret") << QByteArray("AKIAIOSFODNN7EXAMPLE:s/e+c") << QByteArray("AKIAIOSFODNN7EXAMPLE")
                                    << QByteArray();
    QTest::newRow("with a session token")
        << QByteArray("ASIAIOSFODNN7EXAMPLE:s:t/o=") << QByteArray("ASIAIOSFODNN7EXAMPLE") << QByteArray("t/o=");
    QTest::newRow("a bearer key") << QByteArray("bedrock-api-key-YWJj") << QByteArray() << QByteArray();
    QTest::newRow("a bearer key with a colon") << QByteArray("abc:def") << QByteArray() << QByteArray();
    QTest::newRow("no secret") << QByteArray("AKIAIOSFODNN7EXAMPLE:") << QByteArray() << QByteArray();
}

void TestSigV4::credentials()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, id);
    QFETCH(QByteArray, token);
    const auto parsed = sigv4::parseCredentials(textOf(text));
    QCOMPARE(parsed.has_value(), !id.isEmpty());
    if (!parsed)
        return;
    QCOMPARE(QByteArray::fromStdString(parsed->accessKeyId), id);
    QVERIFY(parsed->sessionToken.reveal() == textOf(token));
}

void TestSigV4::callCarriesAllFields()
{
    sigv4::Credentials key = exampleKey();
    key.sessionToken = Secret("token");
    const http::Headers own{{"Content-Type", "application/json"}, {"user-agent", "pointsman"}};
    const auto fields = sigv4::signedFields({"POST", "http://127.0.0.1:8080/model/m/converse", {}, "{}"}, own, key,
                                            {"eu-west-1", "bedrock", "20260102T030405Z"});
    QStringList names;
    for (const auto &[name, value] : fields)
        names << QString::fromStdString(name);
    QCOMPARE(names.join(QLatin1Char(' ')),
             QStringLiteral("x-amz-date x-amz-content-sha256 x-amz-security-token authorization"));
    const std::string_view value = fields.back().second.reveal();
    QVERIFY(value.find("SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token,") !=
            std::string_view::npos);
    QVERIFY(value.find("/20260102/eu-west-1/bedrock/aws4_request") != std::string_view::npos);
    QVERIFY(value.find("wJalr") == std::string_view::npos);
}

void TestSigV4::timeIsUtc()
{
    const SystemTime time{std::chrono::seconds(1440938160)};
    QCOMPARE(QByteArray::fromStdString(sigv4::timeText(time)), QByteArray("20150830T123600Z"));
}

QTEST_GUILESS_MAIN(TestSigV4)
#include "tst_sigv4.moc"
