// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/authentication.h"
#include "providers/bedrock_invoke.h"
#include "providers/provider.h"

#include <QTest>

using namespace pm;

namespace {

Provider built(const config::Provider &entry)
{
    config::Config config;
    config.providers.push_back(entry);
    for (Provider &provider : buildProviders(config)) {
        if (provider.name == entry.name)
            return provider;
    }
    return {};
}

QByteArray bytes(std::string_view text)
{
    return {text.data(), qsizetype(text.size())};
}

} // namespace

/// Providers whose address is made of settings: AWS regions, Azure resources and deployments.
class TestProviderPlaces : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup()
    {
        for (const char *name : {"AWS_REGION", "AWS_DEFAULT_REGION", "AZURE_RESOURCE_NAME", "AWS_PROFILE"})
            qunsetenv(name);
    }
    void azure_data();
    void azure();
    void azureByName();
    void customAzure();
    void regions_data();
    void regions();
    void bedrockSurfaces();
    void keysOfAws();
    void bearerKeyOfAws();
    void invokeBodies_data();
    void invokeBodies();
    void invokePaths();
};

void TestProviderPlaces::azure_data()
{
    QTest::addColumn<QByteArray>("baseUrl");
    QTest::addColumn<QByteArray>("resource");
    QTest::addColumn<QByteArray>("apiVersion");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("url");
    const QByteArray none;
    const QByteArray chat = "/chat/completions";
    QTest::newRow("resource") << none << QByteArray("res") << none << chat
                              << QByteArray("https://res.openai.azure.com/openai/v1/chat/completions");
    QTest::newRow("bare host") << QByteArray("https://res.services.ai.azure.com") << none << none << chat
                               << QByteArray("https://res.services.ai.azure.com/openai/v1/chat/completions");
    QTest::newRow("whole base") << QByteArray("https://proxy.example/azure/v1/") << none << none << chat
                                << QByteArray("https://proxy.example/azure/v1/chat/completions");
    QTest::newRow("classic by resource")
        << none << QByteArray("res") << QByteArray("2024-10-21") << chat
        << QByteArray(
               "https://res.openai.azure.com/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21");
    QTest::newRow("classic by host")
        << QByteArray("https://res.openai.azure.com") << none << QByteArray("2024-10-21") << chat
        << QByteArray(
               "https://res.openai.azure.com/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21");
    QTest::newRow("classic by the base of the v1 form")
        << QByteArray("https://res.openai.azure.com/openai/v1") << none << QByteArray("preview")
        << QByteArray("/embeddings")
        << QByteArray("https://res.openai.azure.com/openai/deployments/my%20gpt/embeddings?api-version=preview");
    QTest::newRow("classic, a path without a deployment")
        << none << QByteArray("res") << QByteArray("2025-03-01-preview") << QByteArray("/responses")
        << QByteArray("https://res.openai.azure.com/openai/responses?api-version=2025-03-01-preview");
}

void TestProviderPlaces::azure()
{
    QFETCH(QByteArray, baseUrl);
    QFETCH(QByteArray, resource);
    QFETCH(QByteArray, apiVersion);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, url);
    config::Provider entry;
    entry.name = "azure";
    entry.baseUrl = baseUrl.toStdString();
    entry.resource = resource.toStdString();
    entry.apiVersion = apiVersion.toStdString();
    const Provider provider = built(entry);
    QVERIFY(provider.isEnabled);
    QCOMPARE(int(provider.auth), int(AuthKind::ApiKey));
    const Surface surface = surfaceFor(provider, DialectId::OpenAiChat, "my gpt");
    QCOMPARE(bytes(callUrl(provider, surface, path.toStdString(), "my gpt")), url);
}

void TestProviderPlaces::azureByName()
{
    const auto find = [](const std::vector<Provider> &list) {
        return *std::find_if(list.begin(), list.end(), [](const Provider &each) { return each.name == "azure"; });
    };
    QVERIFY(!find(buildProviders({})).isEnabled);
    qputenv("AZURE_RESOURCE_NAME", "env-res");
    const Provider provider = find(buildProviders({}));
    QVERIFY(provider.isEnabled);
    QCOMPARE(bytes(provider.baseUrl), QByteArray("https://env-res.openai.azure.com/openai/v1"));
}

void TestProviderPlaces::customAzure()
{
    config::Provider entry;
    entry.name = "second-azure";
    entry.resource = "two";
    const Provider provider = built(entry);
    QCOMPARE(int(provider.auth), int(AuthKind::ApiKey));
    QCOMPARE(bytes(provider.baseUrl), QByteArray("https://two.openai.azure.com/openai/v1"));
}

void TestProviderPlaces::regions_data()
{
    QTest::addColumn<QByteArray>("configured");
    QTest::addColumn<QByteArray>("region");
    QTest::addColumn<QByteArray>("defaultRegion");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("nothing said") << QByteArray() << QByteArray() << QByteArray() << QByteArray("us-east-1");
    QTest::newRow("default region") << QByteArray() << QByteArray() << QByteArray("eu-north-1")
                                    << QByteArray("eu-north-1");
    QTest::newRow("region before default region")
        << QByteArray() << QByteArray("eu-west-1") << QByteArray("eu-north-1") << QByteArray("eu-west-1");
    QTest::newRow("configured before all")
        << QByteArray("ap-south-1") << QByteArray("eu-west-1") << QByteArray() << QByteArray("ap-south-1");
}

