// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/demo_parts.h"

#include <algorithm>

namespace pm::demo {

namespace {

constexpr int kDeepest = 16;

/// Reads schemas of one document; `root` is where "#/..." references start.
class ExampleMaker
{
public:
    explicit ExampleMaker(json::Element root)
        : m_root(root)
    {
    }

    void write(json::Element schema, int depth)
    {
        schema = resolved(schema);
        if (depth > kDeepest)
            m_out.null();
        else if (const auto given = fixedValue(schema))
            m_out.raw(json::text(*given));
        else if (const auto branch = firstBranch(schema))
            write(*branch, depth + 1);
        else
            writeType(schema, depth);
    }
    std::string take() { return m_out.take(); }

private:
    static std::optional<json::Element> fixedValue(json::Element schema)
    {
        if (const auto choices = json::findArray(schema, "enum"); choices && choices->size() > 0)
            return choices->at(0).value();
        if (const auto constant = json::find(schema, "const"))
            return constant;
        return json::find(schema, "default");
    }

    static std::optional<json::Element> firstBranch(json::Element schema)
    {
        for (const std::string_view key : {"anyOf", "oneOf", "allOf"}) {
            if (const auto branches = json::findArray(schema, key); branches && branches->size() > 0)
                return branches->at(0).value();
        }
        return std::nullopt;
    }

    /// Follows "$ref": "#/$defs/name" a bounded number of times.
    json::Element resolved(json::Element schema) const
    {
        for (int hops = 0; hops < kDeepest; ++hops) {
            const auto reference = json::findString(schema, "$ref");
            if (!reference || !reference->starts_with("#"))
                break;
            json::Element target = m_root;
            if (m_root.at_pointer(reference->substr(1)).get(target) != simdjson::SUCCESS)
                break;
            schema = target;
        }
        return schema;
    }

    static std::string_view typeOf(json::Element schema)
    {
        if (const auto type = json::findString(schema, "type"))
            return *type;
        if (const auto types = json::findArray(schema, "type")) {
            for (const json::Element type : *types) {
                std::string_view name;
                if (type.get(name) == simdjson::SUCCESS && name != "null")
                    return name;
            }
        }
        return json::find(schema, "properties") ? "object"
                                                : (json::find(schema, "items") ? "array" : "string");
    }

    void writeType(json::Element schema, int depth)
    {
        const std::string_view type = typeOf(schema);
        if (type == "object")
            writeObject(schema, depth);
        else if (type == "array")
            writeArray(schema, depth);
        else if (type == "integer" || type == "number")
            writeNumber(schema);
        else if (type == "boolean")
            m_out.boolean(true);
        else if (type == "null")
            m_out.null();
        else
            m_out.string("demo");
    }

    void writeObject(json::Element schema, int depth)
    {
        m_out.beginObject();
        const auto properties = json::find(schema, "properties");
        if (const auto required = json::findArray(schema, "required"); required && properties) {
            for (const json::Element element : *required) {
                std::string_view name;
                if (element.get(name) != simdjson::SUCCESS)
                    continue;
                m_out.key(name);
                if (const auto property = json::find(*properties, name))
                    write(*property, depth + 1);
                else
                    m_out.string("demo");
            }
        }
        m_out.endObject();
    }

    void writeArray(json::Element schema, int depth)
    {
        m_out.beginArray();
        if (const auto items = json::findObject(schema, "items"))
            write(*items, depth + 1);
        m_out.endArray();
    }

    void writeNumber(json::Element schema)
    {
        const auto least = json::find(schema, "minimum");
        if (least && least->is_number())
            m_out.raw(json::text(*least));
        else
            m_out.number(std::int64_t(1));
    }

    json::Element m_root;
    json::Writer m_out;
};

} // namespace

std::string exampleFor(json::Element schema)
{
    ExampleMaker maker(schema);
    maker.write(schema, 0);
    return maker.take();
}

} // namespace pm::demo
