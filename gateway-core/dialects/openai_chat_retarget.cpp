// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat.h"

#include "base/json.h"
#include "dialects/shared/splice_model.h"

// A request for another model or provider of the same dialect: the client's own bytes with a few values
// changed.
namespace pm {

namespace {

using Members = std::vector<json::Member>;

const json::Member *member(std::string_view body, const Members &members, std::string_view name)
{
    for (const json::Member &each : members) {
        if (each.name(body) == name)
            return &each;
    }
    return nullptr;
}

std::string_view valueOf(std::string_view body, const json::Member &member)
{
    return body.substr(member.value.begin, member.value.end - member.value.begin);
}

/// The value of stream_options with include_usage on; empty when it is on already.
Result<std::string> withUsage(std::string_view options)
{
    if (options.empty() || options.front() != '{')
        return std::string(R"({"include_usage":true})");
    const auto inner = json::members(options);
    if (!inner)
        return fail(inner.error());
    const json::Member *asked = member(options, *inner, "include_usage");
    if (asked && valueOf(options, *asked) == "true")
        return std::string();
    json::Splice splice(options);
    splice.set(*inner, "include_usage", "true");
    return splice.apply();
}

void spliceLimit(std::string_view body, const Members &members, const TargetTraits &target,
                 json::Splice &splice)
{
    const json::Member *older = member(body, members, "max_tokens");
    const json::Member *newer = member(body, members, "max_completion_tokens");
    if (!target.maxCompletionTokens && newer && !older)
        splice.replace(newer->key, "\"max_tokens\"");
    // Models that take no sampling fields are those that refuse max_tokens; others take either.
    else if (target.maxCompletionTokens && !target.samplingAllowed && older && !newer)
        splice.replace(older->key, "\"max_completion_tokens\"");
}

} // namespace

Result<std::string> OpenAiChat::retarget(std::string_view body, const TargetTraits &target,
                                         bool forceStreamUsage) const
{
    const auto members = json::members(body);
    if (!members)
        return fail(members.error());
    json::Splice splice(body);
    spliceModel(body, *members, target.model, splice);
    spliceLimit(body, *members, target, splice);
    const json::Member *stream = member(body, *members, "stream");
    if (forceStreamUsage && stream && valueOf(body, *stream) == "true") {
        const json::Member *options = member(body, *members, "stream_options");
        auto forced = withUsage(options ? valueOf(body, *options) : std::string_view());
        if (!forced)
            return fail(forced.error());
        if (!forced->empty())
            splice.set(*members, "stream_options", std::move(*forced));
    }
    return splice.isEmpty() ? std::string(body) : splice.apply();
}

} // namespace pm
