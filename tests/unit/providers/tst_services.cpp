// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_yaml.h"
#include "providers/services.h"
#include "runtime/snapshot_builder.h"
#include "support/snapshots.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

constexpr const char *kConfig =
    "providers:\n"
    "  box: {format: openai, base-url: 'http://10.0.0.5:8000/v1'}\n"
    "  ears: {format: openai, base-url: 'http://10.0.0.6:8000/v1', services: [transcriptions]}\n"
    "  mute: {format: openai, base-url: 'http://10.0.0.7:8000/v1', services: []}\n"
    "  claudish: {format: anthropic, base-url: 'http://10.0.0.8:8000'}\n"
    "  boxed: {format: ollama, base-url: 'http://10.0.0.9:11434', services: [images]}\n"
    "  cloud: {format: bedrock, base-url: 'http://10.0.0.10'}\n"
    "  azure: {base-url: 'https://mine.openai.azure.com', api-version: '2024-10-21'}\n"
    "  perplexity: {services: [speech]}\n"
    "  gemini: {base-url: 'http://10.0.0.11/v1beta'}\n";

const Provider &provider(const QString &name)
{
    static const auto snapshot = snapshotOf(kConfig);
    return snapshot->findProvider(name.toStdString())->provider;
}

} // namespace

class TestServices : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachHasAName()
    {
        for (int i = 0; i <= static_cast<int>(config::Service::Predictions); ++i) {
            const auto service = static_cast<config::Service>(i);
            QVERIFY(!config::serviceName(service).empty());
            QVERIFY(config::findService(config::serviceName(service)) == service);
        }
        QCOMPARE(config::serviceName(config::Service::Images), std::string_view("images"));
        QCOMPARE(config::serviceName(config::Service::Predictions), std::string_view("predictions"));
        QVERIFY(!config::findService("image"));
        QVERIFY(!config::findService(""));
    }

    void whoHasWhat_data()
    {
        QTest::addColumn<QString>("who");
        QTest::addColumn<QString>("service");
        QTest::addColumn<DialectId>("client");
        QTest::addColumn<QString>("offer"); // "known", "not known", "none"
        const auto row = [](const char *what, const char *who, const char *service, DialectId client,
            const char *offer) {
            QTest::newRow(what) << q(who) << q(service) << client << q(offer);
        };
        constexpr DialectId openai = DialectId::OpenAiChat;
        constexpr DialectId anthropic = DialectId::AnthropicMessages;
        row("of the table", "openai", "images", openai, "known");
        row("not of the table", "openai", "rerank", openai, "none");
        row("none in the table", "deepseek", "images", openai, "none");
        row("files in another form", "openai", "files", anthropic, "none");
        row("files in its form", "anthropic", "files", anthropic, "known");
        row("files that OpenAI's clients know", "anthropic", "files", openai, "none");
        row("two forms, OpenAI's", "gemini", "images", openai, "known");
        row("two forms, its own", "gemini", "files", DialectId::Gemini, "known");
        row("two forms, not this one", "gemini", "files", openai, "none");
        row("Cohere's client is served in the common form", "together", "rerank", DialectId::Cohere, "known");
        row("nothing is known of one's own", "box", "images", openai, "not known");
        row("nothing is known, another form", "box", "files", anthropic, "none");
        row("nothing is known of one's own, Anthropic's", "claudish", "batches", anthropic, "not known");
        row("said", "ears", "transcriptions", openai, "known");
        row("not said", "ears", "speech", openai, "none");
        row("said that it has nothing", "mute", "speech", openai, "none");
        row("said of a built-in one", "perplexity", "speech", openai, "known");
        row("Bedrock", "cloud", "images", openai, "none");
        row("the demo", "demo", "images", openai, "none");
    }
    void whoHasWhat()
    {
        QFETCH(QString, who);
        QFETCH(QString, service);
        QFETCH(DialectId, client);
        const auto offer = offerOf(provider(who), config::findService(service.toStdString()).value(), client);
        QTEST(!offer ? q("none") : offer->isKnown ? q("known") : q("not known"), "offer");
    }

    void addresses_data()
    {
        QTest::addColumn<QString>("who");
        QTest::addColumn<DialectId>("client");
        QTest::addColumn<QString>("call"); // service path version query model
        QTest::addColumn<QString>("url");
        const auto row = [](const char *what, const char *who, DialectId client, const char *call, const char *url) {
            QTest::newRow(what) << q(who) << client << q(call) << q(url);
        };
        constexpr DialectId openai = DialectId::OpenAiChat;
        constexpr DialectId google = DialectId::Gemini;
        row("OpenAI", "openai", openai, "images images/generations v1 - m",
            "https://api.openai.com/v1/images/generations");
        row("with a query", "openai", openai, "files files v1 purpose=batch&limit=2 -",
            "https://api.openai.com/v1/files?purpose=batch&limit=2");
        row("below a format's own place", "gemini", openai, "images images/generations v1 - m",
            "http://10.0.0.11/v1beta/openai/images/generations");
        row("Google's files", "gemini", google, "files files/abc:download v1beta alt=media -",
            "http://10.0.0.11/v1beta/files/abc:download?alt=media");
        row("Google's uploads", "gemini", google, "files upload/files v1beta uploadType=media -",
            "http://10.0.0.11/upload/v1beta/files?uploadType=media");
        row("Ollama's OpenAI form", "boxed", openai, "images images/generations v1 - m",
            "http://10.0.0.9:11434/v1/images/generations");
        row("Cohere", "cohere", DialectId::Cohere, "rerank rerank v2 - m", "https://api.cohere.com/v2/rerank");
        row("Cohere's first version", "cohere", openai, "rerank rerank v1 - m", "https://api.cohere.com/v1/rerank");
        row("Cohere, no version", "cohere", openai, "rerank rerank - - m", "https://api.cohere.com/v2/rerank");
        row("version of others", "together", DialectId::Cohere, "rerank rerank v2 - m",
            "https://api.together.xyz/v1/rerank");
        row("Azure's classic form", "azure", openai, "speech audio/speech v1 - tts",
            "https://mine.openai.azure.com/openai/deployments/tts/audio/speech?api-version=2024-10-21");
        row("Azure's classic form, no model", "azure", openai, "files files v1 limit=1 -",
            "https://mine.openai.azure.com/openai/files?api-version=2024-10-21&limit=1");
    }
    void addresses()
    {
        QFETCH(QString, who);
        QFETCH(DialectId, client);
        QFETCH(QString, call);
        const QStringList words = call.split(u' ');
        const auto word = [&](int i) { return words[i] == q("-") ? std::string() : words[i].toStdString(); };
        const auto offer = offerOf(provider(who), config::findService(word(0)).value(), client);
        QVERIFY(offer);
        QTEST(q(serviceUrl(provider(who), *offer, word(1), word(2), word(3), word(4))), "url");
    }

    void otherWordsAreRefused()
    {
        const auto loaded = config::load("providers: {box: {format: openai, base-url: 'http://a/v1', services: [image]}}\n",
                                         knownNames());
        QVERIFY(!loaded.isUsable());
        const std::string problem = loaded.problems.front().message;
        QVERIFY2(problem.find("images") != std::string::npos, problem.c_str());
    }
};

QTEST_GUILESS_MAIN(TestServices)
#include "tst_services.moc"
