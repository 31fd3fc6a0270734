// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/ollama_fields.h"
#include "dialects/ollama_write.h"
#include "dialects/shared/field_errors.h"
#include "dialects/shared/media.h"

#include <QByteArray>

#include <algorithm>

// The turns of a request.
namespace pm::ollama {

using errors::note;
using errors::place;
using errors::unsupportedField;

namespace {

bool hasResults(const Message &message)
{
    const auto isResult = [](const Part &part) { return part.as<ToolResultPart>() != nullptr; };
    return message.role == Role::User && std::any_of(message.parts.begin(), message.parts.end(), isResult);
}

void addParagraph(std::string &text, std::string_view more)
{
    if (more.empty())
        return;
    text += text.empty() ? "" : "\n\n";
    text += more;
}

std::string plainOf(const DocumentPart &document)
{
    const MediaSource &source = document.source;
    std::string text = source.data;
    if (source.kind == MediaSource::Kind::Base64)
        text = QByteArray::fromBase64(QByteArray::fromStdString(source.data)).toStdString();
    return document.title.empty() ? text : document.title + "\n\n" + text;
}

} // namespace

std::size_t MessageWriter::endOfRun(std::size_t begin) const
{
    const auto &messages = m_request.messages;
    std::size_t end = begin + 1;
    while (end < messages.size() && messages[end].role == messages[begin].role)
        ++end;
    return end;
}

/// Between the last words of the user and a result that the model has not answered on.
bool MessageWriter::isInOpenLoop(std::size_t index) const
{
    const auto &messages = m_request.messages;
    if (messages.empty() || !hasResults(messages.back()))
        return false;
    for (std::size_t i = messages.size(); i > index; --i) {
        if (messages[i - 1].role == Role::User && !hasResults(messages[i - 1]))
            return false;
    }
    return true;
}

Result<void> MessageWriter::writeAll()
{
    const auto &messages = m_request.messages;
    m_out.beginArray();
    for (std::size_t begin = 0; begin < messages.size();) {
        const std::size_t end = endOfRun(begin);
        Sorted sorted;
        if (messages[begin].role == Role::User) {
            if (auto written = results(begin, end, sorted); !written)
                return written;
        }
        for (std::size_t i = begin; i < end; ++i) {
            if (auto done = sort(messages[i], place("messages", i), sorted); !done)
                return done;
        }
        if (messages[begin].role == Role::Assistant) {
            noteCalls(begin, end);
            write("assistant", sorted);
        } else if (messages[begin].role == Role::System) {
            if (!sorted.text.empty())
                write("system", sorted);
        } else if (sorted.hasParts || !hasResults(messages[begin])) {
            write("user", sorted);
        }
        begin = end;
    }
    m_out.endArray();
    if (!m_hasWritten) // a server would load the model and answer nothing
        return fail(unsupportedField("messages", "Ollama answers nothing to no message"));
    return {};
}

/// Remembers the names of calls for their results, and what is lost of the reasoning that led to calls still
/// open.
void MessageWriter::noteCalls(std::size_t begin, std::size_t end)
{
    const bool isOpen = isInOpenLoop(begin);
    for (std::size_t i = begin; i < end; ++i) {
        for (const Part &part : m_request.messages[i].parts) {
            const auto *thinking = part.as<ThinkingPart>();
            if (isOpen && (part.as<RedactedThinkingPart>() || (thinking && !thinking->signature.empty())))
                note(m_losses, "thinking signature");
            const auto *call = part.as<ToolCallPart>();
            if (!call)
                continue;
            if (isOpen && !call->signature.empty())
                note(m_losses, "thinking signature");
            m_calls[call->id] = {call->name, m_calls.size()};
        }
    }
}

Result<void> MessageWriter::sort(const Message &message, const std::string &at, Sorted &into)
{
    if (!message.name.empty())
        note(m_losses, "name");
    for (std::size_t i = 0; i < message.parts.size(); ++i) {
        const Part &part = message.parts[i];
        if (part.cache)
            note(m_losses, "cache_control");
        if (part.as<ToolResultPart>())
            continue; // written before
        if (auto done = sortPart(part, place(at + ".content", i), into); !done)
            return done;
        into.hasParts = true;
    }
    return {};
}

Result<void> MessageWriter::sortPart(const Part &part, const std::string &at, Sorted &into)
{
    if (const auto *words = part.as<TextPart>()) {
        // Claude Code's billing line is for Anthropic alone, and its changing digits defeat prompt caches.
        if (!words->text.starts_with("x-anthropic-billing-header:"))
            addParagraph(into.text, words->text);
    } else if (const auto *refusal = part.as<RefusalPart>()) {
        addParagraph(into.text, refusal->text);
    } else if (const auto *thinking = part.as<ThinkingPart>()) {
        addParagraph(into.thinking, thinking->text);
    } else if (const auto *call = part.as<ToolCallPart>()) {
        into.calls.push_back(*call);
    } else if (const auto *picture = part.as<ImagePart>()) {
        return image(*picture, at, into);
    } else if (const auto *file = part.as<DocumentPart>()) {
        return document(*file, at, into);
    } else if (part.as<AudioPart>()) {
        return fail(unsupportedField(at, "sound cannot be sent to Ollama"));
    }
    return {};
}

Result<void> MessageWriter::image(const ImagePart &image, const std::string &at, Sorted &into)
{
    const MediaSource &source = image.source;
    std::string_view base64 = source.data;
    if (source.kind == MediaSource::Kind::Url) {
        constexpr std::string_view kMark = ";base64,";
        if (!shared::fromDataUrl(source.data))
            return fail(
                unsupportedField(at, "Ollama takes no image by URL; send the image itself as base64"));
        base64.remove_prefix(base64.find(kMark) + kMark.size());
    } else if (source.kind != MediaSource::Kind::Base64) {
        return fail(
            unsupportedField(at, "a file id is known to its own provider only; send the image itself"));
    }
    into.images.push_back(base64);
    ++m_weight.images;
    m_weight.imageBytes += base64.size();
    return {};
}

Result<void> MessageWriter::document(const DocumentPart &document, const std::string &at, Sorted &into)
{
    const MediaSource &source = document.source;
    const bool isText = source.kind == MediaSource::Kind::Text ||
                        (source.kind == MediaSource::Kind::Base64 && source.mediaType.starts_with("text/"));
    if (!isText)
        return fail(
            unsupportedField(at, "Ollama takes text and images, no other files; send the document's text"));
    addParagraph(into.text, plainOf(document));
    return {};
}

/// The tool results of user turns in a row: messages of their own, directly behind the calls and in their order, by
/// which servers without ids tell them apart. Pictures have no place in them and go into the user's next message.
Result<void> MessageWriter::results(std::size_t begin, std::size_t end, Sorted &moved)
{
    struct Found
    {
        const ToolResultPart *result;
        std::string at;
        std::size_t order;
    };
    std::vector<Found> found;
    for (std::size_t i = begin; i < end; ++i) {
        const std::vector<Part> &parts = m_request.messages[i].parts;
        for (std::size_t k = 0; k < parts.size(); ++k) {
            const auto *each = parts[k].as<ToolResultPart>();
            if (!each)
                continue;
            const auto call = m_calls.find(each->toolCallId);
            const std::size_t order = call == m_calls.end() ? m_calls.size() : call->second.order;
            found.push_back({each, place(place("messages", i) + ".content", k), order});
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const Found &a, const Found &b) { return a.order < b.order; });
    for (const Found &each : found) {
        if (auto written = result(*each.result, each.at, moved); !written)
            return written;
    }
    return {};
}

Result<void> MessageWriter::result(const ToolResultPart &result, const std::string &at, Sorted &moved)
{
    Sorted own;
    for (std::size_t i = 0; i < result.content.size(); ++i) {
        if (result.content[i].cache)
            note(m_losses, "cache_control");
        if (auto done = sortPart(result.content[i], place(at + ".content", i), own); !done)
            return done;
    }
    if (result.isError)
        own.text.insert(0, "Error: "); // there is no field for it
    m_hasWritten = true;
    const auto call = m_calls.find(result.toolCallId);
    if (!own.images.empty()) {
        addParagraph(own.text, "[image: see the next user message]");
        addParagraph(moved.text, call == m_calls.end()
                                     ? std::string("Image of a tool's result:")
                                     : "Image that " + std::string(call->second.name) + " returned:");
        moved.images.insert(moved.images.end(), own.images.begin(), own.images.end());
        moved.hasParts = true;
    }
    m_out.beginObject();
    m_out.member("role", "tool");
    m_out.member("content", own.text);
    if (call != m_calls.end())
        m_out.member("tool_name", call->second.name);
    if (!result.toolCallId.empty())
        m_out.member("tool_call_id", result.toolCallId);
    m_out.endObject();
    return {};
}

void MessageWriter::write(std::string_view role, const Sorted &sorted)
{
    m_hasWritten = true;
    m_out.beginObject();
    m_out.member("role", role);
    m_out.member("content", sorted.text);
    if (!sorted.thinking.empty())
        m_out.member("thinking", sorted.thinking);
    if (!sorted.images.empty()) {
        m_out.key("images");
        m_out.beginArray();
        for (const std::string_view image : sorted.images)
            m_out.string(image);
        m_out.endArray();
    }
    if (!sorted.calls.empty()) {
        m_out.key("tool_calls");
        writeCalls(m_out, sorted.calls);
    }
    m_out.endObject();
}

} // namespace pm::ollama
