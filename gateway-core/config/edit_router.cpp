// SPDX-License-Identifier: GPL-3.0-or-later
// Makes a router's block say what a Router says, by the fewest edits: single values are replaced, list items
// are put in and taken out one by one, and all that already means the same is left as it is written.
#include "config/config_edit.h"

#include "config/condition_yaml.h"
#include "config/config_build.h"
#include "config/edit_draft.h"
#include "config/item_match.h"
#include "config/router_wish.h"
#include "config/yaml_path.h"

#include <algorithm>

namespace pm::config {

using yaml::Fragment;
using yaml::Node;

namespace {

constexpr int kMaxEdits = 500;                  ///< small ones; beyond it the block is written anew
constexpr std::size_t kMaxCompared = 1'000'000; ///< cells; beyond it a list is written anew

class RouterEdit
{
public:
    explicit RouterEdit(Draft &draft)
        : m_draft(draft)
    {
    }

    Result<void> sync(const std::string &path, const Wish &wish);

private:
    Result<void> syncMap(const std::string &path, const Wish &wish);
    Result<void> syncList(const std::string &path, const Wish &wish);
    Result<void> syncItems(const std::string &path, const Wish &wish);
    Result<void> syncCondition(const std::string &path, const Wish &wish);
    Result<void> rewrite(const std::string &path, const Wish &wish);

