// SPDX-License-Identifier: GPL-3.0-or-later
// Guardrails of the file: read as values, and checked by those who know the checks.
#include "config/config_build.h"
#include "config/config_check.h"

#include "base/json.h"
#include "config/scalars.h"

namespace pm::config {

using yaml::Child;
using yaml::Node;

namespace {

/// YAML as JSON text. A plain scalar that JSON would read as number, truth or null is one.
void writeJson(const Node &node, json::Writer &out)
{
    if (node.isMap()) {
        out.beginObject();
        for (const Child &child : node.children) {
            out.key(child.key);
            writeJson(child.value, out);
        }
        out.endObject();
    } else if (node.isList()) {
        out.beginArray();
        for (const Child &child : node.children)
            writeJson(child.value, out);
        out.endArray();
    } else if (node.isNull()) {
        out.null();
    } else if (node.style == Node::Style::Plain && node.text.find_first_of("\"{[") == std::string::npos &&
               json::Document::parse(node.text)) {
        out.raw(node.text);
    } else {
        out.string(node.text);
    }
}

std::string schemaOf(const Node &node)
{
    if (!node.isMap())
        return node.isScalar() && !node.isNull() ? node.text : std::string();
    json::Writer out;
    writeJson(node, out);
    return out.take();
}

} // namespace

Guardrail buildGuardrail(const Node &item)
{
    Guardrail guardrail;
    if (item.isScalar()) {
        guardrail.check = item.text;
        return guardrail;
    }
    readInto(item, "check", guardrail.check);
    readInto(item, "name", guardrail.name);
    std::string word;
    readInto(item, "mode", word);
    if (!word.empty())
        guardrail.mode = word == "flag"   ? Guardrail::Mode::Flag
                         : word == "soft" ? Guardrail::Mode::Soft
                                          : Guardrail::Mode::Hard;
    word.clear();
    readInto(item, "action", word);
    if (!word.empty())
        guardrail.action = word == "redact"    ? Guardrail::Action::Redact
                           : word == "replace" ? Guardrail::Action::Replace
                                               : Guardrail::Action::Block;
    word.clear();
    readInto(item, "side", word);
    if (!word.empty())
        guardrail.side = word == "request"  ? Guardrail::Side::Request
                         : word == "answer" ? Guardrail::Side::Answer
                                            : Guardrail::Side::Both;
    readInto(item, "entities", guardrail.entities);
    readInto(item, "patterns", guardrail.patterns);
    readInto(item, "models", guardrail.models);
    readInto(item, "tools", guardrail.tools);
    if (const Node *schema = item.get("schema"))
        guardrail.schema = schemaOf(*schema);
    if (const Node *limit = item.get("limit"); limit && limit->isScalar())
        guardrail.limit = parseSize(limit->text);
    return guardrail;
}

void buildGuardrails(const Node *section, std::vector<Guardrail> &guardrails)
{
    const Node *list = section && section->isMap() ? section->get("guardrails") : nullptr;
    for (const Child &item : list && list->isList() ? list->children : std::vector<Child>()) {
        Guardrail guardrail = buildGuardrail(item.value);
        if (!guardrail.check.empty())
            guardrails.push_back(std::move(guardrail));
    }
}

void Checker::guardrailRules(const Child &child, const std::string &path)
{
    const Guardrail guardrail = buildGuardrail(child.value);
    if (!m_known.guardrailProblem || guardrail.check.empty() || !m_tree.isComplete)
        return;
    const auto problem = m_known.guardrailProblem(guardrail);
    if (!problem)
        return;
    const Child *at = child.value.isMap() ? child.value.entry(problem->key) : nullptr;
    tell(at ? *at : child, at ? path + "." + problem->key : path, problem->message);
}

} // namespace pm::config
