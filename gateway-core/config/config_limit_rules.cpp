// SPDX-License-Identifier: GPL-3.0-or-later
// What no single row can say of limits.
#include "config/config_check.h"

namespace pm::config {

/// A limit without a word on how much would be none, in silence.
void Checker::rateLimitRules(const yaml::Child &child, const std::string &path)
{
    for (const yaml::Child &entry : child.value.children) {
        const Key *key = findKeyBelow("routers.*.rate-limit", entry.name);
        if (key && key->type == KeyType::Section && entry.value.isNull() && m_isSyntaxRight)
            tell(entry, path + "." + entry.name,
                 entry.name + " has no value; it must be " + describe(*key) + ", or leave the key out");
    }
}

/// An item of `limits`: what it counts must be clear, and a burst of requests or tokens is whole.
void Checker::limitRules(const yaml::Child &child, const std::string &path)
{
    std::vector<const yaml::Child *> counted;
    for (const char *name : {"requests", "tokens", "usd"}) {
        if (const yaml::Child *entry = child.value.entry(name))
            counted.push_back(entry);
    }
    if (counted.empty() && m_tree.isComplete)
        tell(child, path, "say what is counted: requests, tokens or usd");
    if (counted.size() > 1)
        tell(*counted[1], path, "a limit counts one thing; write a further item for " + counted[1]->key);
    const yaml::Child *burst = child.value.entry("burst");
    const bool isMoney = !counted.empty() && counted.front()->name == "usd";
    if (burst && burst->value.isScalar() && !isMoney && burst->value.text.find('.') != std::string::npos)
        tell(*burst, path + ".burst", "burst must be a whole number of at least 1, as what it is a burst of");
}

} // namespace pm::config
