// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/route_places.h"

namespace pm::ui {

namespace {

constexpr int kMaxTargets = 200;

/// A block's place may end on the line where the next thing begins; what follows wins.
bool holds(const config::Place &place, int line)
{
    return line >= place.line && line <= place.endLine;
}

} // namespace

int RoutePlaces::targetAt(int line) const
{
    for (std::size_t i = targets.size(); i-- > 0;) {
        if (holds(targets[i].place, line))
            return static_cast<int>(i);
    }
    return -1;
}

bool RoutePlaces::contains(int line) const
{
    // The key stands on the line above a block.
    return router && line >= router->line - 1 && line <= router->endLine;
}

RoutePlaces placesOf(std::string_view text, const std::string &router)
{
    RoutePlaces places;
    places.path = "routers." + router;
    places.router = config::findPlace(text, places.path);
    if (!places.router)
        return places;
    for (const char *root : {".load-balance.chat", ".route"}) {
        for (const char *list : {".providers", ".models", ".children"}) {
            for (int i = 0; i < kMaxTargets; ++i) {
                const std::string path = places.path + root + list + "." + std::to_string(i);
                const auto place = config::findPlace(text, path);
                if (!place)
                    break;
                places.targets.push_back({path, *place});
            }
        }
        if (!places.targets.empty())
            break;
    }
    return places;
}

} // namespace pm::ui
