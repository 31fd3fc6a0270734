// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/gemini_write.h"

#include "dialects/gemini.h"
#include "dialects/gemini_fields.h"
#include "dialects/shared/foreign_fields.h"

namespace pm {

namespace gemini {

namespace {

/// Fields that the format does not have and that do not change what is asked.
void noteForeignFields(const ChatRequest &request, Losses &losses)
{
    const auto lose = [&](bool isAsked, const char *name) {
        if (isAsked)
            note(losses, name);
    };
    lose(!request.logitBias.empty(), "logit_bias");
    lose(request.logprobs.value_or(false), "logprobs");
    lose(request.topLogprobs.has_value(), "top_logprobs");
    lose(!request.verbosity.empty(), "verbosity");
    lose(!request.user.empty(), "user");
    lose(!request.serviceTier.empty(), "service_tier");
    lose(!request.promptCacheKey.empty(), "prompt_cache_key");
    lose(!request.metadata.empty(), "metadata");
    lose(request.cache.has_value(), "cache_control");
    lose(!request.responseFormat.description.empty(), "response_format: description");
    lose(shared::asksForDetail(request), "image detail");
    lose(shared::hasDocumentTitle(request), "document title");
    lose(request.parallelToolCalls == false && !request.tools.empty(), "parallel_tool_calls");
}

Result<void> refuseManyAnswers(const ChatRequest &request)
{
    if (request.n.value_or(1) <= 1)
        return {};
    Error error{ErrorKind::NotSupported, "n: one answer a request is carried to a Gemini model; ask with n = 1"};
    error.param = "n";
    return fail(std::move(error));
}

void writeSystem(json::Writer &out, const Conversation &conversation, const std::string &extraLine)
{
    if (conversation.system.empty() && extraLine.empty())
        return;
    out.key("systemInstruction");
    out.beginObject();
    out.key("parts");
    out.beginArray();
    for (const std::string_view text : conversation.system)
        writeTextPart(out, text, false, {});
    if (!extraLine.empty())
        writeTextPart(out, extraLine, false, {});
    out.endArray();
    out.endObject();
}

} // namespace

} // namespace gemini

Result<std::string> Gemini::writeRequest(const ChatRequest &request, const TargetTraits &target, Losses &losses) const
{
    using namespace gemini;
    if (auto one = refuseManyAnswers(request); !one)
        return fail(one.error());
    for (const std::string &name : request.uncarried)
        note(losses, name);
    noteForeignFields(request, losses);
    const Conversation conversation = arrange(request, target, losses);
    json::Writer out;
    out.beginObject();
    writeSystem(out, conversation, formatLine(request, target, losses));
    out.key("contents");
    if (auto turns = writeTurns(out, conversation, target); !turns)
        return fail(turns.error());
    if (auto tools = gemini::writeTools(out, request, target, losses); !tools)
        return fail(tools.error());
    if (auto settings = writeGeneration(out, request, target, losses); !settings)
        return fail(settings.error());
    out.endObject();
    return out.take();
}

} // namespace pm
