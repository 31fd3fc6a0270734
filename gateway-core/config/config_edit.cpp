// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_edit.h"

#include "config/edit_draft.h"

namespace pm::config {

namespace {

using yaml::Fragment;
using yaml::Node;

/// Opens, edits, and gives the text.
template <typename Edit>
Result<std::string> edited(std::string_view text, Edit edit)
{
    Result<Draft> draft = Draft::open(text);
    if (!draft)
        return Failure(draft.error());
    if (const Result<void> done = edit(*draft); !done)
        return Failure(done.error());
    return draft->text();
}

Fragment word(std::string_view text)
{
    Node node;
    node.kind = Node::Kind::Scalar;
    node.text = text;
    return Fragment::of(std::move(node), 2);
}

std::string routerPath(std::string_view name)
{
    return "routers." + std::string(name);
}

/// Places that name a router besides its own block.
std::vector<std::string> mentions(const Draft &draft, std::string_view name)
{
    std::vector<std::string> paths;
    if (const Node *active = draft.at("active-router"); active && active->text == name)
        paths.emplace_back("active-router");
    const Node *keys = draft.at("server.client-keys");
    for (std::size_t i = 0; keys && i < keys->children.size(); ++i) {
        const Node *routers = keys->children[i].value.get("routers");
        for (std::size_t j = 0; routers && j < routers->children.size(); ++j) {
            if (routers->children[j].value.text == name)
                paths.push_back("server.client-keys." + std::to_string(i) + ".routers." + std::to_string(j));
        }
    }
    return paths;
}

} // namespace

std::optional<Place> findPlace(std::string_view text, Path path)
{
    return PlaceFinder(text).find(path);
}

PlaceFinder::PlaceFinder(std::string_view text)
    : m_draft(std::make_shared<const Draft>(Draft::reading(text)))
{
}

std::optional<Place> PlaceFinder::find(Path path) const
{
    const Draft &draft = *m_draft;
    const Trail trail = draft.find(path);
    const yaml::Child *child = trail.isFound() ? draft.child(trail) : nullptr;
    if (!child)
        return std::nullopt;
    const bool hasValue = child->value.kind != Node::Kind::Null;
    const yaml::Span span = hasValue ? child->value.span : child->keySpan;
    const yaml::Lines::At begin = draft.lines().at(span.begin);
    const std::size_t last = span.end > span.begin ? span.end - 1 : span.end;
    return Place{begin.line, begin.column, draft.lines().at(last).line};
}

std::optional<std::string> PlaceFinder::written(Path path) const
{
    const Node *node = m_draft->at(path);
    return node && node->isScalar() && !node->isNull() ? std::optional(node->text) : std::nullopt;
}

std::size_t PlaceFinder::count(Path path) const
{
    const Node *node = m_draft->at(path);
    return node ? node->children.size() : 0;
}

bool PlaceFinder::isMap(Path path) const
{
    const Node *node = m_draft->at(path);
    return node && node->isMap();
}

bool PlaceFinder::isList(Path path) const
{
    const Node *node = m_draft->at(path);
    return node && node->isList();
}

std::vector<std::string> PlaceFinder::keys(Path path) const
{
    std::vector<std::string> keys;
    const Node *node = m_draft->at(path);
    for (const yaml::Child &child : node && node->isMap() ? node->children : std::vector<yaml::Child>())
        keys.push_back(child.key);
    return keys;
}

std::vector<std::string> PlaceFinder::texts(Path path) const
{
    const Node *node = m_draft->at(path);
    if (!node || !node->isList())
        return node && node->isScalar() && !node->isNull() ? std::vector{node->text} : std::vector<std::string>();
    std::vector<std::string> texts;
    for (const yaml::Child &item : node->children)
        texts.push_back(item.value.text);
    return texts;
}

Result<std::string> setValue(std::string_view text, Path path, std::string_view yamlValue)
{
    const Result<Fragment> value = Draft::fragment(yamlValue);
    if (!value)
        return Failure(value.error());
    return edited(text, [&](Draft &draft) { return draft.set(path, *value); });
}

Result<std::string> removeValue(std::string_view text, Path path)
{
    return edited(text, [&](Draft &draft) { return draft.remove(path); });
}

Result<std::string> renameKey(std::string_view text, Path path, std::string_view name)
{
    return edited(text, [&](Draft &draft) { return draft.renameKey(path, name); });
}

Result<std::string> appendItem(std::string_view text, Path path, std::string_view yamlItem)
{
    const Result<Fragment> item = Draft::fragment(yamlItem);
    if (!item)
        return Failure(item.error());
    return edited(text, [&](Draft &draft) {
        const Node *list = draft.at(path);
        return draft.insertItem(path, list && list->isList() ? list->children.size() : 0, *item);
    });
}

Result<std::string> removeRouter(std::string_view text, std::string_view name)
{
    return edited(text, [&](Draft &draft) -> Result<void> {
        // A router that is gone cannot be the active one. Client keys that name it are left: without the
        // name, a key might open every router.
        if (const Node *active = draft.at("active-router"); active && active->text == name) {
            if (auto done = draft.remove("active-router"); !done)
                return done;
        }
        return draft.remove(routerPath(name));
    });
}

Result<std::string> renameRouter(std::string_view text, std::string_view from, std::string_view to)
{
    return edited(text, [&](Draft &draft) -> Result<void> {
        if (from == to)
            return {};
        if (draft.at(routerPath(to)))
            return fail(ErrorKind::Config, "there is a router called '" + std::string(to) + "' already");
        if (auto done = draft.renameKey(routerPath(from), to); !done)
            return done;
        for (const std::string &path : mentions(draft, from)) {
            if (auto done = draft.set(path, word(to)); !done)
                return done;
        }
        return {};
    });
}

} // namespace pm::config
