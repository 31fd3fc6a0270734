// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/stream_text.h"

#include "dialects/framing/aws_event_stream.h"
#include "support/protocol_anthropic.h"
#include "support/protocol_bedrock.h"
#include "support/protocol_cohere.h"
#include "support/protocol_gemini.h"
#include "support/protocol_ollama.h"
#include "support/protocol_openai_chat.h"
#include "support/protocol_responses.h"

#include <QByteArray>

namespace pm::test {

namespace {

/// The word before the first blank, which is taken off `line`.
std::string_view word(std::string_view &line)
{
    const std::size_t blank = std::min(line.find(' '), line.size());
    const std::string_view taken = line.substr(0, blank);
    line.remove_prefix(std::min(blank + 1, line.size()));
    return taken;
}

std::string messageOf(std::string_view line)
{
    std::string out;
    const std::string_view type = word(line);
    if (type == "raw")
        return QByteArray::fromHex(QByteArray(line.data(), qsizetype(line.size()))).toStdString();
    const std::string_view name = word(line);
    if (type == "error")
        appendAwsMessage(out, {type, name, line, {}});
    else
        appendAwsMessage(out, {type, name, {}, line});
    return out;
}

} // namespace

std::string streamBytes(const Dialect &dialect, std::string_view file)
{
    if (dialect.framing() != StreamFraming::AwsEventStream)
        return std::string(file);
    std::string out;
    while (!file.empty()) {
        const std::size_t end = file.find('\n');
        std::string message = messageOf(file.substr(0, end));
        if (end == std::string_view::npos)
            message.resize(message.size() / 2);
        out += message;
        file.remove_prefix(end == std::string_view::npos ? file.size() : end + 1);
    }
    return out;
}

std::string shownStream(const Dialect &dialect, std::string_view bytes)
{
    if (dialect.framing() != StreamFraming::AwsEventStream)
        return std::string(bytes);
    std::string out;
    AwsEventStreamFraming framing;
    const auto fed = framing.feed(bytes, [&](const AwsMessage &message) {
        out.append(message.type).append(" ").append(message.name).append(" ");
        out.append(message.reason).append(message.payload).append("\n");
        return true;
    });
    if (!fed)
        out += fed.error().message;
    return out;
}

std::string protocolBreach(const Dialect &dialect, std::string_view bytes)
{
    switch (dialect.id()) {
    case DialectId::OpenAiChat:
        return openAiChatBreach(bytes);
    case DialectId::AnthropicMessages:
        return anthropicBreach(bytes);
    case DialectId::Bedrock:
        return bedrockBreach(bytes);
    case DialectId::Cohere:
        return cohereBreach(bytes);
    case DialectId::Gemini:
        return geminiStreamFault(bytes, false);
    case DialectId::Ollama:
        return ollamaStreamOffence(bytes);
    case DialectId::OpenAiResponses:
        return responsesProtocolFault(std::string(bytes));
    default:
        return {};
    }
}

} // namespace pm::test
