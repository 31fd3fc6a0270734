// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_completions.h"

#include "base/json.h"
#include "dialects/framing/surrogates.h"
#include "dialects/shared/json_body.h"
#include "dialects/shared/openai_error.h"
#include "dialects/shared/openai_usage.h"

namespace pm {

using namespace openai;

Result<ChatReply> OpenAiCompletions::readReply(std::string_view body) const
{
    const auto parsed = parseLenient(body);
    if (!parsed)
        return fail(ErrorKind::UpstreamBroken, "the provider's answer is no completion: " + parsed.error().message);
    const json::Element root = parsed->root();
    if (json::find(root, "error"))
        return fail(readErrorBody(200, body));
    const auto choices = json::findArray(root, "choices");
    if (!choices || choices->size() == 0)
        return fail(ErrorKind::UpstreamBroken, "the provider's answer is no completion: it has no choices");
    const json::Element choice = choices->at(0).value_unsafe();
    ChatReply reply;
    reply.id = json::findString(root, "id").value_or("");
    reply.model = json::findString(root, "model").value_or("");
    reply.created = json::findInt(root, "created").value_or(0);
    if (const auto text = json::findString(choice, "text"); text && !text->empty())
        reply.parts.push_back({TextPart{std::string(*text), {}}, {}});
    reply.finish = readFinish(json::findString(choice, "finish_reason").value_or(""), false, false);
    if (const auto usage = json::findObject(root, "usage"))
        reply.usage = readUsage(*usage);
    return reply;
}

std::string OpenAiCompletions::writeReply(const ChatReply &reply, const ReplyContext &context) const
{
    std::string text;
    for (const Part &part : reply.parts) {
        if (const auto *words = part.as<TextPart>())
            text += words->text;
        else if (const auto *refusal = part.as<RefusalPart>())
            text += refusal->text;
    }
    json::Writer out;
    out.beginObject();
    out.member("id", reply.id.empty() ? "cmpl-" + context.requestId : reply.id);
    out.member("object", "text_completion");
    out.member("created", reply.created != 0 ? reply.created : context.created);
    out.member("model", context.model.empty() ? reply.model : context.model);
    out.key("choices");
    out.beginArray();
    out.beginObject();
    out.member("text", text);
    out.member("index", 0);
    out.memberNull("logprobs");
    out.member("finish_reason", finishName(reply.finish, false));
    out.endObject();
    out.endArray();
    if (reply.usage.isKnown()) {
        out.key("usage");
        writeUsage(out, reply.usage);
    }
    out.endObject();
    return out.take();
}

} // namespace pm