void TestProviderPlaces::regions()
{
    QFETCH(QByteArray, configured);
    QFETCH(QByteArray, region);
    QFETCH(QByteArray, defaultRegion);
    QFETCH(QByteArray, expected);
    if (!region.isEmpty())
        qputenv("AWS_REGION", region);
    if (!defaultRegion.isEmpty())
        qputenv("AWS_DEFAULT_REGION", defaultRegion);
    config::Provider entry;
    entry.name = "bedrock";
    entry.region = configured.toStdString();
    const Provider provider = built(entry);
    QCOMPARE(bytes(provider.region), expected);
    QCOMPARE(bytes(provider.baseUrl), "https://bedrock-runtime." + expected + ".amazonaws.com");
    QCOMPARE(bytes(provider.also.front().baseUrl), bytes(provider.baseUrl));
}

void TestProviderPlaces::bedrockSurfaces()
{
    config::Provider entry;
    entry.name = "my-bedrock";
    entry.format = "bedrock";
    const Provider provider = built(entry);
    QCOMPARE(int(provider.auth), int(AuthKind::Aws));
    const auto dialectFor = [&](DialectId client, std::string_view model) {
        return int(surfaceFor(provider, client, model).dialect);
    };
    QCOMPARE(dialectFor(DialectId::AnthropicMessages, "eu.anthropic.claude-sonnet-4-5-v1:0"),
             int(DialectId::AnthropicMessages));
    QCOMPARE(dialectFor(DialectId::AnthropicMessages, "amazon.nova-pro-v1:0"), int(DialectId::Bedrock));
    QCOMPARE(dialectFor(DialectId::AnthropicMessages, {}), int(DialectId::Bedrock));
    QCOMPARE(dialectFor(DialectId::OpenAiChat, "eu.anthropic.claude-sonnet-4-5-v1:0"), int(DialectId::Bedrock));
}

void TestProviderPlaces::keysOfAws()
{
    qputenv("AWS_PROFILE", "work");
    config::Provider entry;
    entry.name = "bedrock";
    const Provider provider = built(entry);
    QByteArray references;
    for (const std::string &reference : provider.keyReferences)
        references += bytes(reference) + ' ';
    QCOMPARE(references, QByteArray("keychain:bedrock env:AWS_BEARER_TOKEN_BEDROCK aws:environment aws:work "));
    const Secret key("AKIAIOSFODNN7EXAMPLE:the-secret:the-token");
    QVERIFY(authHeaders(provider, key).empty()); // it signs, and is never sent
    QCOMPARE(bytes(modelsUrl(provider)), QByteArray("https://bedrock.us-east-1.amazonaws.com/foundation-models"));
    const auto parts = secretParts(provider, key);
    QCOMPARE(parts.size(), std::size_t(3));
    QCOMPARE(bytes(parts[1]), QByteArray("the-secret"));
    QCOMPARE(bytes(parts[2]), QByteArray("the-token"));
}

void TestProviderPlaces::bearerKeyOfAws()
{
    config::Provider entry;
    entry.name = "bedrock";
    const Provider provider = built(entry);
    http::UpstreamRequest call;
    call.url = "https://bedrock-runtime.us-east-1.amazonaws.com/model/m/converse";
    const auto fields = authentication(provider, Secret("bedrock-api-key-x"), call, {});
    QCOMPARE(fields.size(), std::size_t(1));
    QCOMPARE(bytes(fields.front().second.reveal()), QByteArray("Bearer bedrock-api-key-x"));
    QVERIFY(authentication(provider, Secret(), call, {}).empty());
}

void TestProviderPlaces::invokeBodies_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("model and stream go, the rest keeps its bytes")
        << QByteArray(R"({ "model":"m", "max_tokens" : 10,"stream":true,"x\"y":[1, 2]})")
        << QByteArray(
               R"({"anthropic_version":"bedrock-2023-05-31","anthropic_beta":["a","b"],"max_tokens":10,"x\"y":[1, 2]})");
    QTest::newRow("betas of body and header, each once")
        << QByteArray(R"({"anthropic_beta":["b","c"],"anthropic_version":"other"})")
        << QByteArray(R"({"anthropic_version":"bedrock-2023-05-31","anthropic_beta":["b","c","a"]})");
    QTest::newRow("bug 32: the attribution line stays here")
        << QByteArray(R"({"system":[{"type":"text","text":"x-anthropic-billing-header: 1"},{"type":"text","text":"b"}]})")
        << QByteArray(
               R"({"anthropic_version":"bedrock-2023-05-31","anthropic_beta":["a","b"],"system":[{"type":"text","text":"b"}]})");
}

void TestProviderPlaces::invokeBodies()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, expected);
    const auto out = invokeBody(body.toStdString(), {"a", "b"});
    QVERIFY(out);
    QCOMPARE(bytes(*out), expected);
}

void TestProviderPlaces::invokePaths()
{
    QCOMPARE(bytes(invokePath("anthropic.claude-v1:0", false)), QByteArray("/model/anthropic.claude-v1%3A0/invoke"));
    QCOMPARE(bytes(invokePath("arn:aws:bedrock:x/y", true)),
             QByteArray("/model/arn%3Aaws%3Abedrock%3Ax%2Fy/invoke-with-response-stream"));
}

QTEST_GUILESS_MAIN(TestProviderPlaces)
#include "tst_provider_places.moc"
