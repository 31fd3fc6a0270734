// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/chat_facts.h"

#include "support/fact_list.h"

#include <algorithm>

namespace pm::test {

namespace {

std::string wordOf(ToolChoice::Mode mode)
{
    switch (mode) {
    case ToolChoice::Mode::Auto: return {};
    case ToolChoice::Mode::Required: return "required";
    case ToolChoice::Mode::None: return "none";
    case ToolChoice::Mode::Named: return "named";
    }
    return {};
}

/// Nothing for a tool without arguments, which formats say in several ways.
std::string argumentsOf(const std::string &schema)
{
    std::string text = canonical(schema);
    return text == "{}" || text == R"({"properties":{},"type":"object"})" ? std::string() : text;
}

void toolFacts(FactList &list, const ChatRequest &request)
{
    for (const Tool &tool : request.tools) {
        list.words("tool", tool.name);
        list.words("description of " + tool.name, tool.description);
        if (tool.isCustom)
            list.setting("free text for " + tool.name, "yes");
        else
            list.words("schema of " + tool.name, argumentsOf(tool.schema));
        list.words("grammar of " + tool.name, grammarOf(tool.grammar));
        list.words("namespace of " + tool.name, tool.group);
        if (tool.strict.value_or(false))
            list.setting("strict " + tool.name, "yes");
        list.mark("tool", tool.cache);
    }
    if (request.toolChoice) {
        const ToolChoice &choice = *request.toolChoice;
        list.setting("tool choice", choice.name.empty() ? wordOf(choice.mode) : "named " + choice.name);
    }
    if (request.parallelToolCalls == false && !request.tools.empty())
        list.setting("parallel calls", "off");
}

void samplingFacts(FactList &list, const ChatRequest &request)
{
    list.number("max tokens", request.maxTokens);
    list.number("temperature", request.temperature);
    if (request.topP != 1.0)
        list.number("top_p", request.topP);
    list.number("top_k", request.topK);
    for (const std::string &stop : request.stop)
        list.setting("stop", stop);
    list.number("seed", request.seed);
    if (request.presencePenalty != 0.0)
        list.number("presence penalty", request.presencePenalty);
    if (request.frequencyPenalty != 0.0)
        list.number("frequency penalty", request.frequencyPenalty);
    if (request.n.value_or(1) > 1)
        list.number("n", request.n);
    list.words("logit bias", canonical(request.logitBias));
    if (request.logprobs.value_or(false))
        list.setting("logprobs", "yes");
    list.number("top logprobs", request.topLogprobs);
}

void reasoningFacts(FactList &list, const Reasoning &reasoning)
{
    if (reasoning.mode == Reasoning::Mode::Off)
        return list.setting("reasoning", "off");
    if (reasoning.mode != Reasoning::Mode::Unset)
        list.setting("reasoning", "on");
    if (reasoning.effort != "none")
        list.setting("effort", reasoning.effort);
    list.number("thinking budget", reasoning.budgetTokens);
    list.setting("thinking display", reasoning.display);
}

void otherFacts(FactList &list, const ChatRequest &request)
{
    const ResponseFormat &format = request.responseFormat;
    if (format.kind == ResponseFormat::Kind::JsonObject)
        list.setting("answer", "JSON");
    if (format.kind == ResponseFormat::Kind::JsonSchema) {
        list.words("answer schema", canonical(format.schema));
        list.words("answer schema's description", format.description);
    }
    list.words("user", request.user);
    if (request.serviceTier != "auto")
        list.setting("service tier", request.serviceTier == "standard_only" ? "default" : request.serviceTier);
    list.setting("verbosity", request.verbosity);
    list.words("prompt cache key", request.promptCacheKey);
    list.words("metadata", canonical(request.metadata));
    list.mark("whole prompt", request.cache);
    if (request.stream)
        list.setting("stream", "yes");
    for (const std::string &name : request.uncarried)
        list.setting("field that is not read", name);
}

void usageFacts(FactList &list, const Usage &usage)
{
    list.number("input tokens", usage.uncachedInput);
    list.number("tokens read from a cache", usage.cacheRead);
    list.number("tokens written to a cache", usage.cacheWrite5m);
    list.number("tokens written to a cache for an hour", usage.cacheWrite1h);
    list.number("output tokens", usage.output);
    list.number("reasoning tokens", usage.reasoning);
}

std::string wordOf(FinishReason reason)
{
    switch (reason) {
    case FinishReason::Unknown: return {};
    case FinishReason::End: return "end";
    case FinishReason::StopSequence: return "stop sequence";
    case FinishReason::ToolCalls: return "tool calls";
    case FinishReason::Length: return "length";
    case FinishReason::ContextFull: return "context full";
    case FinishReason::ContentFilter: return "filtered";
    case FinishReason::Pause: return "pause";
    }
    return {};
}

} // namespace

Facts factsOf(const ChatRequest &request)
{
    FactList list;
    for (const Message &message : request.messages)
        list.message(message);
    toolFacts(list, request);
    samplingFacts(list, request);
    reasoningFacts(list, request.reasoning);
    otherFacts(list, request);
    return list.take();
}

Facts factsOf(const ChatReply &reply)
{
    FactList list;
    list.message({Role::Assistant, reply.parts, false, {}});
    list.setting("finish", wordOf(reply.finish));
    list.words("stop sequence", reply.stopSequence);
    usageFacts(list, reply.usage);
    return list.take();
}

Facts missing(const Facts &facts, const Facts &others)
{
    Facts lost;
    for (const Fact &fact : facts) {
        const bool isStated = std::any_of(others.begin(), others.end(), [&](const Fact &other) {
            if (other.what != fact.what)
                return false;
            return fact.kind == Fact::Kind::Words ? other.value.find(fact.value) != std::string::npos
                                                  : other.value == fact.value;
        });
        if (!isStated)
            lost.push_back(fact);
    }
    return lost;
}

bool states(const Facts &facts, std::string_view what)
{
    return std::any_of(facts.begin(), facts.end(), [&](const Fact &fact) { return fact.what == what; });
}

std::string shown(const Facts &facts)
{
    std::string text;
    for (const Fact &fact : facts)
        text.append(text.empty() ? "" : "; ").append(fact.what).append(" = ").append(fact.value);
    return text;
}

} // namespace pm::test
