// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_responses.h"

#include "dialects/openai_responses_fields.h"
#include "dialects/shared/splice_model.h"

// A request for another model or provider of the same dialect: the client's own bytes with a few values changed.
namespace pm {

using namespace responses;

namespace {

/// Reasoning of another format's provider, sealed for this client: no provider of this dialect can open it.
bool isForeignReasoning(json::Element item)
{
    if (json::findString(item, "type") != "reasoning")
        return false;
    const std::string_view encrypted = json::findString(item, "encrypted_content").value_or("");
    const Signature signature = opened(encrypted, kFamily);
    return !signature.empty() && signature.value != encrypted;
}

/// The items without foreign reasoning; empty when there is none.
std::string withoutForeignReasoning(std::string_view input)
{
    const auto document = json::Document::parse(input);
    if (!document || !document->root().is_array())
        return {};
    bool hasForeign = false;
    json::Writer out;
    out.beginArray();
    for (const json::Element item : items(document->root())) {
        if (isForeignReasoning(item))
            hasForeign = true;
        else
            out.raw(json::text(item));
    }
    out.endArray();
    return hasForeign ? out.take() : std::string();
}

} // namespace

Result<std::string> OpenAiResponses::retarget(std::string_view body, const TargetTraits &target, bool) const
{
    const auto members = json::members(body);
    if (!members)
        return fail(members.error());
    json::Splice splice(body);
    spliceModel(body, *members, target.model, splice);
    for (const json::Member &each : *members) {
        const std::string_view value = body.substr(each.value.begin, each.value.end - each.value.begin);
        if (each.name(body) != "input" || value.find("\"pm1.") == std::string_view::npos)
            continue;
        if (std::string cleaned = withoutForeignReasoning(value); !cleaned.empty())
            splice.replace(each.value, std::move(cleaned));
    }
    return splice.isEmpty() ? std::string(body) : splice.apply();
}

} // namespace pm
