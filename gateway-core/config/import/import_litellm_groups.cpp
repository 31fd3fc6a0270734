// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/import/import_litellm.h"

#include "config/import/import_names.h"
#include "config/scalars.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace pm::config::import {

using yaml::Node;

namespace {

constexpr std::size_t kMaxDeployments = 1000; ///< no proxy has more; the work grows with their square
constexpr std::size_t kMaxFallbacks = 20;     ///< targets in one order
constexpr std::size_t kMaxNamed = 100;        ///< groups named in one list

/// All deployments of a name, and what becomes of it.
struct Group
{
    std::string name;
    std::vector<Deployment> deployments;
    std::string answer; ///< what an alias names: provider/model or router/NAME
};

struct Strategy
{
    std::string_view there;
    std::string_view here;
};

/// routing_strategy of LiteLLM 1.x.
constexpr Strategy kStrategies[] = {
    {"simple-shuffle", "weighted"},      {"latency-based-routing", "latency"},
    {"least-busy", "least-connections"}, {"usage-based-routing", "usage"},
    {"usage-based-routing-v2", "usage"}, {"cost-based-routing", "cost"},
};

class Groups
{
public:
    Groups(Draft &draft, const At &file)
        : m_draft(draft)
        , m_file(file)
    {
    }

    void run();

private:
    void readModels();
    void readStrategy();
    void readFallbackLists();
    Node routeOf(const Group &group);
    Node balanced(const std::vector<const Deployment *> &deployments);
    void addFallbacks(Node &router, const Group &group);
    std::vector<std::string> fallbacksOf(std::string_view key, const Group &group);
    void addAlias(const At &at, const std::string &alias, const std::string &answer);
    void readAliases();
    Group *find(std::string_view name);

