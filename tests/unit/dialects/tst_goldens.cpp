// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.h"
#include "dialects/dialect.h"
#include "support/protocol_responses.h"

#include <QDir>
#include <QFile>
#include <QTest>

// Golden cases: tests/golden/<dialect>/{requests,replies,streams,errors}/<case>.<ext>, each with what every
// dialect makes of it in <case>.to-<dialect>.<ext>. A request may lose things: the lines of
// <case>.to-<dialect>.losses. What comes after
// '@' in a case's name chooses another target or client: see traitsFor and contextFor. Run with
// PM_UPDATE_GOLDENS=1 to write the expectations anew; then read every changed line before it is committed.
using namespace pm;

namespace {

bool isUpdating()
{
    return qEnvironmentVariableIsSet("PM_UPDATE_GOLDENS");
}

QString variantOf(const QString &path)
{
    const QString base = QFileInfo(path).completeBaseName();
    return base.contains(QLatin1Char('@')) ? base.section(QLatin1Char('@'), 1) : QString();
}

/// Who is asked: the dialect's own vendor with a model of today, or with "@local" a server that knows little.
TargetTraits traitsFor(const Dialect &dialect, const QString &variant)
{
    TargetTraits traits;
    traits.provider = dialect.id() == DialectId::AnthropicMessages ? "anthropic" : "openai";
    traits.family = traits.provider;
    traits.model = "target-model";
    traits.developerRole = true;
    traits.maxOutputTokens = 32000;
    traits.toolContentParts = dialect.id() == DialectId::AnthropicMessages;
    traits.customTools = dialect.id() != DialectId::AnthropicMessages;
    if (variant == QStringLiteral("local")) {
        traits.provider = "local";
        traits.family.clear();
        traits.maxOutputTokens = 0;
        traits.maxCompletionTokens = false;
        traits.developerRole = false;
        traits.reasoningEffort = false;
        traits.structuredOutput = false;
        traits.emptyToolProperties = true;
        traits.toolChoiceRequiredIsAny = true;
        traits.parallelToolCallsField = false;
        traits.strictFields = true;
        traits.customTools = false;
    } else if (variant == QStringLiteral("echo")) {
        traits.echoReasoning = true;
        traits.toolContentParts = true;
        traits.samplingAllowed = false;
    } else if (variant == QStringLiteral("adaptive")) {
        traits.adaptiveThinking = true;
        traits.samplingAllowed = false;
    }
    return traits;
}

ReplyContext contextFor(const QString &variant)
{
    ReplyContext context;
    context.requestId = "01JGOLDEN";
    context.model = "shown-model";
    context.includeUsage = variant != QStringLiteral("nousage");
    context.inputTokensEstimate = 25;
    context.created = 1700000000;
    if (variant == QStringLiteral("custom"))
        context.customTools = {"apply_patch"};
    if (variant == QStringLiteral("grouped"))
        context.toolGroups = {{"agents__spawn_agent", "agents"}, {"agents_2__wait", "agents"}};
    return context;
}

/// The same JSON with a line for each member, so that people can review it and diffs are small. Not a parser:
/// what is not JSON stays recognisably wrong.
std::string indented(std::string_view json)
{
    std::string out;
    std::size_t depth = 0;
    bool inString = false;
    const auto newLine = [&] { out += '\n' + std::string(depth * 2, ' '); };
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (inString) {
            out += c;
            if (c == '\\' && i + 1 < json.size())
                out += json[++i];
            inString = c != '"';
        } else if ((c == '{' || c == '[') && i + 1 < json.size() &&
                   (json[i + 1] == '}' || json[i + 1] == ']')) {
            out += c;
            out += json[++i];
        } else if (c == '{' || c == '[') {
            out += c;
            ++depth;
            newLine();
        } else if (c == '}' || c == ']') {
            depth -= depth > 0 ? 1 : 0;
            newLine();
            out += c;
        } else if (c == ',') {
            out += c;
            newLine();
        } else {
            inString = c == '"';
            out += c;
            out += c == ':' ? " " : "";
        }
    }
    return out + '\n';
}