    Draft &m_draft;
    int m_places = 0;
};

/// In the quotes that the old value has.
Fragment scalarLike(const Node &old, std::string_view text)
{
    Node node;
    node.kind = Node::Kind::Scalar;
    node.text = text;
    Fragment fragment = Fragment::of(std::move(node), 2);
    const bool isPlainLine =
        fragment.lines.front() == text && text.find_first_of("'\"\\") == std::string_view::npos;
    if (old.isQuoted() && isPlainLine) {
        const std::string mark = old.style == Node::Style::SingleQuoted ? "'" : "\"";
        fragment.lines.front() = mark + fragment.lines.front() + mark;
    }
    return fragment;
}

bool sameTexts(const Node &node, const Wish &wish)
{
    if (node.isScalar() && !node.isNull())
        return wish.entries.size() == 1 && meansSame(node.text, wish.entries.front().value.text);
    return false;
}

/// A list whose last item goes.
bool isEmptied(const Node &list, const Wish &wish)
{
    return wish.kind == Node::Kind::List && wish.entries.empty() && list.isList() && !list.children.empty();
}

Result<void> RouterEdit::rewrite(const std::string &path, const Wish &wish)
{
    return m_draft.set(path, Fragment::of(wish.node(), m_draft.step()));
}

Result<void> RouterEdit::sync(const std::string &path, const Wish &wish)
{
    if (++m_places > kMaxEdits)
        return fail(ErrorKind::Config, "too many places to compare");
    const Node *node = m_draft.at(path);
    if (!node || node->isNull())
        return rewrite(path, wish);
    if (wish.kind == Node::Kind::Scalar)
        return node->isScalar() && meansSame(node->text, wish.text)
                   ? Result<void>()
                   : m_draft.set(path, scalarLike(*node, wish.text));
    if (wish.kind == Node::Kind::Map && node->isMap())
        return syncMap(path, wish);
    if (wish.kind == Node::Kind::List && node->isList())
        return syncList(path, wish);
    if (wish.kind == Node::Kind::List && sameTexts(*node, wish))
        return {};
    if (wish.isShort() && node->isScalar())
        return sync(path, wish.entries.front().value);
    return rewrite(path, wish);
}

Result<void> RouterEdit::syncMap(const std::string &path, const Wish &wish)
{
    std::vector<std::string> surplus;
    for (const yaml::Child &child : m_draft.at(path)->children) {
        const std::string &name = child.name.empty() ? child.key : child.name;
        if (!wish.get(name))
            surplus.push_back(name);
    }
    for (const WishEntry &entry : wish.entries) {
        const std::string entryPath = joinedPath(path, entry.name);
        const Node *present = m_draft.at(entryPath);
        if (entry.isImplied && (!present || present->isNull()))
            continue;
        if (entry.isImplied && isEmptied(*present, entry.value) && m_draft.at(path)->children.size() > 1) {
            surplus.push_back(entry.name);
            continue;
        }
        const bool isCondition = entry.name == "when" && present && present->isMap();
        if (auto done = isCondition ? syncCondition(entryPath, entry.value) : sync(entryPath, entry.value); !done)
            return done;
    }
    // Last, so that a map which gets other keys is never empty in between.
    for (const std::string &name : surplus) {
        if (auto done = m_draft.remove(joinedPath(path, name)); !done)
            return done;
    }
    return {};
}

/// A condition that is another one is written as a whole; one that means the same stays as it is spelt.
Result<void> RouterEdit::syncCondition(const std::string &path, const Wish &wish)
{
    const Node &present = *m_draft.at(path);
    if (flat(writeCondition(buildCondition(present))) == flat(wish))
        return {};
    if (present.style != Node::Style::Flow)
        return rewrite(path, wish);
    const Result<Fragment> flow = Draft::fragment(yaml::writeFlow(wish.node())); // in its line, as it was
    return flow ? m_draft.set(path, *flow) : Result<void>(Failure(flow.error()));
}

/// Each item as the wish at its place; what stands beside the changed one, such as a comment, stays.
Result<void> RouterEdit::syncItems(const std::string &path, const Wish &wish)
{
    for (std::size_t i = 0; i < wish.entries.size(); ++i) {
        if (auto done = sync(joinedPath(path, std::to_string(i)), wish.entries[i].value); !done)
            return done;
    }
    return {};
}

/// From the last item to the first, so that numbers of items before stay true. What stands the same at both ends is not
/// touched: of two items that look alike the right one goes, with its comment.
Result<void> RouterEdit::syncList(const std::string &path, const Wish &wish)
{
    const Node &list = *m_draft.at(path);
    const SameEnds same = sameEnds(list, wish);
    std::vector<std::string> have;
    for (std::size_t i = same.front; i + same.back < list.children.size(); ++i)
        have.push_back(identity(list.children[i].value));
    std::vector<std::string> want;
    for (std::size_t i = same.front; i + same.back < wish.entries.size(); ++i)
        want.push_back(identity(wish.entries[i].value));
    if (have.empty() && want.empty())
        return {};
    if (list.children.empty() || wish.entries.empty() || have.size() * want.size() > kMaxCompared)
        return rewrite(path, wish);
    if (isOneChange(have, want))
        return syncItems(path, wish);
    const std::vector<std::uint32_t> common = commonParts(have, want);
    const std::size_t width = want.size() + 1;
    std::size_t i = have.size();
    std::size_t j = want.size();
    while (i > 0 || j > 0) {
        if (++m_places > kMaxEdits)
            return rewrite(path, wish);
        Result<void> done;
        if (i > 0 && j > 0 && meansSame(have[i - 1], want[j - 1])) {
            --i, --j;
            done = sync(joinedPath(path, std::to_string(same.front + i)), wish.entries[same.front + j].value);
        } else if (i == 0 || (j > 0 && common[i * width + j - 1] >= common[(i - 1) * width + j])) {
            --j;
            const Wish &item = wish.entries[same.front + j].value;
            const Node node = item.isShort() ? item.entries.front().value.node() : item.node();
            done = m_draft.insertItem(path, same.front + i, Fragment::of(node, m_draft.step()));
        } else {
            --i;
            done = m_draft.remove(joinedPath(path, std::to_string(same.front + i)));
        }
        if (!done)
            return done;
    }
    return {};
}

Retries inheritedRetries(const Draft &draft)
{
    return buildRetries(draft.at("global.retries"), {});
}

Result<void> says(const Draft &draft, const Router &router)
{
    const Node *node = draft.at("routers." + router.name);
    if (node && buildRouter(router.name, *node, inheritedRetries(draft)) == router)
        return {};
    return fail(ErrorKind::Config,
                "router '" + router.name + "' cannot be written as asked; edit the text itself");
}

Result<void> writeAnew(Draft &draft, const Router &router)
{
    const Wish wish = routerWish(router, nullptr, inheritedRetries(draft));
    if (auto done = draft.remove("routers." + router.name); !done)
        return done;
    return draft.set("routers." + router.name, Fragment::of(wish.node(), draft.step()));
}

} // namespace

Result<std::string> setRouter(std::string_view text, const Router &router)
{
    Result<Draft> opened = Draft::open(text);
    if (!opened)
        return Failure(opened.error());
    if (router.name.empty() || router.name.find('.') != std::string::npos)
        return fail(ErrorKind::Config, "a router's name is 1 to 12 letters, digits, '-' or '_'");
    const std::string path = "routers." + router.name;
    Draft draft = *opened;
    if (const Node *present = draft.at(path); present && present->isMap()) {
        const Wish wish = routerWish(router, present, inheritedRetries(draft));
        Result<void> done = RouterEdit(draft).sync(path, wish);
        if (done && says(draft, router))
            return draft.text();
        draft = *opened; // the layout is beyond small edits: the block is written anew
    }
    if (auto done = writeAnew(draft, router); !done)
        return Failure(done.error());
    if (auto done = says(draft, router); !done)
        return Failure(done.error());
    return draft.text();
}

} // namespace pm::config
