// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/gemini_schema.h"

#include "base/text.h"
#include "dialects/framing/surrogates.h"
#include "dialects/gemini_fields.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace pm::gemini {

namespace {

/// Keywords that are taken as they are; unknown ones are a 400 there.
constexpr std::array<std::string_view, 11> kTaken{"description", "minItems",      "maxItems",     "minLength",
                                                  "maxLength",   "minimum",       "maximum",      "pattern",
                                                  "nullable",    "minProperties", "maxProperties"};
/// Handled one by one below, or without meaning for who fills in arguments.
constexpr std::array<std::string_view, 19> kHandled{"type",
                                                    "properties",
                                                    "required",
                                                    "items",
                                                    "enum",
                                                    "const",
                                                    "anyOf",
                                                    "oneOf",
                                                    "allOf",
                                                    "$ref",
                                                    "$defs",
                                                    "format",
                                                    "$schema",
                                                    "$id",
                                                    "title",
                                                    "definitions",
                                                    "$comment",
                                                    "propertyOrdering",
                                                    "exclusiveMinimum"};
constexpr std::size_t kMostNodes = 20'000;

template <typename List>
bool contains(const List &list, std::string_view name)
{
    return std::find(list.begin(), list.end(), name) != list.end();
}

/// Writes one schema. Depth is bounded by the parser's for what is written out, and by `m_open` for
/// references.
class Sanitiser
{
public:
    Sanitiser(json::Element root, std::string at, Losses &losses)
        : m_root(root)
        , m_at(std::move(at))
        , m_losses(losses)
    {
    }

    bool isOverfull() const { return m_nodes > kMostNodes; }

    void write(json::Writer &out, json::Element schema, bool isTop = false)
    {
        Layers layers;
        const std::size_t before = m_open.size();
        gather(schema, layers);
        out.beginObject();
        if (++m_nodes <= kMostNodes)
            writeMerged(out, layers, isTop);
        else
            out.member("type", "STRING");
        out.endObject();
        m_open.resize(before);
    }

private:
    /// The schema and all that holds at the same place: what it refers to, the parts of allOf, a lone
    /// alternative.
    struct Layers
    {
        std::vector<json::Element> all;
        std::vector<json::Element> alternatives;
        bool isNullable = false;
    };

    void lose(std::string_view what) { note(m_losses, m_at + ": schema without " + std::string(what)); }

    void gather(json::Element schema, Layers &layers)
    {
        if (!schema.is_object() || layers.all.size() > 64)
            return;
        layers.all.push_back(schema);
        if (const auto reference = json::findString(schema, "$ref"))
            follow(*reference, layers);
        if (const auto parts = json::findArray(schema, "allOf")) {
            for (const json::Element part : *parts)
                gather(part, layers);
        }
        for (const std::string_view name : {"anyOf", "oneOf"}) {
            const auto list = json::findArray(schema, name);
            if (list)
                gatherAlternatives(*list, layers);
        }
    }
    void gatherAlternatives(json::Array list, Layers &layers)
    {
        std::vector<json::Element> kept;
        for (const json::Element each : list) {
            if (each.is_object() && json::findString(each, "type") == "null")
                layers.isNullable = true;
            else
                kept.push_back(each);
        }
        if (kept.size() == 1)
            return gather(kept.front(), layers);
        if (!layers.alternatives.empty())
            lose("a second anyOf");
        else
            layers.alternatives = std::move(kept);
    }
    void follow(std::string_view reference, Layers &layers)
    {
        constexpr std::size_t kDeepest = 64;
        const bool isOpen = contains(m_open, reference) || m_open.size() >= kDeepest;
        const auto target =
            isOpen || !reference.starts_with("#") ? std::nullopt : resolve(reference.substr(1));
        if (!target)
            return lose(isOpen ? "the recursion of " + std::string(clipUtf8(reference, 100))
                               : "what " + std::string(clipUtf8(reference, 100)) + " refers to");
        m_open.emplace_back(reference);
        gather(*target, layers);
    }
    /// A JSON pointer (RFC 6901).
    std::optional<json::Element> resolve(std::string_view pointer) const
    {
        if (pointer.empty())
            return m_root;
        json::Element found;
        if (m_root.at_pointer(pointer).get(found) || !found.is_object())
            return std::nullopt;
        return found;
    }