std::string failed(const Error &error)
{
    json::Writer out;
    out.beginObject();
    out.member("failed", traits(error.kind).label);
    out.member("message", error.message);
    out.endObject();
    return out.take();
}

/// The deltas of a stream given in pieces; a failure stands as the StreamError that a client would be sent.
std::vector<ChatDelta> deltasOf(const Dialect &from, const std::vector<std::string_view> &pieces)
{
    std::vector<ChatDelta> deltas;
    const auto reader = from.makeReader();
    for (const std::string_view piece : pieces) {
        if (const auto fed = reader->feed(piece, deltas); !fed) {
            deltas.push_back(StreamError{fed.error()});
            return deltas;
        }
    }
    if (const auto ended = reader->finish(deltas); !ended)
        deltas.push_back(StreamError{ended.error()});
    return deltas;
}

std::string written(const Dialect &to, const std::vector<ChatDelta> &deltas, const ReplyContext &context)
{
    const auto writer = to.makeWriter(context);
    std::string out;
    for (const ChatDelta &delta : deltas)
        writer->write(delta, out);
    return out;
}

} // namespace

class TestGoldens : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void requests_data() { cases(QStringLiteral("requests")); }
    void requests();
    void replies_data() { cases(QStringLiteral("replies")); }
    void replies();
    void streams_data() { cases(QStringLiteral("streams")); }
    void streams();
    void errors_data() { cases(QStringLiteral("errors")); }
    void errors();

private:
    void cases(const QString &kind);
    static QByteArray input();
    static void expect(const Dialect &to, const QString &extension, const std::string &actual,
                       bool mayBeAbsent = false);
};

void TestGoldens::cases(const QString &kind)
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("path");
    int found = 0;
    for (const Dialect *from : dialects()) {
        const QString name = QString::fromUtf8(from->name().data(), qsizetype(from->name().size()));
        const QDir folder(QStringLiteral(PM_TEST_DIR "/golden/") + name + QLatin1Char('/') + kind);
        for (const QFileInfo &file : folder.entryInfoList(QDir::Files, QDir::Name)) {
            if (file.fileName().contains(QStringLiteral(".to-")))
                continue;
            QTest::newRow(qPrintable(name + QStringLiteral(": ") + file.completeBaseName()))
                << name << file.absoluteFilePath();
            ++found;
        }
    }
    if (found == 0)
        QFAIL(qPrintable(QStringLiteral("no golden %1 under " PM_TEST_DIR "/golden").arg(kind)));
}

QByteArray TestGoldens::input()
{
    const QString path = *static_cast<QString *>(QTest::qData("path", QMetaType::QString));
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void TestGoldens::expect(const Dialect &to, const QString &extension, const std::string &actual,
                         bool mayBeAbsent)
{
    const QFileInfo source(*static_cast<QString *>(QTest::qData("path", QMetaType::QString)));
    const QString dialectName = QString::fromUtf8(to.name().data(), qsizetype(to.name().size()));
    const QString path = source.absolutePath() + QLatin1Char('/') + source.completeBaseName() +
                         QStringLiteral(".to-") + dialectName + QLatin1Char('.') + extension;
    const QByteArray bytes = QByteArray::fromStdString(actual);
    QFile file(path);
    if (isUpdating()) {
        if (bytes.isEmpty() && mayBeAbsent) {
            file.remove();
            return;
        }
        QVERIFY2(file.open(QIODevice::WriteOnly), qPrintable(path));
        file.write(bytes);
        return;
    }
    if (!file.exists() && mayBeAbsent) {
        QCOMPARE(bytes, QByteArray());
        return;
    }
    QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(QStringLiteral("missing: ") + path));
    const QByteArray expected = file.readAll();
    if (bytes != expected) {
        QFAIL(qPrintable(QStringLiteral("%1 differs. Got:\n%2").arg(path, QString::fromUtf8(bytes))));
    }
}

