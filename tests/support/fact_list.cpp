// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fact_list.h"

#include "base/json.h"

#include <QByteArray>
#include <QJsonDocument>

namespace pm::test {

namespace {

std::string plainText(const MediaSource &source)
{
    const bool isText = source.mediaType.starts_with("text/") || source.mediaType == "application/json";
    if (source.kind != MediaSource::Kind::Base64 || !isText)
        return source.data;
    return QByteArray::fromBase64(QByteArray::fromStdString(source.data)).toStdString();
}

} // namespace

std::string canonical(std::string_view json)
{
    const QByteArray bytes(json.data(), qsizetype(json.size()));
    const QJsonDocument document = QJsonDocument::fromJson(bytes); // sorts members
    return document.isNull() ? std::string(json) : document.toJson(QJsonDocument::Compact).toStdString();
}

std::string grammarOf(std::string_view grammar)
{
    const auto document = json::Document::parse(grammar);
    return std::string(document ? json::findString(document->root(), "definition").value_or("") : "");
}

void FactList::add(std::string what, std::string value, Fact::Kind kind)
{
    if (!value.empty())
        m_facts.push_back({std::move(what), std::move(value), kind});
}

void FactList::number(std::string what, std::optional<std::int64_t> value)
{
    if (value)
        setting(std::move(what), std::to_string(*value));
}

void FactList::number(std::string what, std::optional<double> value)
{
    if (value)
        setting(std::move(what), QByteArray::number(*value).toStdString());
}

void FactList::mark(const std::string &where, const std::optional<CacheMark> &mark)
{
    if (mark)
        setting("cache mark: " + where, mark->ttl.empty() ? "5m" : mark->ttl);
}

void FactList::message(const Message &message)
{
    const std::string who = message.role == Role::System ? "system" : message.role == Role::User ? "user" : "assistant";
    if (message.isDeveloper)
        setting("role", "developer");
    words("name of " + who, message.name);
    for (const Part &each : message.parts)
        part(who, each);
}

void FactList::part(const std::string &who, const Part &part)
{
    if (const auto *said = part.as<TextPart>())
        text(who, *said);
    else if (const auto *image = part.as<ImagePart>()) {
        media(who + " image", image->source);
        setting("image detail", image->detail == "auto" ? std::string() : image->detail);
    } else if (const auto *document = part.as<DocumentPart>()) {
        media(who + " document", document->source);
        words("document title", document->title);
    } else if (const auto *audio = part.as<AudioPart>()) {
        words(who + " audio", audio->data);
        setting("audio format", audio->format);
    } else if (const auto *made = part.as<ToolCallPart>()) {
        call(*made);
    } else if (const auto *answer = part.as<ToolResultPart>()) {
        result(*answer);
    } else if (const auto *thinking = part.as<ThinkingPart>()) {
        words("thinking", thinking->text);
        signature("thinking signature", thinking->signature);
    } else if (const auto *redacted = part.as<RedactedThinkingPart>()) {
        signature("redacted thinking", redacted->data);
    } else if (const auto *refusal = part.as<RefusalPart>()) {
        words("refusal", refusal->text);
    }
    mark(part.as<ToolResultPart>() ? "result" : part.as<ToolCallPart>() ? "call" : who, part.cache);
}

void FactList::text(const std::string &who, const TextPart &text)
{
    words(who + " text", text.text);
    for (const Citation &citation : text.citations) {
        const std::string what = "citation " + std::to_string(++m_citations);
        words(what + " source", citation.url);
        words(what + " title", citation.title);
        words(what + " words", citation.citedText);
        if (citation.start >= 0)
            number(what + " start", std::optional(citation.start));
    }
}

void FactList::media(const std::string &what, const MediaSource &source)
{
    switch (source.kind) {
    case MediaSource::Kind::Url: return words(what + " by URL", source.data);
    case MediaSource::Kind::FileId: return words(what + " by file id", source.data);
    case MediaSource::Kind::Base64:
    case MediaSource::Kind::Text: break;
    }
    words(what, plainText(source));
}

void FactList::call(const ToolCallPart &call)
{
    const std::string number = std::to_string(++m_callCount);
    m_calls[call.id] = number;
    setting("call " + number, call.name + " " + canonical(call.arguments.empty() ? "{}" : call.arguments));
    signature("signature of call " + number, call.signature);
}

void FactList::result(const ToolResultPart &result)
{
    const auto found = m_calls.find(result.toolCallId);
    const std::string who = "result of call " + (found == m_calls.end() ? std::string("unknown") : found->second);
    if (result.isError)
        words(who + " failed", "rror"); // "error" or "Error: ", as the format has it
    for (const Part &each : result.content)
        part(who, each);
}

void FactList::signature(std::string what, const Signature &signature)
{
    if (!signature.empty())
        setting(std::move(what), signature.family + ":" + signature.value);
}

} // namespace pm::test
