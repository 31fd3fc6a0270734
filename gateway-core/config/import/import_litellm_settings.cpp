// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/import/import_litellm.h"

#include <algorithm>

namespace pm::config::import {

namespace {

void addTimes(Draft &draft, const At &file, const std::vector<Deployment> &deployments, yaml::Node &router)
{
    struct Time
    {
        const char *there;
        const char *also; ///< another name in the settings
        const char *here;
    };
    for (const Time time :
         {Time{"stream_timeout", "stream_timeout", "first-token"}, {"timeout", "request_timeout", "total"}}) {
        At said = setting(file, time.there) ? setting(file, time.there) : setting(file, time.also);
        double most = 0;
        for (const Deployment &one : deployments) {
            const At own = one.params[time.there];
            if (!own.number())
                continue;
            if (most > 0 && most != *own.number())
                draft.changed(own, "the longest of the group holds for its router");
            if (*own.number() > most)
                said = own;
            most = std::max(most, *own.number());
        }
        if (!said)
            continue;
        if (!said.number() || *said.number() <= 0)
            draft.notMapped(said, "not a number of seconds");
        else
            draft.putDuration(sub(router, "timeouts"), time.here, *said.number() * 1000, said);
    }
}

void addBreaker(Draft &draft, const At &file, yaml::Node &router)
{
    constexpr int kMost = 10'000;
    if (const At at = setting(file, "allowed_fails"); at.number()) {
        draft.changed(at, "failures are counted in a row here, within a minute there");
        draft.putInteger(sub(router, "circuit-breaker"), "failures", *at.number() + 1, 1, kMost, at);
    }
    if (const At at = setting(file, "cooldown_time"); at.number())
        draft.putDuration(sub(router, "circuit-breaker"), "cooldown", *at.number() * 1000, at);
}

void addRetries(Draft &draft, const std::vector<Deployment> &deployments, yaml::Node &router)
{
    constexpr int kMaxRetries = 20;
    for (const Deployment &one : deployments) {
        const At at = one.params["num_retries"] ? one.params["num_retries"] : one.params["max_retries"];
        if (!at.number())
            continue;
        if (deployments.size() > 1)
            draft.changed(at, "the last of the group holds for its router");
        draft.putInteger(sub(router, "retries"), "max-retries", *at.number(), 0, kMaxRetries, at);
    }
}

} // namespace

void putGroupSettings(Draft &draft, const At &file, const std::vector<Deployment> &deployments,
                      yaml::Node &router)
{
    addTimes(draft, file, deployments, router);
    addBreaker(draft, file, router);
    addRetries(draft, deployments, router);
}

} // namespace pm::config::import