    Draft &m_draft;
    const At &m_file;
    std::vector<Group> m_groups; ///< in the order of the file
    std::map<std::string, std::size_t, std::less<>> m_places;
    /// By the *fallbacks key and the group's name.
    std::map<std::string, std::map<std::string, At>, std::less<>> m_fallbacks;
    std::string m_strategy = "weighted";
};

Group *Groups::find(std::string_view name)
{
    const auto found = m_places.find(name);
    return found == m_places.end() ? nullptr : &m_groups[found->second];
}

void Groups::readModels()
{
    std::size_t count = 0;
    for (const auto &[key, item] : m_file["model_list"].children()) {
        if (++count > kMaxDeployments) {
            m_draft.notMapped(item, "the list is longer than 1000; the rest is left out",
                              "import the file in parts");
            break;
        }
        Deployment deployment = readDeployment(m_draft, item);
        if (deployment.target.empty())
            continue;
        if (!find(deployment.group)) {
            m_places[deployment.group] = m_groups.size();
            m_groups.push_back({deployment.group, {}, {}});
        }
        find(deployment.group)->deployments.push_back(std::move(deployment));
    }
}

void Groups::readStrategy()
{
    const At at = setting(m_file, "routing_strategy");
    if (!at)
        return;
    const auto found = std::find_if(std::begin(kStrategies), std::end(kStrategies),
                                    [&](const Strategy &row) { return row.there == at.text(); });
    if (found == std::end(kStrategies))
        m_draft.notMapped(at, "the strategy is not known here; weighted is taken",
                          "choose another in routers.NAME.route");
    else
        m_strategy = found->here;
}

/// Deployments that are as good as each other. Shares are `weight`, else rpm, else tpm, as LiteLLM takes
/// them.
Node Groups::balanced(const std::vector<const Deployment *> &deployments)
{
    std::string_view by;
    for (const std::string_view key : {"weight", "rpm", "tpm"}) {
        const bool isSaid = std::any_of(deployments.begin(), deployments.end(), [&](const Deployment *one) {
            return one->params[key].number().value_or(0) > 0;
        });
        if (by.empty() && isSaid)
            by = key;
    }
    std::vector<Node> children;
    for (const Deployment *one : deployments) {
        Node child = targetNode(one->target);
        if (m_strategy == "weighted" && !by.empty() && deployments.size() > 1)
            put(child, "weight", writeNumber(std::clamp(one->params[by].number().value_or(0), 0.0, 1e9)));
        for (const char *limit : {"rpm", "tpm"}) {
            if (const At at = one->params[limit])
                m_draft.changed(at,
                                m_strategy == "weighted" && by == limit ? "it is a share here, not a limit"
                                                                        : "limits are not kept",
                                "limit at the provider");
        }
        children.push_back(std::move(child));
    }
    return strategyNode(m_strategy, std::move(children));
}

/// Lower orders first; within one, by the strategy.
Node Groups::routeOf(const Group &group)
{
    std::map<double, std::vector<const Deployment *>> orders;
    for (const Deployment &one : group.deployments)
        orders[one.order].push_back(&one);
    std::vector<Node> children;
    for (const auto &[order, deployments] : orders)
        children.push_back(balanced(deployments));
    return strategyNode("priority", std::move(children));
}

void Groups::readFallbackLists()
{
    for (const char *key : {"fallbacks", "context_window_fallbacks", "content_policy_fallbacks"}) {
        for (const auto &[index, entry] : setting(m_file, key).children()) {
            for (const auto &[name, list] : entry.children())
                m_fallbacks[key].emplace(name, list);
        }
    }
}

/// Targets of the groups that stand in for `group` under one of the *fallbacks keys; "*" is for all.
std::vector<std::string> Groups::fallbacksOf(std::string_view key, const Group &group)
{
    const auto lists = m_fallbacks.find(key);
    At list;
    for (const std::string &name : {group.name, std::string("*")}) {
        if (!list && lists != m_fallbacks.end() && lists->second.contains(name))
            list = lists->second.at(name);
    }
    if (!list && key == "fallbacks")
        list = setting(m_file, "default_fallbacks");
    std::vector<std::string> targets;
    std::size_t seen = 0;
    for (const auto &[index, at] : list.children()) {
        if (++seen > kMaxNamed || targets.size() > kMaxFallbacks)
            break;
        const Group *other = find(at.text());
        if (!other) {
            m_draft.notMapped(at, "no group of model_list is called so", "add its targets to fallback.order");
            continue;
        }
        for (const Deployment &one : other->deployments) {
            const bool isNew = std::find(targets.begin(), targets.end(), one.target) == targets.end();
            if (other != &group && isNew && targets.size() <= kMaxFallbacks)
                targets.push_back(one.target);
        }
    }
    if (seen > kMaxNamed || targets.size() > kMaxFallbacks) {
        m_draft.notMapped(list, "more targets stand in for " + group.name +
                                    " than can be tried; the first 20 are taken");
        targets.resize(std::min(targets.size(), kMaxFallbacks));
    }
    return targets;
}

void Groups::addFallbacks(Node &router, const Group &group)
{
    struct Kind
    {
        const char *key;
        const char *on;
    };
    std::vector<std::string> order = fallbacksOf("fallbacks", group);
    std::vector<std::string> special;
    for (const Kind kind :
         {Kind{"context_window_fallbacks", "context"}, {"content_policy_fallbacks", "content-policy"}}) {
        const std::vector<std::string> more = fallbacksOf(kind.key, group);
        if (more.empty())
            continue;
        special.emplace_back(kind.on);
        if (!order.empty() || group.deployments.size() > 1)
            m_draft.changed(setting(m_file, kind.key),
                            "router of " + group.name +
                                ": these targets are tried after other "
                                "failures as well, and those of other fallbacks after this one");
        for (const std::string &target : more) {
            if (std::find(order.begin(), order.end(), target) == order.end())
                order.push_back(target);
        }
    }
    if (order.empty())
        return;
    order.resize(std::min(order.size(), kMaxFallbacks));
    const bool isSpecialOnly = fallbacksOf("fallbacks", group).empty() && group.deployments.size() == 1;
    std::vector<std::string> on = isSpecialOnly ? std::vector<std::string>() : Fallback().on;
    on.insert(on.end(), special.begin(), special.end());
    Node fallback = mapNode();
    put(fallback, "order", wordsNode(order));
    if (!special.empty())
        put(fallback, "on", wordsNode(on));
    put(router, "fallback", std::move(fallback));
}

void Groups::addAlias(const At &at, const std::string &alias, const std::string &answer)
{
    Node &aliases = sub(m_draft.root, "model-aliases");
    if (aliases.get(alias))
        m_draft.notMapped(at, "a group has this name already");
    else if (!alias.empty() && alias != answer)
        put(aliases, alias, answer);
}

void Groups::readAliases()
{
    for (const auto &[alias, at] : setting(m_file, "model_group_alias").children()) {
        const std::string name = at.isMap() ? at["model"].text() : at.text();
        if (const Group *group = find(name))
            addAlias(at, alias, group->answer);
        else
            m_draft.notMapped(at, "no group of model_list is called so");
    }
}

void Groups::run()
{
    readModels();
    readStrategy();
    readFallbackLists();
    const At list = m_file["model_list"];
    for (Group &group : m_groups) {
        Node router = mapNode();
        put(router, "route", routeOf(group));
        addFallbacks(router, group);
        putGroupSettings(m_draft, m_file, group.deployments, router);
        group.answer = group.deployments.front().target;
        const bool isPlain = router.children.size() == 1 && group.deployments.size() == 1;
        if (!isPlain) {
            const std::string name = m_draft.routerName(group.name);
            m_draft.router(name) = std::move(router);
            group.answer = "router/" + name;
            if (name != group.name)
                m_draft.changed(group.deployments.front().params,
                                "the group " + group.name + " is the router " + name,
                                "its old name is an alias");
        }
    }
    for (const Group &group : m_groups)
        addAlias(list, group.name, group.answer);
    readAliases();
}

} // namespace

void importGroups(Draft &draft, const At &file)
{
    Groups(draft, file).run();
    if (const yaml::Node *aliases = draft.root.get("model-aliases"); aliases && aliases->children.empty())
        std::erase_if(draft.root.children,
                      [](const yaml::Child &child) { return child.key == "model-aliases"; });
}

} // namespace pm::config::import
