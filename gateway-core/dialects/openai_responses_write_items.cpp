// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_responses_write.h"

#include "dialects/openai_responses_fields.h"
#include "dialects/shared/media.h"

#include <algorithm>
#include <set>

namespace pm::responses {

namespace {

/// Writes turn after turn of one request as items. What it is given must outlive it; used once.
class ItemWriter
{
public:
    ItemWriter(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses)
        : m_out(out)
        , m_request(request)
        , m_target(target)
        , m_losses(losses)
    {
    }
    Result<void> writeAll();

private:
    std::size_t openLoopBegin() const;
    std::string textOf(const Message &message);
    void system(const Message &message);
    Result<void> user(const Message &message, const std::string &at);
    void assistant(const Message &message, bool inOpenLoop);
    void assistantText(const std::vector<const Part *> &parts);
    void reasoning(std::string_view text, const Signature &signature, bool inOpenLoop);
    void call(const ToolCallPart &call);
    Result<void> result(const ToolResultPart &result, const std::string &at);
    Result<void> parts(const std::vector<const Part *> &list, const std::string &at);
    Result<void> part(const Part &part, const std::string &at);
    void text(std::string_view type, std::string_view words);
    void noteCacheMark(const Part &part)
    {
        if (part.cache)
            lose(m_losses, "cache_control");
    }

