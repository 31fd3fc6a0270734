// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/item_match.h"

#include <algorithm>

namespace pm::config {

using yaml::Node;

namespace {

void addWord(std::string &all, const std::string &word)
{
    if (!all.empty() && !word.empty())
        all += ' ';
    all += word;
}

} // namespace

std::string flat(const Wish &wish)
{
    std::string all = wish.text;
    for (const WishEntry &entry : wish.entries) {
        addWord(all, entry.name);
        addWord(all, flat(entry.value));
    }
    return all;
}

std::string flat(const Node &node)
{
    std::string all = node.text;
    for (const yaml::Child &child : node.children) {
        addWord(all, child.key);
        addWord(all, flat(child.value));
    }
    return all;
}

std::string identity(const Wish &wish)
{
    return wish.kind == Node::Kind::Map && !wish.entries.empty() ? flat(wish.entries.front().value)
                                                                 : wish.text;
}

std::string identity(const Node &item)
{
    for (const std::string_view name : {"when", "is", "examples", "use", "provider", "model", "target", "strategy", "check",
                                        "requests", "tokens", "usd"}) {
        if (const Node *value = item.get(name))
            return flat(*value);
    }
    return item.text;
}

SameEnds sameEnds(const Node &list, const Wish &wish)
{
    const std::size_t have = list.children.size();
    const std::size_t want = wish.entries.size();
    const std::size_t most = std::min(have, want);
    SameEnds same;
    while (same.front < most && says(list.children[same.front].value, wish.entries[same.front].value))
        ++same.front;
    while (same.front + same.back < most &&
           says(list.children[have - 1 - same.back].value, wish.entries[want - 1 - same.back].value))
        ++same.back;
    return same;
}

std::vector<std::uint32_t> commonParts(const std::vector<std::string> &have,
                                       const std::vector<std::string> &want)
{
    const std::size_t width = want.size() + 1;
    std::vector<std::uint32_t> table((have.size() + 1) * width, 0);
    for (std::size_t i = 1; i <= have.size(); ++i) {
        for (std::size_t j = 1; j <= want.size(); ++j) {
            const bool isSame = meansSame(have[i - 1], want[j - 1]);
            table[i * width + j] = isSame ? table[(i - 1) * width + j - 1] + 1
                                          : std::max(table[(i - 1) * width + j], table[i * width + j - 1]);
        }
    }
    return table;
}

bool isOneChange(const std::vector<std::string> &have, const std::vector<std::string> &want)
{
    if (have.size() != want.size())
        return false;
    std::size_t changed = 0;
    for (std::size_t i = 0; i < have.size(); ++i)
        changed += meansSame(have[i], want[i]) ? 0 : 1;
    return changed == 1;
}

} // namespace pm::config
