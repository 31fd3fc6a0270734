// SPDX-License-Identifier: GPL-3.0-or-later
#include "policies/policy_edits.h"

#include "config/config_edit.h"
#include "config/yaml_tree.h"
#include "config/yaml_write.h"
#include "policies/policy_paths.h"

#include <algorithm>

namespace pm::ui {

Result<std::string> setPolicyValue(std::string_view text, const std::string &item, const std::string &key,
                                   const std::string &yaml)
{
    const config::PlaceFinder places(text);
    const std::string path = item + "." + key;
    if (const auto check = places.written(item)) { // a check's name alone
        if (key == "check")
            return config::setValue(text, item, yaml);
        return yaml.empty() ? std::string(text)
                            : config::setValue(text, item,
                                               "{check: " + config::yaml::writeScalar(*check) + ", " + key + ": " + yaml + "}");
    }
    if (!yaml.empty())
        return config::setValue(text, path, yaml);
    // A part of its own that nothing is left in goes too: cache.semantic.
    const std::string above = path.substr(0, path.rfind('.'));
    const std::string gone = above != item && places.count(above) == 1 ? above : path;
    // An item that is left empty stays one: without anything in it, it might be taken for none.
    if (places.count(item) == 1 && places.find(gone))
        return config::setValue(text, item, lastPart(item) == "cache" ? "{enabled: true}" : "{}");
    return config::removeValue(text, gone);
}

Result<std::string> removePolicy(std::string_view text, const std::string &item)
{
    const config::PlaceFinder places(text);
    std::string gone = item;
    while (std::count(gone.begin(), gone.end(), '.') > 2) {
        const std::string above = gone.substr(0, gone.rfind('.'));
        if (places.count(above) != 1)
            break;
        gone = above;
    }
    return config::removeValue(text, gone);
}

Result<std::string> addPolicy(std::string_view text, const std::string &list, const std::string &yaml)
{
    const config::PlaceFinder places(text);
    if (!places.isMap(list))
        return config::appendItem(text, list, yaml);
    std::string first;
    for (const std::string &key : places.keys(list))
        first += (first.empty() ? "" : ", ") + key + ": " + config::yaml::writeScalar(places.written(list + "." + key).value_or(""));
    return config::setValue(text, list, "[{" + first + "}, " + yaml + "]");
}

} // namespace pm::ui
