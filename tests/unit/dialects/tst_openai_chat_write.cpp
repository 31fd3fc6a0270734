// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.h"
#include "dialects/openai_chat.h"

#include <QTest>

using namespace pm;

namespace {

const OpenAiChat kDialect;

QString text(std::string_view bytes)
{
    return QString::fromUtf8(bytes.data(), qsizetype(bytes.size()));
}

Message turn(Role role, std::vector<Part> parts)
{
    Message message;
    message.role = role;
    message.parts = std::move(parts);
    return message;
}

Part words(std::string value)
{
    return {TextPart{std::move(value)}, {}};
}

Part result(std::string id, std::vector<Part> content, bool isError = false)
{
    return {ToolResultPart{std::move(id), std::move(content), isError}, {}};
}

/// The written messages, without the rest of the request.
QString messagesOf(const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    const auto written = kDialect.writeRequest(request, target, losses);
    if (!written)
        return text(written.error().param);
    const auto parsed = json::Document::parse(*written);
    return text(json::text(*json::find(parsed->root(), "messages")));
}

} // namespace

/// What only other dialects bring into the vocabulary, and the limits of error bodies.
class TestOpenAiChatWrite : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void toolResultsComeFirst()
    {
        ChatRequest request;
        request.messages = {
            turn(Role::Assistant, {{ToolCallPart{"c1", "f", "{}"}, {}}, {ToolCallPart{"c2", "f", ""}, {}}}),
            turn(Role::User, {words("before"), result("c1", {words("a")})}),
            turn(Role::User, {result("c2", {words("b")}, true), words("after")})};
        Losses losses;
        const QString expected = QStringLiteral(
            "[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":["
            "{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
            "{\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
            "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"a\"},"
            "{\"role\":\"tool\",\"tool_call_id\":\"c2\",\"content\":\"Error: b\"},"
            "{\"role\":\"user\",\"content\":\"before\"},{\"role\":\"user\",\"content\":\"after\"}]");
        QCOMPARE(messagesOf(request, {}, losses), expected);
        QVERIFY(losses.empty());
    }

    void textAfterACallIsFolded()
    {
        ChatRequest request;
        request.messages = {
            turn(Role::Assistant,
                 {words("one"), words(" two"), {ToolCallPart{"c", "f", "{}"}, {}}, words("three")})};
        Losses losses;
        QVERIFY(
            messagesOf(request, {}, losses).contains(QStringLiteral("\"content\":\"one two\\n\\nthree\"")));
    }

    void thinkingInAnOpenLoopIsALoss_data()
    {
        QTest::addColumn<bool>("isOpen");
        QTest::addColumn<bool>("echoes");
        QTest::addColumn<QString>("losses");
        QTest::newRow("open loop") << true << false << QStringLiteral("thinking, thinking signature");
        QTest::newRow("open loop, echoed") << true << true << QStringLiteral("thinking signature");
        QTest::newRow("answered long ago") << false << false << QString();
    }
    void thinkingInAnOpenLoopIsALoss()
    {
        QFETCH(bool, isOpen);
        QFETCH(bool, echoes);
        QFETCH(QString, losses);
        ChatRequest request;
        request.messages = {turn(Role::User, {words("go")}),
                            turn(Role::Assistant, {{ThinkingPart{"hm", {"sig", "openai"}}, {}},
                                                   {RedactedThinkingPart{{"x", "openai"}}, {}},
                                                   {ToolCallPart{"c", "f", "{}"}, {}}}),
                            turn(Role::User, {result("c", {})})};
        if (!isOpen)
            request.messages.push_back(turn(Role::User, {words("next")}));
        TargetTraits target;
        target.echoReasoning = echoes;
        Losses seen;
        const QString messages = messagesOf(request, target, seen);
        QCOMPARE(messages.contains(QStringLiteral("\"reasoning_content\":\"hm\"")), echoes);
        QVERIFY(!messages.contains(QStringLiteral("sig")));
        QStringList names;
        for (const std::string &name : seen)
            names << text(name);
        QCOMPARE(names.join(QStringLiteral(", ")), losses);
    }

    void efforts_data()
    {
        QTest::addColumn<int>("mode");
        QTest::addColumn<qint64>("budget");
        QTest::addColumn<QString>("effort");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, Reasoning::Mode mode, qint64 budget, const char *effort,
                            const char *expected) {
            QTest::newRow(name) << int(mode) << budget << QString::fromLatin1(effort)
                                << QString::fromLatin1(expected);
        };
        row("nothing asked", Reasoning::Mode::Unset, 0, "", "");
        row("small budget", Reasoning::Mode::Budget, 4096, "", "low");
        row("middle budget", Reasoning::Mode::Budget, 4097, "", "medium");
        row("middle budget, its end", Reasoning::Mode::Budget, 8192, "", "medium");
        row("large budget", Reasoning::Mode::Budget, 8193, "", "high");
        row("adaptive with effort", Reasoning::Mode::Adaptive, 0, "max", "max");
        row("adaptive alone", Reasoning::Mode::Adaptive, 0, "", "");
        row("off by name", Reasoning::Mode::Off, 0, "none", "none");
        row("off", Reasoning::Mode::Off, 0, "", "");
    }
    void efforts()
    {
        QFETCH(int, mode);
        QFETCH(qint64, budget);
        QFETCH(QString, effort);
        QFETCH(QString, expected);
        ChatRequest request;
        request.reasoning.mode = Reasoning::Mode(mode);
        request.reasoning.budgetTokens = budget;
        request.reasoning.effort = effort.toStdString();
        Losses losses;
        const auto written = kDialect.writeRequest(request, {}, losses);
        QVERIFY(written);
        const auto parsed = json::Document::parse(*written);
        QCOMPARE(text(json::findString(parsed->root(), "reasoning_effort").value_or("")), expected);
        QCOMPARE(losses.size(), std::size_t(mode == int(Reasoning::Mode::Off) && effort.isEmpty() ? 1 : 0));
    }

    void whatCannotBeSentIsRefused_data()
    {
        QTest::addColumn<bool>("isImage");
        QTest::addColumn<int>("kind");
        QTest::addColumn<bool>("inResult");
        QTest::addColumn<QString>("param");
        const auto row = [](const char *name, bool isImage, MediaSource::Kind kind, bool inResult,
                            const char *param) {
            QTest::newRow(name) << isImage << int(kind) << inResult << QString::fromLatin1(param);
        };
        row("document by URL", false, MediaSource::Kind::Url, false, "messages[0].content[0]");
        row("document by id", false, MediaSource::Kind::FileId, false, "messages[0].content[0]");
        row("image by id", true, MediaSource::Kind::FileId, false, "messages[0].content[0]");
        row("image by id in a tool result", true, MediaSource::Kind::FileId, true,
            "messages[0].content[0].content[0]");
    }
    void whatCannotBeSentIsRefused()
    {
        QFETCH(bool, isImage);
        QFETCH(int, kind);
        QFETCH(bool, inResult);
        QFETCH(QString, param);
        const MediaSource source{MediaSource::Kind(kind), {}, "x"};
        Part part;
        if (isImage)
            part.value = ImagePart{source, {}};
        else
            part.value = DocumentPart{source, {}};
        ChatRequest request;
        request.messages = {turn(Role::User, {inResult ? result("c", {part}) : part})};
        TargetTraits target;
        target.toolContentParts = false;
        Losses losses;
        const auto written = kDialect.writeRequest(request, target, losses);
        QVERIFY(!written);
        QCOMPARE(written.error().kind, ErrorKind::NotSupported);
        QCOMPARE(text(written.error().param), param);
    }

    void documentsAsText()
    {
        ChatRequest request;
        request.messages = {
            turn(Role::User, {{DocumentPart{{MediaSource::Kind::Text, "text/plain", "body"}, "notes"}, {}}})};
        Losses losses;
        QCOMPARE(messagesOf(request, {}, losses),
                 QStringLiteral(
                     "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"notes\\n\\nbody\"}]}]"));
    }

    void errorBodiesAreCapped()
    {
        const std::string body = "{\"error\":{\"message\":\"" + std::string(100000, 'x') + "\"}}";
        const Error error = kDialect.readError(400, body);
        QCOMPARE(error.kind, ErrorKind::UpstreamRejected);
        QCOMPARE(error.upstreamBody.size(), std::size_t(64 * 1024));
        QCOMPARE(error.message.size(), std::size_t(2 * 1024));
        QVERIFY(kDialect.readError(500, std::string(100000, '<')).message.size() < 400);
    }

    void ourOwnErrors_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("code");
        const auto row = [](const char *name, ErrorKind kind, const char *type, const char *code) {
            QTest::newRow(name) << int(kind) << QString::fromLatin1(type) << QString::fromLatin1(code);
        };
        row("wrong client key", ErrorKind::Unauthorized, "authentication_error", "invalid_api_key");
        row("provider refuses our key", ErrorKind::UpstreamAuth, "server_error", "upstream_auth");
        row("no provider key", ErrorKind::ProviderKeyMissing, "authentication_error", "provider_key_missing");
        row("forbidden", ErrorKind::Forbidden, "permission_error", "");
        row("bad request", ErrorKind::BadRequest, "invalid_request_error", "");
        row("cannot be expressed", ErrorKind::NotSupported, "invalid_request_error", "not_supported");
        row("too large", ErrorKind::PayloadTooLarge, "invalid_request_error", "payload_too_large");
        row("model unknown", ErrorKind::ModelNotFound, "not_found_error", "model_not_found");
        row("rate limited", ErrorKind::RateLimited, "rate_limit_error", "rate_limit_exceeded");
        row("quota gone", ErrorKind::QuotaExhausted, "insufficient_quota", "insufficient_quota");
        row("timeout", ErrorKind::UpstreamTimeout, "server_error", "upstream_timeout");
        row("internal", ErrorKind::Internal, "server_error", "internal");
    }
    void ourOwnErrors()
    {
        QFETCH(int, kind);
        QFETCH(QString, type);
        QFETCH(QString, code);
        const auto parsed =
            json::Document::parse(kDialect.writeError(Error{ErrorKind(kind), "why \"so\""}, "id"));
        QVERIFY(parsed);
        const auto body = json::findObject(parsed->root(), "error");
        QVERIFY(body);
        QCOMPARE(text(json::findString(*body, "message").value_or("")), QStringLiteral("why \"so\""));
        QCOMPARE(text(json::findString(*body, "type").value_or("")), type);
        QCOMPARE(text(json::findString(*body, "code").value_or("")), code);
    }
};

QTEST_GUILESS_MAIN(TestOpenAiChatWrite)
#include "tst_openai_chat_write.moc"