void TestGoldens::requests()
{
    QFETCH(QString, from);
    QFETCH(QString, path);
    const QByteArray body = input();
    const Dialect &source = *findDialect(from.toStdString());
    const auto request = source.readRequest({body.constData(), std::size_t(body.size())});
    for (const Dialect *to : dialects()) {
        Losses losses;
        const auto out = request.and_then([&](const ChatRequest &read) {
            return to->writeRequest(read, traitsFor(*to, variantOf(path)), losses);
        });
        expect(*to, QStringLiteral("json"), indented(out ? *out : failed(out.error())));
        std::string lines;
        for (const std::string &loss : losses)
            lines += loss + '\n';
        expect(*to, QStringLiteral("losses"), out ? lines : std::string(), true);
        if (out)
            QVERIFY2(to->facts(*out), qPrintable(QStringLiteral("its own dialect refuses it")));
    }
}

void TestGoldens::replies()
{
    QFETCH(QString, from);
    QFETCH(QString, path);
    const QByteArray body = input();
    const Dialect &source = *findDialect(from.toStdString());
    const auto reply = source.readReply({body.constData(), std::size_t(body.size())});
    for (const Dialect *to : dialects()) {
        const std::string out =
            reply ? to->writeReply(*reply, contextFor(variantOf(path))) : failed(reply.error());
        expect(*to, QStringLiteral("json"), indented(out));
        if (reply)
            QVERIFY2(to->readReply(out), "its own dialect refuses it");
    }
}

void TestGoldens::streams()
{
    QFETCH(QString, from);
    QFETCH(QString, path);
    const QByteArray body = input();
    const std::string_view bytes(body.constData(), std::size_t(body.size()));
    const Dialect &source = *findDialect(from.toStdString());
    const ReplyContext context = contextFor(variantOf(path));
    const std::vector<ChatDelta> whole = deltasOf(source, {bytes});
    std::vector<std::string> expected;
    std::size_t own = 0;
    for (const Dialect *to : dialects()) {
        own = to == &source ? expected.size() : own;
        expected.push_back(written(*to, whole, context));
        if (to->id() == DialectId::OpenAiResponses)
            QCOMPARE(pm::test::responsesProtocolFault(expected.back()), std::string());
        expect(*to, QStringLiteral("sse"), expected.back());
    }
    std::vector<std::string_view> single;
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
        single.push_back(bytes.substr(cut, 1));
        const auto deltas = deltasOf(source, {bytes.substr(0, cut), bytes.substr(cut)});
        // The format's own writer shows what its reader found; the others are asked once, below.
        QVERIFY2(written(source, deltas, context) == expected[own],
                 qPrintable(QStringLiteral("cut at byte %1 changes it").arg(cut)));
    }
    const auto deltas = deltasOf(source, single);
    for (std::size_t i = 0; i < expected.size(); ++i)
        QVERIFY2(written(*dialects()[i], deltas, context) == expected[i], "byte by byte it differs");
}

void TestGoldens::errors()
{
    QFETCH(QString, from);
    QFETCH(QString, path);
    const QByteArray body = input();
    const int status = QFileInfo(path).fileName().section(QLatin1Char('-'), 0, 0).toInt();
    QVERIFY2(status >= 200 && status < 600, "the case's name must begin with the status: 429-quota.json");
    const Error error =
        findDialect(from.toStdString())->readError(status, {body.constData(), std::size_t(body.size())});
    QCOMPARE(QByteArray::fromStdString(error.upstreamBody), body.left(64 * 1024));
    for (const Dialect *to : dialects()) {
        json::Writer out;
        out.beginObject();
        out.member("kind", traits(error.kind).label);
        out.member("status", error.status());
        if (error.retryAfter)
            out.member("retry_after_ms", std::int64_t(error.retryAfter->count()));
        out.memberRaw("body", to->writeError(error, "01JGOLDEN"));
        out.endObject();
        expect(*to, QStringLiteral("json"), indented(out.text()));
    }
}

QTEST_GUILESS_MAIN(TestGoldens)
#include "tst_goldens.moc"
