// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/import/import.h"
#include "runtime/import_context.h"
#include "support/places.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

// Golden cases: tests/golden/import/<kind>/<case>.{yaml,json}, each with <case>.out.yaml (what is made of it)
// and <case>.notes.txt (what is told). PM_UPDATE_GOLDENS=1 writes them anew; then read every changed line.
using namespace pm;
using namespace pm::config;

namespace {

QByteArray readAll(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Compares with the file, or writes it.
void compareWith(const QString &path, const std::string &made)
{
    if (qEnvironmentVariableIsSet("PM_UPDATE_GOLDENS")) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray::fromStdString(made));
    }
    QCOMPARE(QString::fromStdString(made), QString::fromUtf8(readAll(path)));
}

std::string errorsOf(const std::string &yaml)
{
    const Loaded loaded = load(yaml, importContext().known);
    std::vector<Problem> errors;
    for (const Problem &problem : loaded.problems) {
        if (problem.severity == Problem::Severity::Error)
            errors.push_back(problem);
    }
    return formatProblems("made.yaml", errors);
}

void addSamples()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("path");
    for (const Importer &importer : importers()) {
        const QString kind = QString::fromUtf8(importer.name.data(), qsizetype(importer.name.size()));
        const QDir folder(pm::test::inTests(QStringLiteral("/golden/import/") + kind));
        for (const QString &name :
             folder.entryList({QStringLiteral("*.yaml"), QStringLiteral("*.json")}, QDir::Files)) {
            if (!name.endsWith(QStringLiteral(".out.yaml")))
                QTest::newRow(qPrintable(kind + QLatin1Char('/') + name)) << kind << folder.filePath(name);
        }
    }
}

ImportResult importText(std::string_view kind, std::string_view text)
{
    return findImporter(kind)->run(text, importContext());
}

bool isTold(const Imported &imported, std::string_view path, ImportNote::Level level)
{
    return std::any_of(imported.notes.begin(), imported.notes.end(),
                       [&](const ImportNote &note) { return note.path == path && note.level == level; });
}

} // namespace

class TestImport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyKindHasSamples();
    void samples_data() { addSamples(); }
    void samples();
    void keysAreNotCopied_data() { addSamples(); }
    void keysAreNotCopied();
    void whatIsNoSuchFileIsRefused_data();
    void whatIsNoSuchFileIsRefused();
    void hugeFilesAreRefused();
    void manyModelsAreBounded();
    void deepTreesAreBounded();
    void linesAreThoseOfTheFile();
    void addressesTellTheFormat();
    void namesAreLegalAndUnique();
    void aliasesMayNameRouters();
    void everythingOddStillLoads();
};

void TestImport::everyKindHasSamples()
{
    constexpr qsizetype kLeast = 6;
    for (const Importer &importer : importers()) {
        const QString kind = QString::fromUtf8(importer.name.data(), qsizetype(importer.name.size()));
        const QDir folder(pm::test::inTests(QStringLiteral("/golden/import/") + kind));
        QVERIFY2(folder.entryList({QStringLiteral("*.notes.txt")}).size() >= kLeast, qPrintable(kind));
    }
}

void TestImport::samples()
{
    QFETCH(QString, kind);
    QFETCH(QString, path);
    const auto made = importText(kind.toStdString(), readAll(path).toStdString());
    QVERIFY2(made, made ? "" : made.error().message.c_str());
    const QFileInfo info(path);
    const QString base = info.dir().filePath(info.completeBaseName());
    compareWith(base + QStringLiteral(".out.yaml"), made->yaml);
    compareWith(base + QStringLiteral(".notes.txt"), formatNotes(info.fileName().toStdString(), made->notes));
    QCOMPARE(errorsOf(made->yaml), std::string());
}

/// What a sample keeps secret has the word in it.
void TestImport::keysAreNotCopied()
{
    QFETCH(QString, kind);
    QFETCH(QString, path);
    const auto made = importText(kind.toStdString(), readAll(path).toStdString());
    QVERIFY(made);
    const std::string all = made->yaml + formatNotes("file", made->notes);
    QVERIFY2(all.find("SECRET-") == std::string::npos && all.find("SECRET0") == std::string::npos,
             all.c_str());
}