    json::Writer &m_out;
    const ChatRequest &m_request;
    const TargetTraits &m_target;
    Losses &m_losses;
    std::set<std::string> m_custom; ///< ids of calls that were written as custom: their outputs are too
};

/// The first turn behind the last words of the user: what the provider still thinks about.
std::size_t ItemWriter::openLoopBegin() const
{
    const std::vector<Message> &messages = m_request.messages;
    for (std::size_t i = messages.size(); i > 0; --i) {
        const Message &message = messages[i - 1];
        const auto isResult = [](const Part &part) { return part.as<ToolResultPart>() != nullptr; };
        if (message.role == Role::User && !std::any_of(message.parts.begin(), message.parts.end(), isResult))
            return i;
    }
    return 0;
}

Result<void> ItemWriter::writeAll()
{
    const std::vector<Message> &messages = m_request.messages;
    std::size_t begin = 0;
    std::string instructions;
    while (begin < messages.size() && messages[begin].role == Role::System && !messages[begin].isDeveloper) {
        const std::string words = textOf(messages[begin++]);
        instructions += instructions.empty() || words.empty() ? "" : "\n\n";
        instructions += words;
    }
    if (!instructions.empty())
        m_out.member("instructions", instructions);
    if (std::any_of(messages.begin(), messages.end(), [](const Message &message) { return !message.name.empty(); }))
        lose(m_losses, "messages: name");
    const std::size_t loop = openLoopBegin();
    m_out.key("input");
    m_out.beginArray();
    for (std::size_t i = begin; i < messages.size(); ++i) {
        if (messages[i].role == Role::System)
            system(messages[i]);
        else if (messages[i].role == Role::Assistant)
            assistant(messages[i], i >= loop);
        else if (auto written = user(messages[i], place("messages", i)); !written)
            return written;
    }
    m_out.endArray();
    return {};
}

std::string ItemWriter::textOf(const Message &message)
{
    std::string text;
    for (const Part &each : message.parts) {
        const auto *words = each.as<TextPart>();
        // Claude Code's billing line is for Anthropic alone, and its changing digits defeat prompt caches.
        if (!words || words->text.starts_with("x-anthropic-billing-header:"))
            continue;
        noteCacheMark(each);
        text += text.empty() ? "" : "\n\n";
        text += words->text;
    }
    return text;
}

void ItemWriter::text(std::string_view type, std::string_view words)
{
    m_out.beginObject();
    m_out.member("type", type);
    m_out.member("text", words);
    m_out.endObject();
}

void ItemWriter::system(const Message &message)
{
    const std::string words = textOf(message);
    if (words.empty())
        return;
    m_out.beginObject();
    m_out.member("type", "message");
    m_out.member("role", message.isDeveloper ? "developer" : "system");
    m_out.key("content");
    m_out.beginArray();
    text("input_text", words);
    m_out.endArray();
    m_out.endObject();
}

Result<void> ItemWriter::user(const Message &message, const std::string &at)
{
    std::vector<const Part *> rest;
    for (std::size_t i = 0; i < message.parts.size(); ++i) {
        const Part &each = message.parts[i];
        noteCacheMark(each);
        if (const auto *answer = each.as<ToolResultPart>()) {
            if (auto written = result(*answer, place(at + ".content", i)); !written)
                return written;
        } else {
            rest.push_back(&each);
        }
    }
    if (rest.empty() && !message.parts.empty())
        return {}; // it held tool results only
    m_out.beginObject();
    m_out.member("type", "message");
    m_out.member("role", "user");
    m_out.key("content");
    if (auto written = parts(rest, at + ".content"); !written)
        return written;
    m_out.endObject();
    return {};
}

Result<void> ItemWriter::parts(const std::vector<const Part *> &list, const std::string &at)
{
    m_out.beginArray();
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (auto written = part(*list[i], place(at, i)); !written)
            return written;
    }
    m_out.endArray();
    return {};
}

Result<void> ItemWriter::part(const Part &part, const std::string &at)
{
    if (const auto *words = part.as<TextPart>()) {
        text("input_text", words->text);
        return {};
    }
    if (const auto *refusal = part.as<RefusalPart>()) {
        text("input_text", refusal->text);
        return {};
    }
    const auto *image = part.as<ImagePart>();
    const auto *document = part.as<DocumentPart>();
    const auto *audio = part.as<AudioPart>();
    const MediaSource *source = image ? &image->source : document ? &document->source : nullptr;
    if (source && source->kind == MediaSource::Kind::FileId)
        return fail(unsupported(at, "a file id is known to its own provider only; send the file itself"));
    if (document && source->kind == MediaSource::Kind::Text) {
        text("input_text", document->title.empty() ? source->data : document->title + "\n\n" + source->data);
        return {};
    }
    const bool isInline = source && source->kind == MediaSource::Kind::Base64;
    m_out.beginObject();
    if (image) {
        m_out.member("type", "input_image");
        m_out.key("image_url");
        shared::writeUrl(m_out, *source, "image/png");
        m_out.member("detail", image->detail.empty() ? std::string("auto") : image->detail);
    } else if (document) {
        m_out.member("type", "input_file");
        if (isInline)
            m_out.member("filename", document->title.empty() ? std::string("document.pdf") : document->title);
        else if (!document->title.empty())
            lose(m_losses, "document title");
        m_out.key(isInline ? "file_data" : "file_url");
        shared::writeUrl(m_out, *source, "application/pdf");
    } else if (audio) {
        m_out.member("type", "input_audio");
        m_out.key("input_audio");
        m_out.beginObject();
        m_out.member("data", audio->data);
        m_out.member("format", audio->format);
        m_out.endObject();
    }
    m_out.endObject();
    return {};
}

Result<void> ItemWriter::result(const ToolResultPart &result, const std::string &at)
{
    std::vector<const Part *> list;
    std::string joined = result.isError ? "Error: " : "";
    bool isText = true;
    bool isFirst = true;
    for (const Part &each : result.content) {
        noteCacheMark(each);
        list.push_back(&each);
        const auto *words = each.as<TextPart>();
        isText = isText && words;
        if (!words)
            continue;
        joined += isFirst ? "" : "\n";
        joined += words->text;
        isFirst = false;
    }
    m_out.beginObject();
    m_out.member("type",
                 m_custom.count(result.toolCallId) > 0 ? "custom_tool_call_output" : "function_call_output");
    m_out.member("call_id", result.toolCallId);
    m_out.key("output");
    const Part mark{TextPart{"Error:", {}}, {}};
    if (isText) {
        m_out.string(joined);
    } else {
        if (result.isError)
            list.insert(list.begin(), &mark);
        if (auto written = parts(list, at + ".content"); !written)
            return written;
    }
    m_out.endObject();
    return {};
}

void ItemWriter::assistant(const Message &message, bool inOpenLoop)
{
    std::vector<const Part *> said;
    const auto flush = [&] {
        if (!said.empty())
            assistantText(said);
        said.clear();
    };
    for (const Part &each : message.parts) {
        noteCacheMark(each);
        if (each.as<TextPart>() || each.as<RefusalPart>()) {
            said.push_back(&each);
            continue;
        }
        flush();
        if (const auto *thinking = each.as<ThinkingPart>()) {
            reasoning(thinking->text, thinking->signature, inOpenLoop);
        } else if (const auto *redacted = each.as<RedactedThinkingPart>()) {
            reasoning({}, redacted->data, inOpenLoop);
        } else if (const auto *made = each.as<ToolCallPart>()) {
            if (inOpenLoop && !made->signature.empty())
                lose(m_losses, "thinking signature");
            call(*made);
        } else if (each.as<ImagePart>() || each.as<DocumentPart>()) {
            lose(m_losses, "picture or document in an assistant message");
        }
    }
    flush();
}

void ItemWriter::assistantText(const std::vector<const Part *> &parts)
{
    m_out.beginObject();
    m_out.member("type", "message");
    m_out.member("role", "assistant");
    m_out.key("content");
    m_out.beginArray();
    for (const Part *each : parts) {
        if (const auto *words = each->as<TextPart>()) {
            text("output_text", words->text);
            continue;
        }
        m_out.beginObject();
        m_out.member("type", "refusal");
        m_out.member("refusal", each->as<RefusalPart>()->text);
        m_out.endObject();
    }
    m_out.endArray();
    m_out.endObject();
}

/// Reasoning goes back to its makers only. Elsewhere it is no loss but within an open tool loop.
void ItemWriter::reasoning(std::string_view words, const Signature &signature, bool inOpenLoop)
{
    if (!isReadableBy(signature, m_target.family)) {
        if (inOpenLoop && !words.empty())
            lose(m_losses, "thinking");
        if (inOpenLoop && !signature.empty())
            lose(m_losses, "thinking signature");
        return;
    }
    m_out.beginObject();
    m_out.member("type", "reasoning");
    m_out.key("summary");
    m_out.beginArray();
    if (!words.empty())
        text("summary_text", words);
    m_out.endArray();
    m_out.member("encrypted_content", signature.value);
    m_out.endObject();
}

void ItemWriter::call(const ToolCallPart &call)
{
    const bool isCustom = isWrittenCustom(m_request, m_target, call.name);
    if (isCustom)
        m_custom.insert(call.id);
    m_out.beginObject();
    m_out.member("type", isCustom ? "custom_tool_call" : "function_call");
    m_out.member("call_id", call.id);
    m_out.member("name", targetToolName(call.name, m_losses));
    if (isCustom)
        m_out.member("input", customInput(call.arguments));
    else
        m_out.member("arguments", call.arguments.empty() ? std::string("{}") : call.arguments);
    m_out.endObject();
}

} // namespace

Result<void> writeInput(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    return ItemWriter(out, request, target, losses).writeAll();
}

} // namespace pm::responses
