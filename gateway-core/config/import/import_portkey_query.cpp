// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/import/import_portkey.h"

#include "config/scalars.h"

#include <algorithm>

namespace pm::config::import {

using yaml::Node;

namespace {

constexpr int kMaxDepth = 4;           ///< of $and and $or
constexpr std::size_t kMaxTerms = 200; ///< in one list

struct Operator
{
    std::string_view there;
    std::string_view here;
    bool isList;
};

/// Portkey's conditional router (src/services/conditionalRouter.ts).
constexpr Operator kOperators[] = {
    {"$eq", "eq", false},   {"$ne", "ne", false},       {"$in", "in", true},
    {"$nin", "nin", true},  {"$regex", "regex", false}, {"$gt", "gt", false},
    {"$gte", "gte", false}, {"$lt", "lt", false},       {"$lte", "lte", false},
};

/// Field of the request by Portkey's path; empty when a rule cannot see it.
std::string fieldNamed(const std::string &path)
{
    if (path.starts_with("metadata.") && path.size() > std::string_view("metadata.").size())
        return path;
    if (path == "params.model")
        return "request.model";
    if (path == "params.stream")
        return "request.stream";
    return {};
}

std::optional<Node> readQuery(Draft &draft, const At &query, int depth);

/// One operator with its value.
std::optional<Node> readTest(Draft &draft, const std::string &name, const At &at)
{
    const auto found = std::find_if(std::begin(kOperators), std::end(kOperators),
                                    [&](const Operator &row) { return row.there == name; });
    const bool fits = found != std::end(kOperators) && (found->isList ? at.isList() : at.node->isScalar());
    if (!fits) {
        draft.notMapped(at, "the operator, or its value, is not known; the rule is left out");
        return std::nullopt;
    }
    Node test = mapNode();
    if (!found->isList) {
        put(test, found->here, at.text());
        return test;
    }
    Node values = listNode();
    for (const auto &[index, value] : at.children())
        add(values, textNode(value.text()));
    put(test, found->here, std::move(values));
    return test;
}

/// A field and its tests: several of them become an `and` of single ones.
bool addField(Draft &draft, const std::string &path, const At &at, std::vector<Node> &terms)
{
    const std::string field = fieldNamed(path);
    if (field.empty()) {
        draft.notMapped(at, "rules cannot see this; the rule is left out",
                        "they see metadata.NAME, header.NAME and request.model");
        return false;
    }
    if (!at.isMap()) {
        Node term = mapNode();
        put(term, field, at.text());
        terms.push_back(std::move(term));
        return true;
    }
    for (const auto &[name, value] : at.children()) {
        auto test = readTest(draft, name, value);
        if (!test)
            return false;
        Node term = mapNode();
        // Equality needs no operator.
        if (const Node *equal = test->get("eq"))
            put(term, field, Node(*equal));
        else
            put(term, field, std::move(*test));
        terms.push_back(std::move(term));
    }
    return true;
}

std::optional<Node> readList(Draft &draft, std::string_view name, const At &at, int depth)
{
    Node list = listNode();
    for (const auto &[index, entry] : at.children()) {
        auto part = readQuery(draft, entry, depth + 1);
        if (!part)
            return std::nullopt;
        if (list.children.size() < kMaxTerms)
            add(list, std::move(*part));
    }
    if (list.children.empty())
        return std::nullopt;
    Node term = mapNode();
    put(term, name, std::move(list));
    return term;
}

/// Every term on its own, or one map of all fields where no field comes twice.
Node joined(std::vector<Node> terms)
{
    if (terms.size() == 1)
        return std::move(terms.front());
    Node all = mapNode();
    for (const Node &term : terms) {
        const yaml::Child &only = term.children.front();
        if (!all.get(only.key))
            put(all, only.key, Node(only.value));
    }
    if (all.children.size() == terms.size())
        return all;
    Node list = listNode();
    for (Node &term : terms)
        add(list, std::move(term));
    Node every = mapNode();
    put(every, "and", std::move(list));
    return every;
}

std::optional<Node> readQuery(Draft &draft, const At &query, int depth)
{
    if (depth > kMaxDepth || query.children().size() > kMaxTerms) {
        draft.notMapped(query, "the condition is too large; the rule is left out");
        return std::nullopt;
    }
    std::vector<Node> terms;
    for (const auto &[key, at] : query.children()) {
        if (key == "$and" || key == "$or") {
            auto term = readList(draft, key.substr(1), at, depth);
            if (!term)
                return std::nullopt;
            terms.push_back(std::move(*term));
        } else if (!addField(draft, key, at, terms)) {
            return std::nullopt;
        }
    }
    if (terms.empty())
        return std::nullopt;
    return joined(std::move(terms));
}

} // namespace

std::optional<Node> readPortkeyQuery(Draft &draft, const At &query)
{
    auto when = readQuery(draft, query, 0);
    if (!when && !query.isMap())
        draft.notMapped(query, "a condition needs a query; the rule is left out");
    return when;
}

} // namespace pm::config::import
