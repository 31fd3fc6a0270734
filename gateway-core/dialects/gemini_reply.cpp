// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/gemini.h"

#include "base/text.h"
#include "dialects/framing/surrogates.h"
#include "dialects/gemini_fields.h"

#include <algorithm>

// Whole answers, both ways.
namespace pm {

namespace gemini {

namespace {

void readText(json::Element part, std::vector<Part> &parts)
{
    const std::string text(findString(part, "text"));
    const Signature signature{std::string(findString(part, "thoughtSignature")), {}};
    if (json::findBool(part, "thought").value_or(false)) {
        auto *last = parts.empty() ? nullptr : parts.back().as<ThinkingPart>();
        if (!last || !last->signature.empty())
            parts.push_back({ThinkingPart{text, signature}, {}});
        else
            *last = {last->text + text, signature};
        return;
    }
    auto *last = parts.empty() ? nullptr : parts.back().as<TextPart>();
    if (last && !text.empty())
        last->text += text;
    else if (!text.empty())
        parts.push_back({TextPart{text, {}}, {}});
    if (!signature.empty())
        parts.push_back({ThinkingPart{{}, signature}, {}});
}

void readPart(json::Element part, const std::string &seed, std::size_t &calls, std::vector<Part> &parts)
{
    if (const auto call = findObject(part, "functionCall")) {
        const auto args = findObject(*call, "args");
        ToolCallPart made{std::string(findString(*call, "id")), std::string(findString(*call, "name")),
                          args ? json::text(*args) : "{}",
                          {std::string(findString(part, "thoughtSignature")), {}}};
        if (made.id.empty())
            made.id = madeUpCallId(seed, calls, made.name, made.arguments);
        ++calls;
        parts.push_back({std::move(made), {}});
        return;
    }
    if (std::string odd = textOfOddPart(part); !odd.empty())
        parts.push_back({TextPart{std::move(odd), {}}, {}});
    else
        readText(part, parts);
}

/// The prompt was refused: there is no candidate then.
void readBlock(json::Element root, ChatReply &reply)
{
    const auto feedback = findObject(root, "promptFeedback");
    if (!feedback || findString(*feedback, "blockReason").empty())
        return;
    reply.finish = FinishReason::ContentFilter;
    if (const auto why = findString(*feedback, "blockReasonMessage"); !why.empty())
        reply.parts.push_back({RefusalPart{std::string(why)}, {}});
}

Result<void> readCandidate(json::Element candidate, ChatReply &reply)
{
    std::size_t calls = 0;
    const auto content = findObject(candidate, "content");
    if (const auto parts = content ? findArray(*content, "parts") : std::nullopt) {
        for (const json::Element part : *parts) {
            if (part.is_object())
                readPart(part, reply.id, calls, reply.parts);
        }
    }
    const std::string_view reason = findString(candidate, "finishReason");
    if (isBrokenCall(reason) && reply.parts.empty())
        return fail(brokenCall(candidate, reason));
    reply.finish = readFinish(reason, calls > 0);
    for (Part &part : reply.parts) {
        if (auto *text = part.as<TextPart>()) {
            text->citations = readCitations(candidate, text->text);
            break;
        }
    }
    return {};
}

void writePart(json::Writer &out, const Part &part)
{
    if (const auto *text = part.as<TextPart>()) {
        writeTextPart(out, text->text, false, {});
    } else if (const auto *refusal = part.as<RefusalPart>()) {
        writeTextPart(out, refusal->text, false, {});
    } else if (const auto *thinking = part.as<ThinkingPart>()) {
        writeTextPart(out, thinking->text, true, sealed(thinking->signature, kFamily));
    } else if (const auto *redacted = part.as<RedactedThinkingPart>()) {
        writeTextPart(out, {}, true, sealedRedacted(redacted->data));
    } else if (const auto *call = part.as<ToolCallPart>()) {
        writeCallPart(out, *call);
    } else if (const auto *image = part.as<ImagePart>(); image && image->source.kind == MediaSource::Kind::Base64) {
        out.beginObject();
        out.key("inlineData");
        out.beginObject();
        out.member("mimeType", image->source.mediaType);
        out.member("data", image->source.data);
        out.endObject();
        out.endObject();
    } else {
        writeTextPart(out, {}, false, {});
    }
}

std::vector<Citation> citationsOf(const std::vector<Part> &parts)
{
    std::vector<Citation> found;
    std::size_t base = 0;
    for (const Part &part : parts) {
        const auto *text = part.as<TextPart>();
        if (!text)
            continue;
        for (const Citation &citation : text->citations)
            found.push_back(inBytes(citation, text->text, base));
        base += text->text.size();
    }
    return found;
}

} // namespace

} // namespace gemini

Result<ChatReply> Gemini::readReply(std::string_view body) const
{
    using namespace gemini;
    const auto document = parseLenient(body);
    if (!document)
        return fail(ErrorKind::UpstreamBroken, "the provider's answer is no JSON: " + document.error().message);
    const json::Element root = document->root();
    if (!root.is_object())
        return fail(ErrorKind::UpstreamBroken, "the provider's answer is no JSON object");
    if (findObject(root, "error"))
        return fail(readErrorBody(0, body));
    ChatReply reply;
    reply.id = findString(root, "responseId");
    reply.model = findString(root, "modelVersion");
    if (const auto usage = findObject(root, "usageMetadata"))
        reply.usage = gemini::readUsage(*usage);
    readBlock(root, reply);
    const auto candidates = findArray(root, "candidates");
    if (!candidates || candidates->size() == 0) {
        if (reply.finish == FinishReason::Unknown)
            return fail(ErrorKind::UpstreamBroken, "the provider's answer has no candidates");
        return reply;
    }
    if (auto read = readCandidate(candidates->at(0).value_unsafe(), reply); !read)
        return fail(read.error());
    return reply;
}

std::string Gemini::writeReply(const ChatReply &reply, const ReplyContext &context) const
{
    using namespace gemini;
    json::Writer out;
    out.beginObject();
    out.key("candidates");
    out.beginArray();
    out.beginObject();
    out.key("content");
    out.beginObject();
    out.key("parts");
    out.beginArray();
    for (const Part &part : reply.parts)
        writePart(out, part);
    if (reply.parts.empty())
        writeTextPart(out, {}, false, {});
    out.endArray();
    out.member("role", "model");
    out.endObject();
    out.member("finishReason", finishName(reply.finish));
    out.member("index", 0);
    writeCitations(out, citationsOf(reply.parts));
    out.endObject();
    out.endArray();
    if (reply.usage.isKnown()) {
        out.key("usageMetadata");
        gemini::writeUsage(out, reply.usage);
    }
    out.member("modelVersion", context.model.empty() ? reply.model : context.model);
    out.member("responseId", reply.id.empty() ? context.requestId : reply.id);
    out.endObject();
    return out.take();
}

} // namespace pm
