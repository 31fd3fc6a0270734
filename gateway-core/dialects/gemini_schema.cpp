// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/gemini_schema.h"

#include "base/text.h"
#include "dialects/framing/surrogates.h"
#include "dialects/gemini_fields.h"

#include <algorithm>
#include <array>

namespace pm::gemini {

namespace {

/// Keys of the API's Schema that mean the same in JSON Schema.
constexpr std::array<std::string_view, 14> kShared{
    "title",     "description", "required",  "minItems",      "maxItems",      "minLength", "maxLength",
    "minimum",   "maximum",     "pattern",   "minProperties", "maxProperties", "default",   "enum"};

void writeJsonSchema(json::Writer &out, json::Element schema);

void writeType(json::Writer &out, std::string_view type, bool isNullable)
{
    const std::string lower = lowerAscii(type);
    if (type.empty() || lower == "type_unspecified")
        return;
    out.key("type");
    if (!isNullable)
        return out.string(lower);
    out.beginArray();
    out.string(lower);
    out.string("null");
    out.endArray();
}

void writeMembers(json::Writer &out, json::Element schema)
{
    for (const auto member : fields(schema)) {
        const std::string name = camel(member.key);
        if (name == "properties" && member.value.is_object()) {
            out.key("properties");
            out.beginObject();
            for (const auto property : fields(member.value)) {
                out.key(property.key);
                writeJsonSchema(out, property.value);
            }
            out.endObject();
        } else if (name == "items") {
            out.key("items");
            writeJsonSchema(out, member.value);
        } else if (name == "anyOf" && member.value.is_array()) {
            out.key("anyOf");
            out.beginArray();
            for (const json::Element each : items(member.value))
                writeJsonSchema(out, each);
            out.endArray();
        } else if (name == "format") {
            if (member.value.is_string() && member.value.get_string().value_unsafe() != std::string_view("enum"))
                out.memberRaw("format", json::text(member.value));
        } else if (name == "additionalProperties") {
            out.memberRaw(name, json::text(member.value));
        } else if (std::find(kShared.begin(), kShared.end(), name) != kShared.end()) {
            // Counts are 64-bit integers, which protobuf writes as text.
            const bool isCount = name.starts_with("min") || name.starts_with("max");
            const auto count = isCount && member.value.is_string() ? findInt(schema, name) : std::nullopt;
            out.memberRaw(name, count ? std::to_string(*count) : json::text(member.value));
        }
    }
}

void writeJsonSchema(json::Writer &out, json::Element schema)
{
    if (!schema.is_object())
        return out.raw(json::text(schema));
    out.beginObject();
    writeType(out, findString(schema, "type"), json::findBool(schema, "nullable").value_or(false));
    writeMembers(out, schema);
    out.endObject();
}

bool isObjectSchema(json::Element root)
{
    return root.is_object() && json::findString(root, "type") == "object";
}

bool hasNothing(json::Element root)
{
    const auto properties = json::findObject(root, "properties");
    if (properties && fields(*properties).size() > 0)
        return false;
    for (const std::string_view key : {"anyOf", "oneOf", "allOf", "$ref", "patternProperties"}) {
        if (json::find(root, key))
            return false;
    }
    const auto extra = json::find(root, "additionalProperties");
    return !extra || extra->is_bool();
}

} // namespace

std::string jsonSchemaOf(json::Element schema)
{
    json::Writer out;
    writeJsonSchema(out, schema);
    return out.take();
}

Result<std::string> objectSchema(std::string_view schema, const std::string &at, Losses &losses)
{
    if (isBlank(schema))
        return std::string();
    const auto document = parseLenient(schema);
    if (!document)
        return fail(badField(at, "the schema is " + document.error().message));
    const json::Element root = document->root();
    if (!root.is_object())
        return std::string();
    const bool saysNoType = !json::find(root, "type");
    if (isObjectSchema(root) || saysNoType) {
        if (hasNothing(root))
            return std::string();
        if (!saysNoType)
            return json::text(root);
    }
    json::Writer out;
    out.beginObject();
    out.member("type", "object");
    if (saysNoType) {
        for (const auto member : fields(root))
            out.memberRaw(member.key, json::text(member.value));
    } else {
        note(losses, at + ": schema of another type than object put under \"input\"");
        out.key("properties");
        out.beginObject();
        out.memberRaw("input", json::text(root));
        out.endObject();
        out.memberRaw("required", R"(["input"])");
    }
    out.endObject();
    return out.take();
}

} // namespace pm::gemini