void TestImport::whatIsNoSuchFileIsRefused_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("message");
    const char *const kinds[] = {"litellm", "portkey", "helicone", "ccr"};
    for (const char *kind : kinds) {
        const QString name = QString::fromLatin1(kind);
        QTest::addRow("%s: nothing", kind) << name << QByteArray() << QStringLiteral("is it the right file?");
        QTest::addRow("%s: a list", kind)
            << name << QByteArray("[1, 2]") << QStringLiteral("is it the right file?");
        QTest::addRow("%s: cut off", kind)
            << name << QByteArray("{\"a\": [1,\n 2") << QStringLiteral("line ");
        QTest::addRow("%s: bytes", kind)
            << name << QByteArray("\x00\x01\xff\xfe{", 5) << QStringLiteral("line 1");
        QTest::addRow("%s: another file", kind)
            << name << QByteArray("{\"scripts\": {\"build\": \"x\"}}") << QStringLiteral("; is it ");
    }
}

void TestImport::whatIsNoSuchFileIsRefused()
{
    QFETCH(QString, kind);
    QFETCH(QByteArray, text);
    QFETCH(QString, message);
    const auto made = importText(kind.toStdString(), text.toStdString());
    QVERIFY(!made);
    QCOMPARE(made.error().kind, ErrorKind::Config);
    QVERIFY2(QString::fromStdString(made.error().message).contains(message), made.error().message.c_str());
}

void TestImport::hugeFilesAreRefused()
{
    constexpr std::size_t kBytes = 5 * 1024 * 1024;
    for (const Importer &importer : importers()) {
        const auto made =
            importer.run("{\"Providers\": [], \"x\": \"" + std::string(kBytes, 'x') + "\"}", importContext());
        QVERIFY(!made);
        QVERIFY(made.error().message.find("larger than 4MiB") != std::string::npos);
    }
}

/// The work grows with the square of some counts: those have a limit, which is told.
void TestImport::manyModelsAreBounded()
{
    constexpr int kModels = 1100;
    std::string text = "model_list:\n";
    std::string fallbacks;
    for (int i = 0; i < kModels; ++i) {
        const std::string name = "m" + std::to_string(i);
        text += "- {model_name: " + name + ", litellm_params: {model: openai/" + name + "}}\n";
        if (i < 200)
            fallbacks += (i ? ", " : "") + name;
    }
    text += "router_settings: {fallbacks: [{m0: [" + fallbacks + "]}]}\n";
    const auto made = importText("litellm", text);
    QVERIFY(made);
    QVERIFY(isTold(*made, "model_list[1000]", ImportNote::Level::NotMapped));
    QVERIFY(made->notes.size() <= 501);
    QCOMPARE(load(made->yaml, importContext().known).config.routers.front().fallback.order.size(),
             std::size_t(20));
    QCOMPARE(errorsOf(made->yaml), std::string());
}

void TestImport::deepTreesAreBounded()
{
    constexpr int kDepth = 15;
    std::string text = R"({"provider": "openai"})";
    for (int i = 0; i < kDepth; ++i)
        text = R"({"strategy": {"mode": "fallback"}, "targets": [{"provider": "anthropic"}, )" + text + "]}";
    const auto made = importText("portkey", text);
    QVERIFY(made);
    QVERIFY(!made->isComplete());
    QCOMPARE(errorsOf(made->yaml), std::string());
}

void TestImport::linesAreThoseOfTheFile()
{
    const auto made = importText(
        "ccr",
        "{\n\t// first\n\t/* two\n\tlines */ \"CUSTOM_ROUTER_PATH\":\n\t\"x.js\",\n\"Providers\": []}");
    QVERIFY(made);
    QVERIFY(!made->notes.empty());
    const auto found = std::find_if(made->notes.begin(), made->notes.end(),
                                    [](const ImportNote &note) { return note.path == "CUSTOM_ROUTER_PATH"; });
    QVERIFY(found != made->notes.end());
    QCOMPARE(found->line, 4);
    QVERIFY(formatNotes("config.json", made->notes).find("config.json:4: not mapped: CUSTOM_ROUTER_PATH: ") !=
            std::string::npos);
}

