// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/provider.h"
#include "support/qt_text.h"

#include <QTest>
#include <QUrl>

#include <algorithm>
#include <set>

using namespace pm;
using pm::test::q;

namespace {

const Provider &named(const std::vector<Provider> &providers, std::string_view name)
{
    static const Provider none;
    const auto found = std::find_if(providers.begin(), providers.end(),
                                    [name](const Provider &p) { return p.name == name; });
    return found == providers.end() ? none : *found;
}

config::Config with(config::Provider entry)
{
    config::Config config;
    config.providers.push_back(std::move(entry));
    return config;
}

} // namespace

class TestProvider : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyRowIsWellFormed()
    {
        std::set<std::string_view> names;
        std::set<std::string_view> colours;
        for (const ProviderRow &row : providerRows()) {
            QVERIFY2(names.insert(row.name).second, row.name.data());
            QVERIFY2(colours.insert(row.colour).second, row.colour.data());
            QVERIFY2(!isReservedName(row.name), row.name.data());
            QVERIFY(!row.title.empty());
            QVERIFY2(row.colour.size() == 7 && row.colour.front() == '#', row.colour.data());
            QVERIFY2(!row.baseUrl.ends_with('/'), row.baseUrl.data());
            if (row.name == "demo" || row.baseUrl.empty())
                continue;
            const QUrl url(q(row.baseUrl), QUrl::StrictMode);
            QVERIFY2(url.isValid() && !url.host().isEmpty(), row.baseUrl.data());
            QCOMPARE(url.scheme(), row.isLocal ? QStringLiteral("http") : QStringLiteral("https"));
            if (!row.isLocal) {
                QVERIFY2(!row.environment.empty() && !row.keyPage.empty(), row.name.data());
            }
        }
        QVERIFY(names.size() > 40);
    }

    void rows_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("baseUrl");
        QTest::addColumn<QString>("environment");
        const auto row = [](const char *name, const char *url, const char *environment) {
            QTest::newRow(name) << q(name) << q(url) << q(environment);
        };
        row("openai", "https://api.openai.com/v1", "OPENAI_API_KEY");
        row("anthropic", "https://api.anthropic.com/v1", "ANTHROPIC_API_KEY");
        row("gemini", "https://generativelanguage.googleapis.com/v1beta", "GEMINI_API_KEY");
        row("together", "https://api.together.xyz/v1", "TOGETHER_API_KEY");
        row("deepinfra", "https://api.deepinfra.com/v1/openai", "DEEPINFRA_API_KEY");
        row("cohere", "https://api.cohere.com/v2", "COHERE_API_KEY");
        row("bedrock", "https://bedrock-runtime.REGION.amazonaws.com", "AWS_BEARER_TOKEN_BEDROCK");
        row("minimax", "https://api.minimax.io/anthropic/v1", "MINIMAX_API_KEY");
        row("zai", "https://api.z.ai/api/paas/v4", "ZAI_API_KEY");
        row("huggingface", "https://router.huggingface.co/v1", "HF_TOKEN");
        row("lmstudio", "http://127.0.0.1:1234/v1", "LM_API_TOKEN");
        row("vllm", "http://127.0.0.1:8000/v1", "VLLM_API_KEY");
    }
    void rows()
    {
        QFETCH(QString, name);
        QFETCH(QString, baseUrl);
        QFETCH(QString, environment);
        const ProviderRow *row = findProviderRow(name.toStdString());
        QVERIFY(row);
        QCOMPARE(q(row->baseUrl), baseUrl);
        QCOMPARE(q(row->environment.front()), environment);
    }

    void emptyConfigGivesTheRows()
    {
        const auto providers = buildProviders({});
        QCOMPARE(providers.size(), providerRows().size());
        for (std::size_t i = 0; i < providers.size(); ++i)
            QCOMPARE(q(providers[i].name), q(providerRows()[i].name));
        const Provider &gemini = named(providers, "gemini");
        QCOMPARE(gemini.keyReferences,
                 (std::vector<std::string>{"keychain:gemini", "env:GEMINI_API_KEY", "env:GOOGLE_API_KEY",
                                           "env:GOOGLE_GENERATIVE_AI_API_KEY"}));
        QVERIFY(!gemini.isConfigured && gemini.isEnabled);
        QVERIFY(named(providers, "demo").isDemo);
        QVERIFY(named(providers, "demo").keyReferences.empty());
        QVERIFY(named(providers, "ollama").keyReferences.empty());
        QCOMPARE(q(named(providers, "anthropic").anthropicVersion), q("2023-06-01"));
        QVERIFY2(!named(providers, "azure").isEnabled, "has no address until one is given");
    }

    void entryOverlaysItsRow()
    {
        config::Provider entry;
        entry.name = "anthropic";
        entry.apiKeys = {"env:WORK_KEY", "keychain:anthropic-2"};
        entry.version = "2026-10-21";
        entry.headers = {{"x-team", "ml"}};
        entry.enabled = false;
        entry.passClientKey = true;
        const auto providers = buildProviders(with(entry));
        const Provider &anthropic = named(providers, "anthropic");
        QVERIFY(anthropic.isConfigured && !anthropic.isEnabled && anthropic.passClientKey);
        QCOMPARE(anthropic.keyReferences, entry.apiKeys);
        QCOMPARE(q(anthropic.anthropicVersion), q("2026-10-21"));
        QCOMPARE(anthropic.headers.size(), std::size_t(1));
        QCOMPARE(q(anthropic.baseUrl), q("https://api.anthropic.com/v1"));
        QCOMPARE(q(anthropic.family), q("anthropic"));
    }

    void baseUrls_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("given");
        QTest::addColumn<QString>("used");
        const auto row = [](const char *what, const char *name, const char *format, const char *given,
                            const char *used) {
            QTest::newRow(what) << q(name) << q(format) << q(given) << q(used);
        };
        row("host alone gets the row's path", "openai", "", "https://eu.api.openai.com",
            "https://eu.api.openai.com/v1");
        row("host alone, deeper path", "deepinfra", "", "http://127.0.0.1:9",
            "http://127.0.0.1:9/v1/openai");
        row("host alone, Google's path", "gemini", "", "http://127.0.0.1:9", "http://127.0.0.1:9/v1beta");
        row("custom Gemini server by its convention", "mine", "gemini", "https://g.corp", "https://g.corp/v1beta");
        row("slash alone is the root", "openai", "", "http://127.0.0.1:9/", "http://127.0.0.1:9");
        row("a path is taken as it is", "openai", "", "http://127.0.0.1:9/x/v2/", "http://127.0.0.1:9/x/v2");
        row("custom OpenAI server as it is", "mine", "openai", "http://10.0.0.5:8000",
            "http://10.0.0.5:8000");
        row("custom Anthropic server by its convention", "mine", "anthropic", "https://claude.corp",
            "https://claude.corp/v1");
        row("Ollama elsewhere", "ollama", "", "http://10.0.0.5:11434", "http://10.0.0.5:11434");
        row("Ollama by its OpenAI address", "ollama", "", "http://10.0.0.5:11434/v1/", "http://10.0.0.5:11434");
        row("Ollama by its own address", "ollama", "", "http://10.0.0.5:11434/api", "http://10.0.0.5:11434");
        row("Ollama as OpenAI", "ollama", "openai", "http://10.0.0.5:11434", "http://10.0.0.5:11434/v1");
        row("Ollama's cloud by its own format", "ollama-cloud", "ollama", "", "https://ollama.com");
        row("a server like Ollama", "mine", "ollama", "http://10.0.0.5:8000", "http://10.0.0.5:8000");
        row("azure's own address", "azure", "", "https://r.openai.azure.com/openai/v1",
            "https://r.openai.azure.com/openai/v1");
    }
    void baseUrls()
    {
        QFETCH(QString, name);
        QFETCH(QString, format);
        QFETCH(QString, given);
        QFETCH(QString, used);
        config::Provider entry;
        entry.name = name.toStdString();
        entry.format = format.toStdString();
        entry.baseUrl = given.toStdString();
        const auto providers = buildProviders(with(entry));
        const Provider &provider = named(providers, entry.name);
        QCOMPARE(q(provider.baseUrl), used);
        QVERIFY(provider.isEnabled);
    }

    void ollamaSpeaksItsOwnFormatOnly()
    {
        const auto providers = buildProviders({});
        const Provider &ollama = named(providers, "ollama");
        // Any other would leave the size of the window to the server, which cuts prompts to it.
        for (const DialectId client : {DialectId::OpenAiChat, DialectId::AnthropicMessages, DialectId::Ollama})
            QVERIFY(surfaceFor(ollama, client) == (Surface{DialectId::Ollama, "http://127.0.0.1:11434"}));
        const Provider &cloud = named(providers, "ollama-cloud");
        QVERIFY(surfaceFor(cloud, DialectId::Ollama) == (Surface{DialectId::Ollama, "https://ollama.com"}));
        QVERIFY(surfaceFor(cloud, DialectId::AnthropicMessages) == (Surface{DialectId::OpenAiChat, "https://ollama.com/v1"}));
        QCOMPARE(q(modelsPath(DialectId::Ollama)), q("/v1/models"));
        QCOMPARE(q(modelsPath(DialectId::OpenAiChat)), q("/models"));
    }

    void customProviders()
    {
        config::Provider plain;
        plain.name = "my-vllm";
        plain.format = "openai";
        plain.baseUrl = "http://10.0.0.5:8000/v1";
        config::Provider secured = plain;
        secured.name = "corp";
        secured.format = "anthropic";
        secured.baseUrl = "https://claude.corp/v1";
        config::Config config;
        config.providers = {plain, secured};
        const auto providers = buildProviders(config);
        QCOMPARE(providers.size(), providerRows().size() + 2);
        const Provider &open = providers[providerRows().size()];
        QCOMPARE(q(open.name), q("my-vllm"));
        QVERIFY(open.auth == AuthKind::None && open.keyReferences.empty());
        QVERIFY(open.quirks.maxTokensOnly);
        const Provider &corp = providers.back();
        QVERIFY(corp.auth == AuthKind::XApiKey && corp.dialect == DialectId::AnthropicMessages);
        QCOMPARE(corp.keyReferences, std::vector<std::string>{"keychain:corp"});
        QCOMPARE(q(corp.anthropicVersion), q("2023-06-01"));
        QVERIFY2(!corp.quirks.maxTokensOnly, "an OpenAI deviation has no place here");
    }

    void auth_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("value");
        QTest::newRow("bearer") << q("openai") << q("authorization") << q("Bearer sk-1");
        QTest::newRow("anthropic") << q("anthropic") << q("x-api-key") << q("sk-1");
        QTest::newRow("azure") << q("azure") << q("api-key") << q("sk-1");
        QTest::newRow("ollama takes none") << q("ollama") << QString() << QString();
    }
    void auth()
    {
        QFETCH(QString, name);
        QFETCH(QString, field);
        QFETCH(QString, value);
        const auto providers = buildProviders({});
        const Provider &provider = named(providers, name.toStdString());
        const auto headers = authHeaders(provider, Secret("sk-1"));
        QCOMPARE(headers.size(), field.isEmpty() ? std::size_t(0) : std::size_t(1));
        if (!headers.empty()) {
            QCOMPARE(q(headers.front().first), field);
            QCOMPARE(q(headers.front().second.reveal()), value);
        }
        QVERIFY(authHeaders(provider, Secret()).empty());
    }

    void joinsUrls_data()
    {
        QTest::addColumn<QString>("base");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("url");
        QTest::newRow("one slash") << q("https://h/v1") << q("/chat/completions")
                                   << q("https://h/v1/chat/completions");
        QTest::newRow("slashes on both sides") << q("https://h/v1/") << q("//x") << q("https://h/v1/x");
        QTest::newRow("no slash") << q("https://h") << q("x") << q("https://h/x");
        QTest::newRow("nothing to add") << q("https://h/v1/") << q("") << q("https://h/v1");
        QTest::newRow("query only") << q("https://h/v1") << q("?a=1") << q("https://h/v1?a=1");
    }
    void joinsUrls()
    {
        QFETCH(QString, base);
        QFETCH(QString, path);
        QFETCH(QString, url);
        QCOMPARE(q(joinUrl(base.toStdString(), path.toStdString())), url);
    }

    void findsLoops_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("address");
        QTest::addColumn<bool>("loop");
        QTest::newRow("same address") << q("http://127.0.0.1:8080/v1") << q("127.0.0.1") << true;
        QTest::newRow("by name") << q("http://LOCALHOST:8080/v1") << q("127.0.0.1") << true;
        QTest::newRow("by name with a dot") << q("http://localhost.:8080") << q("127.0.0.1") << true;
        QTest::newRow("another loopback") << q("http://127.8.9.1:8080/v1") << q("127.0.0.1") << true;
        QTest::newRow("IPv6 loopback") << q("http://[::1]:8080/v1") << q("127.0.0.1") << true;
        QTest::newRow("mapped IPv6") << q("http://[::ffff:127.0.0.1]:8080/v1") << q("127.0.0.1") << true;
        QTest::newRow("unspecified") << q("http://0.0.0.0:8080/v1") << q("127.0.0.1") << true;
        QTest::newRow("bound everywhere") << q("http://localhost:8080/v1") << q("0.0.0.0") << true;
        QTest::newRow("other port") << q("http://127.0.0.1:8081/v1") << q("127.0.0.1") << false;
        QTest::newRow("a port in the user's name") << q("http://me:8081@127.0.0.1:8080") << q("127.0.0.1") << true;
        QTest::newRow("a colon in the path") << q("http://127.0.0.1:8080/a:8081") << q("127.0.0.1") << true;
        QTest::newRow("IPv6 without a port") << q("http://[::1]/v1") << q("127.0.0.1") << false;
        QTest::newRow("default port") << q("http://127.0.0.1/v1") << q("127.0.0.1") << false;
        QTest::newRow("other host") << q("http://10.0.0.5:8080/v1") << q("127.0.0.1") << false;
        QTest::newRow("loopback when bound outside") << q("http://localhost:8080") << q("10.0.0.5") << false;
        QTest::newRow("bound outside, same") << q("http://10.0.0.5:8080") << q("10.0.0.5") << true;
        QTest::newRow("garbage") << q("not a url") << q("127.0.0.1") << false;
        QTest::newRow("demo") << q("demo:") << q("127.0.0.1") << false;
    }
    void findsLoops()
    {
        QFETCH(QString, url);
        QFETCH(QString, address);
        QFETCH(bool, loop);
        QCOMPARE(pointsAt(url.toStdString(), address.toStdString(), 8080), loop);
    }

    void reservedNames()
    {
        for (const char *name : {"router", "ai", "v1", "v1beta", "api", "health", "metrics"})
            QVERIFY2(isReservedName(name), name);
        QVERIFY(!isReservedName("openai"));
        QVERIFY(!isReservedName(""));
    }
};

QTEST_GUILESS_MAIN(TestProvider)
#include "tst_provider.moc"