    std::optional<json::Element> first(const Layers &layers, std::string_view key) const
    {
        for (const json::Element layer : layers.all) {
            if (const auto found = json::find(layer, key))
                return found;
        }
        return std::nullopt;
    }

    /// The first value that an enum or constant allows.
    std::optional<json::Element> firstValue(const Layers &layers) const
    {
        const auto list = first(layers, "enum");
        if (list && list->is_array() && items(*list).size() > 0)
            return items(*list).at(0).value_unsafe();
        return first(layers, "const");
    }

    /// The type in the API's spelling; "null" beside another one makes it nullable.
    std::string type(Layers &layers)
    {
        const auto said = first(layers, "type");
        if (said && said->is_string()) {
            std::string name(said->get_string().value_unsafe());
            layers.isNullable = layers.isNullable || name == "null";
            return name == "null" ? "string" : lowerAscii(name);
        }
        if (said && said->is_array()) {
            std::vector<std::string> names;
            for (const json::Element each : items(*said)) {
                if (each.is_string() && each.get_string().value_unsafe() == std::string_view("null"))
                    layers.isNullable = true;
                else if (each.is_string())
                    names.emplace_back(each.get_string().value_unsafe());
            }
            if (names.size() > 1 && layers.alternatives.empty())
                m_types = names;
            return names.empty() ? "string" : names.front();
        }
        if (first(layers, "properties"))
            return "object";
        if (first(layers, "items"))
            return "array";
        if (first(layers, "$ref")) // what it refers to was left out
            return "object";
        if (const auto value = firstValue(layers))
            return value->is_bool()     ? "boolean"
                   : value->is_double() ? "number"
                   : value->is_number() ? "integer"
                                        : "string";
        return layers.alternatives.empty() ? "string" : std::string();
    }

