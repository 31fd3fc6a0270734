// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_check.h"

#include "config/scalars.h"
#include "config/yaml_path.h"

#include <map>

namespace pm::config {

using yaml::Child;
using yaml::Node;

namespace {

constexpr std::size_t kMaxListedKeys = 12;

bool isMapType(KeyType type)
{
    return type == KeyType::Section || type == KeyType::Names || type == KeyType::Route;
}

std::vector<std::string> namesBelow(std::string_view pattern)
{
    std::vector<std::string> names;
    for (const Key *key : keysBelow(pattern))
        names.emplace_back(key->name());
    return names;
}

bool isReference(KeyType type)
{
    return type == KeyType::Provider || type == KeyType::Model || type == KeyType::Target ||
           type == KeyType::Router;
}

} // namespace

void Checker::run()
{
    m_isSyntaxRight = m_tree.problems.empty();
    Child root;
    root.value = std::move(m_tree.root);
    if (root.value.isMap())
        section(root, {}, {});
    else if (!root.value.isNull() && m_tree.problems.empty())
        tell(root, {}, "the file must be a map of sections such as `providers:` and `routers:`");
    m_tree.root = std::move(root.value);
    if (m_tree.isComplete)
        resolveReferences();
}

void Checker::value(Child &child, const Key &key, const std::string &path)
{
    Node &node = child.value;
    if (key.type == KeyType::Later) {
        const std::string name(key.name());
        tell({.keySpan = child.keySpan, .value = {.span = child.keySpan, .origin = node.origin}}, path,
             name + " is not supported yet (" + path + "); " + std::string(key.sense));
    } else if (key.type == KeyType::Elsewhere) {
        elsewhere(child, key, path);
    } else if (key.type == KeyType::Condition) {
        conditionRules(child, path);
    } else if (key.type == KeyType::Data) {
        if (node.isNull())
            tell(child, path, std::string(key.name()) + " must be " + describe(key));
    } else if (key.type == KeyType::Settings) {
        if (!node.isMap() && !node.isNull()) // its entries are told with the route, which names the strategy
            tell(child, path, "settings must be " + describe(key));
    } else if (key.orMany && key.type == KeyType::Section && node.isList()) {
        for (std::size_t i = 0; i < node.children.size(); ++i)
            mapValue(node.children[i], key, joinedPath(path, std::to_string(i)));
    } else if (isMapType(key.type)) {
        mapValue(child, key, path);
    } else if (key.type == KeyType::List) {
        list(child, key, path);
    } else if (key.orMany && node.isList()) {
        for (std::size_t i = 0; i < node.children.size(); ++i)
            scalar(node.children[i], key, key.type, joinedPath(path, std::to_string(i)));
    } else {
        scalar(child, key, key.type, path);
        if (key.orMany && key.path == "routers.*.model-mappings.*" && node.isScalar() && !node.isNull())
            tell(child, path, "write a list: [" + node.text + "]; one name alone is accepted here",
                 Level::Warning);
    }
}

void Checker::mapValue(Child &child, const Key &key, const std::string &path)
{
    Node &node = child.value;
    if (node.isMap()) {
        if (key.type == KeyType::Names)
            names(child, key, path);
        else
            section(child, patternBelow(key), path);
        if (key.type == KeyType::Route)
            routeRules(child, path);
    } else if (node.isScalar() && !node.isNull() && key.shortForm != KeyType::Section) {
        scalar(child, key, key.shortForm, path);
    } else if (!node.isNull() || (key.shortForm != KeyType::Section && m_tree.isComplete)) {
        tell(child, path,
             std::string(key.name() == "[]" ? "an item here" : key.name()) + " must be " + describe(key) +
                 (node.isList() ? ", not a list" : ""));
    }
    if (key.path == "routers.*" && node.isMap())
        routerRules(child, path);
    if (key.path == "guardrails.[]")
        guardrailRules(child, path);
    if (key.path == "providers.*")
        providerRules(child, path);
}

void Checker::section(Child &child, std::string_view pattern, const std::string &path)
{
    std::map<std::string_view, const Child *> seen;
    for (Child &entry : child.value.children) {
        const Key *key = findKeyBelow(pattern, kebab(entry.key));
        if (!key) {
            unknownKey(entry, pattern, path);
            continue;
        }
        entry.name = key->name();
        const std::string entryPath = joinedPath(path, entry.name);
        const auto [first, isNew] = seen.emplace(key->name(), &entry);
        if (!isNew && first->second->key != entry.key) // the very same key is told by the parser
            tellAt(entry.keySpan, entry.value.origin, entryPath,
                   "duplicate key '" + entry.key + "': it is '" + first->second->key + "' in line " +
                       std::to_string(m_tree.lines.at(first->second->keySpan.begin).line) + " already",
                   Level::Error);
        if (isNew)
            noteSpelling(entry, entryPath);
        value(entry, *key, entryPath);
    }
    missingKeys(child, pattern, path);
    if (pattern == "server")
        serverRules(child, path);
    else if (pattern == "routers.*.retries")
        retryRules(child, path);
    else if (pattern == "routers.*.cache")
        cacheRules(child, path);
    else if (pattern == "routers.*.load-balancing")
        balancingRules(child, path);
    else if (pattern == "routers.*.rate-limit")
        rateLimitRules(child, path);
    else if (pattern == "routers.*.rate-limit.limits.[]")
        limitRules(child, path);
}

void Checker::names(Child &child, const Key &key, const std::string &path)
{
    const Key *row = findKeyBelow(key.path, "*");
    for (Child &entry : child.value.children) {
        entry.name = entry.key;
        const std::string entryPath = joinedPath(path, entry.key);
        nameRule(entry, key, entryPath);
        value(entry, *row, entryPath);
    }
}

void Checker::list(Child &child, const Key &key, const std::string &path)
{
    Node &node = child.value;
    if (!node.isList()) {
        if (!node.isNull())
            tell(child, path,
                 std::string(key.name()) + " must be a list" +
                     (node.isScalar() ? ": put it in [brackets]" : ", not a map"));
        return;
    }
    const Key *row = findKeyBelow(patternBelow(key), "[]");
    for (std::size_t i = 0; i < node.children.size(); ++i)
        value(node.children[i], *row, joinedPath(path, std::to_string(i)));
}

void Checker::scalar(const Child &child, const Key &key, KeyType type, const std::string &path)
{
    if (child.value.isNull() && !m_isSyntaxRight)
        return;
    const std::string problem = scalarProblem(key, type, child.value, m_known);
    if (!problem.empty())
        tell(child, path, problem);
    else if (const std::string_view text = child.value.text; key.path == "model-aliases.*" && text.starts_with("router/"))
        m_references.push_back({KeyType::Router, std::string(text.substr(text.find('/') + 1)), child.value.span,
                                child.value.origin, path});
    else if (isReference(type))
        m_references.push_back({type, child.value.text, child.value.span, child.value.origin, path});
}

void Checker::unknownKey(const Child &child, std::string_view pattern, const std::string &path)
{
    if ((child.key.empty() && !m_isSyntaxRight) || m_tree.problems.size() >= yaml::kMaxProblems)
        return; // a key that is no name is told by the parser
    const std::vector<std::string> valid = namesBelow(pattern);
    std::string message = "unknown key '" + child.key + "'";
    const std::string meant = didYouMean(kebab(child.key), valid);
    if (!meant.empty()) {
        message += meant;
    } else if (valid.size() <= kMaxListedKeys) {
        message += "; keys here are";
        for (const std::string &name : valid)
            message += (name == valid.front() ? " " : ", ") + name;
    }
    tellAt(child.keySpan, child.value.origin, joinedPath(path, child.key), std::move(message), Level::Error);
}

void Checker::missingKeys(const Child &child, std::string_view pattern, const std::string &path)
{
    if (!m_tree.isComplete)
        return;
    for (const Key *key : keysBelow(pattern)) {
        if (key->isRequired && !child.value.get(key->name()))
            tell(child, joinedPath(path, key->name()),
                 "missing key '" + std::string(key->name()) + "': " + std::string(key->sense));
    }
}

/// Helicone's gateway reads most keys in one spelling only and passes over the other in silence; here both
/// mean the same, and a file that mixes them is told so once.
void Checker::noteSpelling(const Child &child, const std::string &path)
{
    m_sawSnake = m_sawSnake || child.key.find('_') != std::string::npos;
    m_sawKebab = m_sawKebab || (child.key.find('-') != std::string::npos && child.value.origin.empty());
    if (!m_sawSnake || !m_sawKebab || m_toldMix)
        return;
    m_toldMix = true;
    tellAt(child.keySpan, child.value.origin, path,
           "this file mixes snake_case and kebab-case keys; both are understood, kebab-case is the usual one",
           Level::Warning);
}

void Checker::tell(const Child &at, std::string path, std::string message, Level level)
{
    const bool hasValue = at.value.span.end > at.value.span.begin;
    // A map is pointed at by its key: it may be long.
    const bool byKey = !at.key.empty() && (!hasValue || !at.value.isScalar());
    tellAt(byKey ? at.keySpan : at.value.span, at.value.origin, std::move(path), std::move(message), level);
}

void Checker::tellAt(const yaml::Span &span, const std::string &origin, std::string path, std::string message,
                     Level level)
{
    if (m_tree.problems.size() >= yaml::kMaxProblems)
        return;
    const auto severity = level == Level::Error ? Problem::Severity::Error : Problem::Severity::Warning;
    if (origin.empty())
        m_tree.problems.push_back(m_tree.problem(span, std::move(path), std::move(message), severity));
    else
        m_tree.problems.push_back({severity, 0, 0, 0, "env " + origin, std::move(message)});
}

} // namespace pm::config