void TestImport::addressesTellTheFormat()
{
    const auto formatOf = [](const std::string &path) {
        const auto made = importText("ccr", R"({"Providers": [{"name": "ai", "api_base_url": "http://h.example)" + path
                                                + R"(", "models": ["m"]}], "Router": {"default": "ai,m"}})");
        const Loaded loaded = load(made->yaml, importContext().known);
        return loaded.config.providers.empty() ? std::string("none") : loaded.config.providers.front().format;
    };
    QCOMPARE(formatOf("/v1/messages"), std::string("anthropic"));
    QCOMPARE(formatOf("/v1/chat/completions"), std::string("openai"));
}

void TestImport::namesAreLegalAndUnique()
{
    std::string text = "router_settings: {timeout: 5}\nmodel_list:\n";
    for (const char *name : {"a model with a long name 1", "a model with a long name 2", "!!", "??"})
        text += std::string("- {model_name: '") + name + "', litellm_params: {model: openai/gpt-5}}\n";
    const auto made = importText("litellm", text);
    QVERIFY(made);
    const Loaded loaded = load(made->yaml, importContext().known);
    QVERIFY2(loaded.isUsable(), made->yaml.c_str());
    QCOMPARE(loaded.config.routers.size(), std::size_t(4));
    QCOMPARE(loaded.config.modelAliases.at("a model with a long name 2"), std::string("router/a-model-wi-2"));
    QCOMPARE(loaded.config.modelAliases.at("??"), std::string("router/x-2"));
}

void TestImport::aliasesMayNameRouters()
{
    const KnownNames known = importContext().known;
    const std::string router = "routers: {work: {route: {target: openai/gpt-5}}}\n";
    QVERIFY(load(router + "model-aliases: {fast: router/work}\n", known).isUsable());
    const Loaded lost = load(router + "model-aliases: {fast: router/wrok}\n", known);
    QCOMPARE(lost.problems.size(), std::size_t(1));
    QCOMPARE(lost.problems.front().message, std::string("unknown router 'wrok'; did you mean 'work'?"));
}

/// Values of wrong kinds and out of range, in all places at once.
void TestImport::everythingOddStillLoads()
{
    const char *const texts[][2] = {
        {"litellm",
         "model_list: [1, {model_name: [x]}, {model_name: a, litellm_params: {model: openai/x, weight: -3, "
         "order: x}},"
         " {model_name: a, litellm_params: {model: openai/y, weight: 1e300, timeout: -1, num_retries: 99}}]\n"
         "router_settings: {num_retries: 1000, timeout: 1e99, cooldown_time: 0, allowed_fails: -5, "
         "fallbacks: {a: b},"
         " model_group_alias: {'': a, a: a}}\n"},
        {"portkey", R"({"strategy": {"mode": "loadbalance"}, "retry": {"attempts": -1}, "request_timeout": 0,
            "targets": [{"provider": "openai", "weight": -1}, {"provider": "groq", "weight": 0}, 7, {"targets": []}]})"},
        {"helicone", "server: {port: 99999999, address: example}\nproviders: [x]\nrouters: {a: 1, b: "
                     "{load-balance: {chat: []}},"
                     " c: {retries: {max-retries: 99}}}\n"},
        {"ccr",
         R"({"PORT": -1, "Providers": [{"name": "ai", "api_base_url": "http://h/v1", "models": [{}, [], "m"]}],
            "Router": {"default": "ai,m", "longContext": []}, "fallback": {"default": ["ai", "ai,", "ai,m"]}})"},
    };
    for (const auto &[kind, text] : texts) {
        const auto made = importText(kind, text);
        QVERIFY2(made, made ? "" : made.error().message.c_str());
        QVERIFY2(!made->isComplete(), kind);
        QCOMPARE(errorsOf(made->yaml), std::string());
    }
}

QTEST_GUILESS_MAIN(TestImport)
#include "tst_import.moc"
