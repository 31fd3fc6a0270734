// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/shared/object_schema.h"

#include "base/json.h"
#include "dialects/framing/surrogates.h"
#include "dialects/shared/json_body.h"
#include "dialects/shared/names.h"

#include <algorithm>
#include <array>

namespace pm::shared {

namespace {

constexpr std::string_view kNoArguments = R"({"type":"object","properties":{}})";

Error badSchema(std::string at, const std::string &why)
{
    Error error{ErrorKind::BadRequest, at + ": the schema is " + why};
    error.param = std::move(at);
    return error;
}

bool isAlternative(std::string_view key)
{
    return key == "oneOf" || key == "anyOf" || key == "allOf";
}

/// True for "object" alone or among several types, and for a schema that names no type.
bool allowsObject(json::Element schema)
{
    const auto type = json::find(schema, "type");
    if (!type)
        return true;
    if (type->is_string())
        return type->get_string().value_unsafe() == "object";
    if (!type->is_array())
        return false;
    for (const json::Element one : items(*type)) {
        if (one.is_string() && one.get_string().value_unsafe() == "object")
            return true;
    }
    return false;
}

bool isFine(json::Element schema)
{
    if (json::findString(schema, "type") != "object")
        return false;
    for (const auto member : fields(schema)) {
        if (isAlternative(member.key))
            return false;
    }
    return true;
}

std::string asObject(json::Element schema, const std::string &at, Losses &losses)
{
    json::Writer out;
    out.beginObject();
    out.member("type", "object");
    for (const auto member : fields(schema)) {
        if (isAlternative(member.key))
            note(losses, at + ": " + std::string(member.key) + " at the top of the schema");
        else if (member.key != "type")
            out.memberRaw(member.key, json::text(member.value));
    }
    if (!json::find(schema, "properties"))
        out.memberRaw("properties", "{}");
    out.endObject();
    return out.take();
}

std::string wrapped(json::Element schema, const std::string &at, Losses &losses)
{
    note(losses, at + ": schema of another type than object put under \"input\"");
    json::Writer out;
    out.beginObject();
    out.member("type", "object");
    out.key("properties");
    out.beginObject();
    out.memberRaw("input", json::text(schema));
    out.endObject();
    out.memberRaw("required", R"(["input"])");
    out.endObject();
    return out.take();
}

/// Values of these are data, not schemas.
bool holdsData(std::string_view key)
{
    constexpr std::array<std::string_view, 5> kData{"enum", "const", "default", "examples", "required"};
    return std::find(kData.begin(), kData.end(), key) != kData.end();
}

/// Copies a schema and closes its objects. Depth is bounded by the parser's.
class Closer
{
public:
    bool hasLost() const { return m_hasLost; }

    void write(json::Writer &out, json::Element element)
    {
        if (element.is_array()) {
            out.beginArray();
            for (const json::Element item : items(element))
                write(out, item);
            out.endArray();
        } else if (element.is_object()) {
            writeObject(out, element);
        } else {
            out.raw(json::text(element));
        }
    }

private:
    void writeObject(json::Writer &out, json::Element element)
    {
        const bool isObjectSchema = json::findString(element, "type") == "object";
        out.beginObject();
        for (const auto member : fields(element)) {
            if (isObjectSchema && member.key == "additionalProperties") {
                m_hasLost = m_hasLost || !member.value.is_bool() || member.value.get_bool().value_unsafe();
                continue;
            }
            out.key(member.key);
            if (holdsData(member.key))
                out.raw(json::text(member.value));
            else
                write(out, member.value);
        }
        if (isObjectSchema)
            out.member("additionalProperties", false);
        out.endObject();
    }

    bool m_hasLost = false;
};

} // namespace

Result<std::string> inputSchema(std::string_view schema, const std::string &at, Losses &losses)
{
    if (isBlank(schema))
        return std::string(kNoArguments);
    const auto document = parseLenient(schema);
    if (!document)
        return fail(badSchema(at, document.error().message));
    const json::Element root = document->root();
    if (!root.is_object())
        return root.is_null() || root.is_bool() ? std::string(kNoArguments) : wrapped(root, at, losses);
    if (isFine(root))
        return json::text(root);
    return allowsObject(root) ? asObject(root, at, losses) : wrapped(root, at, losses);
}

Result<std::string> answerSchema(std::string_view schema, Losses &losses)
{
    const auto document = parseLenient(isBlank(schema) ? kNoArguments : schema);
    if (!document)
        return fail(badSchema("response_format", document.error().message));
    Closer closer;
    json::Writer out;
    closer.write(out, document->root());
    if (closer.hasLost())
        note(losses, "response_format: additionalProperties");
    return out.take();
}

} // namespace pm::shared