    void writeMerged(json::Writer &out, Layers &layers, bool isTop)
    {
        m_types.clear();
        std::string name = isTop ? "object" : type(layers);
        const std::vector<std::string> types = std::exchange(m_types, {});
        if (isTop && !layers.alternatives.empty()) {
            lose("anyOf at its top");
            layers.alternatives.clear();
        }
        if (types.size() > 1) {
            writeTypes(out, types);
            name.clear();
        }
        if (!name.empty()) {
            std::string upper = name;
            std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
                return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
            });
            out.member("type", upper);
        }
        writeKept(out, layers, name);
        if (layers.isNullable)
            out.member("nullable", true);
        writeEnum(out, layers, name);
        if (!layers.alternatives.empty() && types.empty()) {
            out.key("anyOf");
            out.beginArray();
            for (const json::Element each : std::vector<json::Element>(layers.alternatives))
                write(out, each);
            out.endArray();
        }
        if (name == "object")
            writeProperties(out, layers);
        if (name == "array")
            writeItems(out, layers);
    }

    static void writeTypes(json::Writer &out, const std::vector<std::string> &types)
    {
        out.key("anyOf");
        out.beginArray();
        for (const std::string &each : types) {
            std::string upper = each;
            std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
                return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
            });
            out.beginObject();
            out.member("type", upper);
            if (each == "array") {
                out.key("items");
                out.raw(R"({"type":"STRING"})");
            }
            out.endObject();
        }
        out.endArray();
    }

    void writeKept(json::Writer &out, Layers &layers, std::string_view type)
    {
        std::set<std::string, std::less<>> seen;
        for (const json::Element layer : layers.all) {
            for (const auto member : fields(layer)) {
                if (!seen.insert(std::string(member.key)).second)
                    continue;
                if (member.key == "nullable") {
                    layers.isNullable = layers.isNullable ||
                                        (member.value.is_bool() && member.value.get_bool().value_unsafe());
                } else if (contains(kTaken, member.key)) {
                    out.memberRaw(member.key, json::text(member.value));
                } else if (member.key == "format") {
                    writeFormat(out, member.value, type);
                } else if (member.key == "exclusiveMinimum") {
                    writeExclusive(out, layers, member.value, type);
                } else if (!contains(kHandled, member.key)) {
                    lose(clipUtf8(member.key, 64));
                }
            }
        }
    }
    void writeFormat(json::Writer &out, json::Element format, std::string_view type)
    {
        const std::string_view word =
            format.is_string() ? std::string_view(format.get_string().value_unsafe()) : "";
        const bool isTaken = type == "string"    ? word == "date-time" || word == "enum"
                             : type == "integer" ? word == "int32" || word == "int64"
                             : type == "number"  ? word == "float" || word == "double"
                                                 : false;
        if (isTaken)
            out.member("format", word);
        else
            lose("format");
    }
    void writeExclusive(json::Writer &out, const Layers &layers, json::Element bound, std::string_view type)
    {
        std::int64_t number = 0;
        if (type == "integer" && !first(layers, "minimum") && !bound.get_int64().get(number) &&
            number < INT64_MAX)
            out.member("minimum", number + 1);
        else
            lose("exclusiveMinimum");
    }

    /// Enums are of strings there.
    void writeEnum(json::Writer &out, const Layers &layers, std::string_view type)
    {
        std::vector<json::Element> values;
        if (const auto list = first(layers, "enum"); list && list->is_array()) {
            for (const json::Element each : items(*list))
                values.push_back(each);
        } else if (const auto only = first(layers, "const")) {
            values.push_back(*only);
        }
        std::erase_if(values, [](json::Element each) { return each.is_null(); });
        if (values.empty())
            return;
        const bool isText =
            std::all_of(values.begin(), values.end(), [](json::Element each) { return each.is_string(); });
        if (!isText || (type != "string" && !type.empty()))
            return lose("enum of what is not text");
        out.key("enum");
        out.beginArray();
        for (const json::Element each : values)
            out.string(each.get_string().value_unsafe());
        out.endArray();
    }

    void writeProperties(json::Writer &out, const Layers &layers)
    {
        std::vector<std::string> names;
        for (const json::Element layer : layers.all) {
            const auto properties = json::findObject(layer, "properties");
            if (!properties)
                continue;
            for (const auto property : fields(*properties)) {
                if (contains(names, property.key))
                    continue;
                if (names.empty()) {
                    out.key("properties");
                    out.beginObject();
                }
                names.emplace_back(property.key);
                out.key(property.key);
                write(out, property.value);
            }
        }
        if (names.empty())
            return;
        out.endObject();
        std::vector<std::string> required;
        for (const json::Element layer : layers.all) {
            const auto list = json::findArray(layer, "required");
            if (!list)
                continue;
            for (const json::Element each : *list) {
                const bool isName = each.is_string() && contains(names, each.get_string().value_unsafe());
                if (isName && !contains(required, each.get_string().value_unsafe()))
                    required.emplace_back(each.get_string().value_unsafe());
            }
        }
        if (required.empty())
            return;
        out.key("required");
        out.beginArray();
        for (const std::string &name : required)
            out.string(name);
        out.endArray();
    }
    void writeItems(json::Writer &out, const Layers &layers)
    {
        out.key("items");
        const auto inner = first(layers, "items");
        if (inner && inner->is_object())
            return write(out, *inner);
        out.raw(R"({"type":"STRING"})"); // a list must say of what
    }

    json::Element m_root;
    std::string m_at;
    Losses &m_losses;
    std::vector<std::string> m_open; ///< references being followed
    std::vector<std::string> m_types;
    std::size_t m_nodes = 0;
};

} // namespace

Result<std::string> ownSchema(std::string_view schema, const std::string &at, Losses &losses)
{
    auto object = objectSchema(schema, at, losses);
    if (!object || object->empty())
        return object;
    const auto document = parseLenient(*object);
    if (!document)
        return fail(badField(at, "the schema is " + document.error().message));
    Sanitiser sanitiser(document->root(), at, losses);
    json::Writer out;
    sanitiser.write(out, document->root(), true);
    if (sanitiser.isOverfull())
        return fail(ErrorKind::NotSupported, at + ": the schema unfolds to more than 20000 parts");
    return out.take();
}

} // namespace pm::gemini
