// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/canonical_text.h"

#include "policy/canonical_json.h"

#include <variant>

namespace pm::policy {

namespace {

void addSource(CanonicalText &out, const MediaSource &source)
{
    out.name(std::to_string(static_cast<int>(source.kind)));
    out.text("type", source.mediaType);
    out.text("data", source.data);
}

void addSignature(CanonicalText &out, const Signature &signature)
{
    out.text("family", signature.family);
    out.text("signature", signature.value);
}

void addPart(CanonicalText &out, const Part &part, CallNames &calls);

struct PartWriter
{
    CanonicalText &out;
    CallNames &calls;

    void operator()(const TextPart &part) const
    {
        out.name("text");
        json::appendQuoted(out.out(), part.text);
        for (const Citation &citation : part.citations) {
            out.text("cites", citation.url);
            out.text("title", citation.title);
            out.text("words", citation.citedText);
        }
    }
    void operator()(const ImagePart &part) const
    {
        out.name("image");
        addSource(out, part.source);
        out.text("detail", part.detail == "auto" ? std::string() : part.detail);
    }
    void operator()(const DocumentPart &part) const
    {
        out.name("document");
        addSource(out, part.source);
        out.text("title", part.title);
    }
    void operator()(const AudioPart &part) const
    {
        out.name("audio");
        out.text("format", part.format);
        out.text("data", part.data);
    }
    void operator()(const ToolCallPart &part) const
    {
        out.name("call");
        out.text("id", calls.of(part.id));
        out.text("name", part.name);
        out.json("arguments", part.arguments);
        addSignature(out, part.signature);
    }
    void operator()(const ToolResultPart &part) const
    {
        out.name("result");
        out.text("id", calls.of(part.toolCallId));
        out.flag("error", part.isError);
        for (const Part &inner : part.content)
            addPart(out, inner, calls);
    }
    void operator()(const ThinkingPart &part) const
    {
        out.name("thinking");
        out.text("text", part.text);
        addSignature(out, part.signature);
    }
    void operator()(const RedactedThinkingPart &part) const
    {
        out.name("redacted");
        addSignature(out, part.data);
    }
    void operator()(const RefusalPart &part) const
    {
        out.name("refusal");
        out.text("text", part.text);
    }
};

void addPart(CanonicalText &out, const Part &part, CallNames &calls)
{
    out.out() += '{';
    std::visit(PartWriter{out, calls}, part.value);
    out.out() += '}';
}

} // namespace

void CanonicalText::text(std::string_view name_, std::string_view value)
{
    if (value.empty())
        return;
    name(name_);
    json::appendQuoted(m_out, value);
    m_out += ',';
}

void CanonicalText::json(std::string_view name_, std::string_view value)
{
    if (value.empty())
        return;
    name(name_);
    appendCanonicalText(m_out, value);
    m_out += ',';
}

void addMessage(CanonicalText &out, const Message &message, CallNames &calls)
{
    constexpr std::string_view kRoles[] = {"system", "user", "assistant"}; // "developer" is what newer models call system
    out.out().append("\n").append(kRoles[static_cast<std::size_t>(message.role)]);
    out.text(" name", message.name);
    for (const Part &part : message.parts)
        addPart(out, part, calls);
}

void addTools(CanonicalText &out, const ChatRequest &request)
{
    for (const Tool &tool : request.tools) {
        out.out() += "\ntool ";
        out.text("name", tool.name);
        out.text("group", tool.group);
        out.text("description", tool.description);
        out.json("schema", tool.schema);
        out.json("grammar", tool.grammar);
        out.flag("custom", tool.isCustom);
        out.number("strict", tool.strict);
    }
    if (request.toolChoice) {
        out.name("\nchoice");
        out.number("mode", std::optional<std::int64_t>(static_cast<int>(request.toolChoice->mode)));
        out.text("name", request.toolChoice->name);
    }
    out.number("parallel", request.parallelToolCalls);
}

void addSettings(CanonicalText &out, const ChatRequest &request)
{
    out.out() += '\n';
    out.number("max", request.maxTokens);
    out.number("temperature", request.temperature);
    out.number("top-p", request.topP);
    out.number("top-k", request.topK);
    out.number("seed", request.seed);
    out.number("presence", request.presencePenalty);
    out.number("frequency", request.frequencyPenalty);
    out.number("n", request.n);
    out.json("bias", request.logitBias);
    out.number("logprobs", request.logprobs);
    out.number("top-logprobs", request.topLogprobs);
    for (const std::string &stop : request.stop)
        out.text("stop", stop);
    out.text("verbosity", request.verbosity);
    const ResponseFormat &format = request.responseFormat;
    if (format.kind != ResponseFormat::Kind::Text) {
        out.number("format", std::optional<std::int64_t>(static_cast<int>(format.kind)));
        out.text("format-name", format.name);
        out.text("format-description", format.description);
        out.json("format-schema", format.schema);
        out.number("format-strict", format.strict);
    }
    const Reasoning &reasoning = request.reasoning;
    if (reasoning.mode != Reasoning::Mode::Unset) {
        out.number("reasoning", std::optional<std::int64_t>(static_cast<int>(reasoning.mode)));
        out.text("effort", reasoning.effort);
        out.number("budget", reasoning.budgetTokens);
        out.text("display", reasoning.display);
    }
}

} // namespace pm::policy
