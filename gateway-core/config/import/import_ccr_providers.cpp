// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/import/import_ccr.h"

#include "base/text.h"
#include "config/import/import_names.h"

#include <algorithm>
#include <array>

namespace pm::config::import {

namespace {

/// Transformers that make requests fit a vendor or mend its answers: translation does so here.
constexpr std::array<std::string_view, 13> kNotNeeded{
    "anthropic", "openai",      "deepseek",   "gemini",   "openrouter",       "groq",          "tooluse",
    "reasoning", "enhancetool", "cleancache", "cerebras", "openai-responses", "forcereasoning"};

/// What a provider speaks: its transformers tell, else the address; OpenAI's format is the rule.
std::string formatOf(const At &provider, const std::string &url, const std::vector<std::string> &known)
{
    std::string format = url.ends_with("/messages") ? "anthropic" : "openai";
    for (const auto &[index, use] : provider["transformer"]["use"].children()) {
        const std::string name = lowerAscii(use.text());
        if (name == "anthropic")
            format = name;
        else if (name == "gemini" || name == "vertex-gemini")
            format = "gemini";
    }
    return std::find(known.begin(), known.end(), format) == known.end() ? "openai" : format;
}

void noteUse(Draft &draft, const At &use)
{
    for (const auto &[index, at] : use.children()) {
        const At first = at.isList() && !at.children().empty() ? at.children().front().second : at;
        const std::string name = lowerAscii(first.text());
        const bool isPlain = std::find(kNotNeeded.begin(), kNotNeeded.end(), name) != kNotNeeded.end();
        const bool hasOptions = at.isList() && at.children().size() > 1;
        if (name == "maxtoken")
            draft.notMapped(
                at, "transformer maxtoken: a request's own limit is passed on, capped by what the model can");
        else if (isPlain && !hasOptions)
            draft.changed(at, "transformer " + name + " is not needed: requests and answers are translated");
        else
            draft.notMapped(at,
                            isPlain ? "the options of transformer " + name + " do not come along"
                                    : "this transformer has no counterpart",
                            "let the client send what it needs");
    }
}

void noteTransformer(Draft &draft, const At &transformer)
{
    for (const auto &[key, at] : transformer.children())
        noteUse(draft, key == "use" ? at : at["use"]);
}

} // namespace

std::optional<CcrProvider> readCcrProvider(Draft &draft, const At &at)
{
    const At url = at["api_base_url"] ? at["api_base_url"] : at["baseUrl"];
    ProviderWish wish;
    wish.label = at["name"].text();
    if (wish.label.empty() || !isPlainUrl(url.text())) {
        draft.notMapped(url ? url : at,
                        "a provider needs a name, and an address with http:// or https:// and no user, "
                        "query or fragment; it is left out",
                        "add it under providers:; keys go into the keychain");
        return std::nullopt;
    }
    wish.baseUrl = withoutOperation(url.text());
    wish.format = formatOf(at, url.text(), draft.context().known.formats);
    wish.key = readKey(at["api_key"].text());
    wish.keyAt = at["api_key"];
    const std::string name = draft.provider(wish, at);
    if (name.empty())
        return std::nullopt;
    if (name != wish.label)
        draft.changed(at["name"], "the provider is called " + name + " here");
    for (const auto &[index, model] : at["models"].children())
        draft.addModel(name, model.text());
    noteTransformer(draft, at["transformer"]);
    return CcrProvider{wish.label, name};
}

} // namespace pm::config::import
