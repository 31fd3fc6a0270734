// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/route_places.h"

#include <algorithm>

namespace pm::ui {

namespace {

constexpr std::size_t kMaxNodes = 500;

/// A block's place may end on the line where the next thing begins; what follows wins.
bool holds(const config::Place &place, int line)
{
    return line >= place.line && line <= place.endLine;
}

void collectNode(const config::PlaceFinder &text, const std::string &path, const std::string &content,
                 std::vector<RoutePlaces::Node> &nodes);

/// The items of a list; a rule's own children stand in what it uses.
void collectList(const config::PlaceFinder &text, const std::string &list, const char *content,
                 std::vector<RoutePlaces::Node> &nodes)
{
    for (int i = 0; nodes.size() < kMaxNodes; ++i) {
        const std::size_t before = nodes.size();
        const std::string item = list + "." + std::to_string(i);
        collectNode(text, item, item + content, nodes);
        if (nodes.size() == before)
            break;
    }
}

void collectNode(const config::PlaceFinder &text, const std::string &path, const std::string &content,
                 std::vector<RoutePlaces::Node> &nodes)
{
    const auto place = text.find(path);
    if (!place)
        return;
    nodes.push_back({path, *place});
    for (const char *list : {".providers", ".models", ".children"})
        collectList(text, content + list, "", nodes);
    collectList(text, content + ".rules", ".use", nodes);
    collectNode(text, content + ".default", content + ".default", nodes);
}

} // namespace

bool isBelow(const std::string &path, const std::string &prefix)
{
    return path == prefix || path.starts_with(prefix + ".");
}

int RoutePlaces::nodeAt(int line) const
{
    for (std::size_t i = nodes.size(); i-- > 0;) {
        if (holds(nodes[i].place, line))
            return static_cast<int>(i);
    }
    return -1;
}

int RoutePlaces::nodeOf(const std::string &wanted) const
{
    for (std::size_t i = nodes.size(); i-- > 0;) {
        if (isBelow(wanted, nodes[i].path))
            return static_cast<int>(i);
    }
    return -1;
}

std::string RoutePlaces::placeIn(std::size_t node, const std::string &wanted) const
{
    std::string place = wanted.substr(std::min(wanted.size(), nodes[node].path.size() + 1));
    if (place == "use")
        return "target";
    return place.starts_with("use.") ? place.substr(4) : place;
}

bool RoutePlaces::contains(int line) const
{
    // The key stands on the line above a block.
    return router && line >= router->line - 1 && line <= router->endLine;
}

RoutePlaces placesOf(const config::PlaceFinder &text, const std::string &router)
{
    RoutePlaces places;
    places.path = "routers." + router;
    places.router = text.find(places.path);
    if (!places.router)
        return places;
    for (const char *root : {".load-balance.chat", ".route"}) {
        collectNode(text, places.path + root, places.path + root, places.nodes);
        if (!places.nodes.empty())
            break;
    }
    return places;
}

} // namespace pm::ui
