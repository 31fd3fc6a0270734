// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/json_schema.h"

#include "base/json.h"

// The library aborts the program where it may not throw. Everything it throws ends in this file.
#define VALIJSON_USE_EXCEPTIONS 1
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Woverloaded-virtual"
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#pragma GCC diagnostic pop

namespace pm::policy {

namespace {

using Json = nlohmann::json;

constexpr int kMostNesting = 32; ///< of a schema
constexpr int kMostReferences = 200;

struct Survey
{
    bool wantsDifferent = false; ///< uniqueItems
    int references = 0;
    std::string problem;
};

/// Members whose values are maps from names to schemas.
bool isNamedSchemas(std::string_view key)
{
    return key == "properties" || key == "definitions" || key == "$defs" || key == "dependencies" ||
           key == "dependentSchemas";
}

/// Members whose values are data.
bool isData(std::string_view key)
{
    return key == "enum" || key == "const" || key == "default" || key == "examples" || key == "required" ||
           key == "title" || key == "description";
}

/// Looks through a schema and takes out what the library must not see.
void prepare(Json &schema, Survey &survey, int depth, bool isNames = false)
{
    if (depth > kMostNesting)
        survey.problem = "the schema nests deeper than " + std::to_string(kMostNesting) + " levels";
    if (!survey.problem.empty())
        return;
    if (schema.is_array()) {
        for (Json &item : schema)
            prepare(item, survey, depth + 1);
        return;
    }
    if (!schema.is_object())
        return;
    if (!isNames) {
        for (const char *key : {"pattern", "patternProperties"}) {
            if (schema.contains(key))
                survey.problem = std::string(key) +
                                 " in a schema is not checked here; use enum, or a guardrail `patterns`";
        }
        const auto different = schema.find("uniqueItems");
        survey.wantsDifferent = survey.wantsDifferent || (different != schema.end() && *different == true);
        const auto reference = schema.find("$ref");
        if (reference != schema.end()) {
            const bool isOwn =
                reference->is_string() && reference->get_ref<const std::string &>().starts_with('#');
            if (!isOwn)
                survey.problem = "$ref must point into the schema itself (\"#/…\")";
            else if (*reference == "#" || ++survey.references > kMostReferences)
                survey.problem = "the schema refers to itself as a whole, or too often";
        }
        schema.erase("format");
    }
    for (auto member = schema.begin(); member != schema.end(); ++member) {
        if (isNames || !isData(member.key()))
            prepare(*member, survey, depth + 1, !isNames && isNamedSchemas(member.key()));
    }
}

/// How many values `json` has, up to `most`.
std::size_t valuesOf(const Json &json, std::size_t most)
{
    std::size_t count = 1;
    if (json.is_structured()) {
        for (const Json &each : json) {
            if (count > most)
                break;
            count += valuesOf(each, most - count);
        }
    }
    return count;
}

/// What the library says, up to where it quotes what was said; the names of missing members are the schema's
/// own.
std::string withoutValues(const valijson::ValidationResults::Error &error)
{
    const std::string &text = error.description;
    const bool isMissing = text.starts_with("Missing required property");
    std::string said = isMissing ? text : text.substr(0, text.find_first_of("'\":"));
    while (!said.empty() && (said.back() == '.' || said.back() == ' '))
        said.pop_back();
    return said.substr(0, 160);
}

} // namespace

struct JsonSchema::Compiled
{
    Json source;
    valijson::Schema schema;
    bool wantsDifferent = false;
};

JsonSchema::JsonSchema(std::unique_ptr<Compiled> compiled)
    : m_compiled(std::move(compiled))
{
}
JsonSchema::~JsonSchema() = default;
JsonSchema::JsonSchema(JsonSchema &&) noexcept = default;
JsonSchema &JsonSchema::operator=(JsonSchema &&) noexcept = default;

Result<JsonSchema> JsonSchema::parse(std::string_view schema)
{
    if (schema.size() > kMaxSchema)
        return fail(ErrorKind::Config, "the schema is larger than 256 kB");
    if (const auto valid = json::Document::parse(schema); !valid) // bounds the nesting too
        return fail(ErrorKind::Config, "the schema is " + valid.error().message);
    auto compiled = std::make_unique<Compiled>();
    compiled->source = Json::parse(schema.begin(), schema.end(), nullptr, false);
    if (!compiled->source.is_object())
        return fail(ErrorKind::Config, "a schema is a JSON object");
    Survey survey;
    prepare(compiled->source, survey, 0);
    if (!survey.problem.empty())
        return fail(ErrorKind::Config, survey.problem);
    compiled->wantsDifferent = survey.wantsDifferent;
    try {
        valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
        parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(compiled->source), compiled->schema);
    } catch (const std::exception &wrong) {
        return fail(ErrorKind::Config, std::string("not a JSON Schema: ") + wrong.what());
    }
    return JsonSchema(std::move(compiled));
}

std::optional<std::string> JsonSchema::problem(std::string_view text) const
{
    if (text.size() > kMaxText)
        return "it is longer than what is checked (1 MiB)";
    if (!json::Document::parse(text))
        return "it is not JSON";
    const Json document = Json::parse(text.begin(), text.end(), nullptr, false);
    if (document.is_discarded())
        return "it is not JSON";
    const std::size_t most = m_compiled->wantsDifferent ? kMaxValues / 10 : kMaxValues;
    if (valuesOf(document, most) > most)
        return "it has more values than are checked (" + std::to_string(most) + ")";
    try {
        valijson::Validator validator; // keeps what it has compiled, so it is not shared
        valijson::ValidationResults results;
        const valijson::adapters::NlohmannJsonAdapter adapter(document);
        if (validator.validate(m_compiled->schema, adapter, &results))
            return std::nullopt;
        valijson::ValidationResults::Error error;
        return results.popError(error) ? withoutValues(error) : "it does not fit";
    } catch (const std::exception &) {
        return "it could not be checked";
    }
}

} // namespace pm::policy
