// SPDX-License-Identifier: GPL-3.0-or-later
// How much may be said, and the names that may be named.
#include "policy/checks.h"
#include "policy/name_pattern.h"

#include <algorithm>

namespace pm::policy {

namespace {

using Count = std::int64_t (*)(const Said &);

class AtMost : public WholeCheck
{
public:
    AtMost(std::int64_t limit, Count count, std::string_view what)
        : m_limit(limit)
        , m_count(count)
        , m_what(what)
    {
    }

    std::optional<std::string> problem(const Said &said) const override
    {
        const std::int64_t count = m_count(said);
        if (count <= m_limit)
            return std::nullopt;
        return std::to_string(count) + " " + std::string(m_what) + ", " + std::to_string(m_limit) +
               " are allowed";
    }

private:
    std::int64_t m_limit;
    Count m_count;
    std::string_view m_what;
};

bool isListed(std::string_view name, const std::vector<std::string> &list)
{
    return std::any_of(list.begin(), list.end(),
                       [&](const std::string &pattern) { return fitsPattern(name, pattern); });
}

class Models : public WholeCheck
{
public:
    explicit Models(std::vector<std::string> models)
        : m_models(std::move(models))
    {
    }

    std::optional<std::string> problem(const Said &said) const override
    {
        // Named with its provider or without: the list may say either.
        const auto slash = said.model.find('/');
        const std::string_view bare =
            slash == std::string_view::npos ? said.model : said.model.substr(slash + 1);
        if (isListed(said.model, m_models) || isListed(bare, m_models))
            return std::nullopt;
        return "the model is not among those that may be asked for";
    }

private:
    std::vector<std::string> m_models;
};

class Tools : public WholeCheck
{
public:
    explicit Tools(std::vector<std::string> tools)
        : m_tools(std::move(tools))
    {
    }

    std::optional<std::string> problem(const Said &said) const override
    {
        for (const std::string &name : said.toolNames) {
            if (!isListed(name, m_tools))
                return "the tool \"" + name.substr(0, 64) + "\" is not among those that are allowed";
        }
        return std::nullopt;
    }

private:
    std::vector<std::string> m_tools;
};

std::unique_ptr<const WholeCheck> atMost(const config::Guardrail &guardrail, Count count,
                                         std::string_view what)
{
    return std::make_unique<const AtMost>(guardrail.limit.value_or(0), count, what);
}

} // namespace

std::unique_ptr<const WholeCheck> makeMaxSize(const config::Guardrail &guardrail)
{
    return atMost(
        guardrail, [](const Said &said) { return static_cast<std::int64_t>(said.bytes); }, "bytes");
}

std::unique_ptr<const WholeCheck> makeMaxCharacters(const config::Guardrail &guardrail)
{
    return atMost(
        guardrail, [](const Said &said) { return said.characters; }, "characters");
}

std::unique_ptr<const WholeCheck> makeMaxTokens(const config::Guardrail &guardrail)
{
    return atMost(
        guardrail, [](const Said &said) { return said.tokens; }, "tokens");
}

std::unique_ptr<const WholeCheck> makeMaxTools(const config::Guardrail &guardrail)
{
    return atMost(
        guardrail, [](const Said &said) { return static_cast<std::int64_t>(said.tools); }, "tools");
}

std::unique_ptr<const WholeCheck> makeModels(const config::Guardrail &guardrail)
{
    return std::make_unique<const Models>(guardrail.models);
}

std::unique_ptr<const WholeCheck> makeTools(const config::Guardrail &guardrail)
{
    return std::make_unique<const Tools>(guardrail.tools);
}

} // namespace pm::policy
