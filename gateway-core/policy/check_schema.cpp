// SPDX-License-Identifier: GPL-3.0-or-later
// The answer as data.
#include "policy/checks.h"

#include "policy/json_schema.h"

namespace pm::policy {

namespace {

class Schema : public WholeCheck
{
public:
    explicit Schema(JsonSchema schema)
        : m_schema(std::move(schema))
    {
    }

    std::optional<std::string> problem(const Said &said) const override
    {
        if (said.hasToolCalls && said.text.empty())
            return std::nullopt; // it has not answered yet
        if (const auto wrong = m_schema.problem(said.text))
            return "the answer is not of the schema: " + *wrong;
        return std::nullopt;
    }

private:
    JsonSchema m_schema;
};

} // namespace

std::unique_ptr<const WholeCheck> makeSchema(const config::Guardrail &guardrail)
{
    auto schema = JsonSchema::parse(guardrail.schema);
    return schema ? std::make_unique<const Schema>(std::move(*schema)) : nullptr;
}

std::string schemaProblem(const config::Guardrail &guardrail)
{
    const auto schema = JsonSchema::parse(guardrail.schema);
    return schema ? std::string() : schema.error().message;
}

} // namespace pm::policy
