// SPDX-License-Identifier: GPL-3.0-or-later
// The rules of client keys that no single row of the table can say.
#include "config/config_check.h"

namespace pm::config {

using yaml::Child;
using yaml::Node;

void Checker::clientKeyRules(const Child &child, const std::string &path)
{
    const Node *limits = child.value.get("limits");
    for (std::size_t i = 0; limits && limits->isList() && i < limits->children.size(); ++i) {
        const Child &limit = limits->children[i];
        int named = 0;
        for (const char *what : {"requests", "tokens", "usd"})
            named += limit.value.get(what) ? 1 : 0;
        if (limit.value.isMap() && named != 1 && m_tree.isComplete)
            tell(limit, path + ".limits." + std::to_string(i), "a limit is of one of requests, tokens and usd");
    }
    const Node *models = child.value.get("models");
    for (std::size_t i = 0; models && models->isList() && i < models->children.size(); ++i) {
        const Child &model = models->children[i];
        const std::string &text = model.value.text;
        if (const auto star = text.find('*'); star != std::string::npos && star + 1 < text.size())
            tell(model, path + ".models." + std::to_string(i), "a * may stand at the end only");
    }
}

} // namespace pm::config
