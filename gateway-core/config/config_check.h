// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config_keys.h"
#include "config/config_yaml.h"
#include "config/yaml_tree.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace pm::config {

/// Walks a tree along the table of keys: tells what is wrong and gives each entry its canonical name. One
/// use, on any thread.
class Checker
{
public:
    Checker(yaml::Tree &tree, const KnownNames &known)
        : m_tree(tree)
        , m_known(known)
    {
    }

    /// Appends to the tree's problems; bounded by yaml::kMaxProblems.
    void run();

private:
    enum class Level { Error, Warning };
    /// A name used somewhere, looked up when all names are known.
    struct Reference
    {
        KeyType type = KeyType::Provider;
        std::string text;
        yaml::Span span;
        std::string origin;
        std::string path;
    };

    // config_check.cpp: the walk
    void value(yaml::Child &child, const Key &key, const std::string &path);
    void mapValue(yaml::Child &child, const Key &key, const std::string &path);
    void section(yaml::Child &child, std::string_view pattern, const std::string &path);
    void names(yaml::Child &child, const Key &key, const std::string &path);
    void list(yaml::Child &child, const Key &key, const std::string &path);
    void scalar(const yaml::Child &child, const Key &key, KeyType type, const std::string &path);
    void unknownKey(const yaml::Child &child, std::string_view pattern, const std::string &path);
    void missingKeys(const yaml::Child &child, std::string_view pattern, const std::string &path);
    void noteSpelling(const yaml::Child &child, const std::string &path);
    void tell(const yaml::Child &at, std::string path, std::string message, Level level = Level::Error);
    void tellAt(const yaml::Span &span, const std::string &origin, std::string path, std::string message,
                Level level);

    // config_route_rules.cpp: routes
    const StrategyGrammar &grammarOf(const yaml::Node &route) const;
    void routeRules(const yaml::Child &child, const std::string &path);
    void childrenRules(const yaml::Child &child, const std::string &path);
    void ruleRules(const yaml::Child &route, const StrategyGrammar &grammar, const std::string &path);
    void settingsRules(const yaml::Child &route, const StrategyGrammar &grammar, const std::string &path);
    void conditionRules(const yaml::Child &child, const std::string &path);
    void weightRules(const yaml::Child &list, std::string_view strategy, const std::string &path);
    void balancingRules(const yaml::Child &child, const std::string &path);

    // config_rules.cpp: what no single row can say
    void nameRule(const yaml::Child &child, const Key &parent, const std::string &path);
    void elsewhere(const yaml::Child &child, const Key &key, const std::string &path);
    void retryRules(const yaml::Child &child, const std::string &path);
    void routerRules(const yaml::Child &child, const std::string &path);
    void providerRules(const yaml::Child &child, const std::string &path);
    void clientKeyRules(const yaml::Child &child, const std::string &path);
    // config_limit_rules.cpp
    void rateLimitRules(const yaml::Child &child, const std::string &path);
    void limitRules(const yaml::Child &child, const std::string &path);
    // config_rules.cpp, further
    void serverRules(const yaml::Child &child, const std::string &path);
    void cacheRules(const yaml::Child &child, const std::string &path); // config_keys_cache.cpp
    void guardrailRules(const yaml::Child &child, const std::string &path); // config_guardrails.cpp
    void resolveReferences();
    std::vector<std::string> namesOf(std::string_view section) const;

    yaml::Tree &m_tree;
    const KnownNames &m_known;
    std::vector<Reference> m_references;
    bool m_isSyntaxRight = true; ///< else a missing value may be one that could not be read
    bool m_sawSnake = false;
    bool m_sawKebab = false;
    bool m_toldMix = false;
};

/// What is wrong with a scalar for a value of `key` (read as `type`); empty when nothing is. Never repeats
/// what may be a secret.
std::string scalarProblem(const Key &key, KeyType type, const yaml::Node &node, const KnownNames &known);

} // namespace pm::config
