// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/import/import_portkey.h"

#include "config/import/import.h"
#include "config/scalars.h"

#include <algorithm>
#include <set>

namespace pm::config {

namespace import {

namespace {

constexpr int kMaxDepth = 6;             ///< strategies within each other
constexpr std::size_t kMaxRules = 200;   ///< of one strategy
constexpr std::size_t kMaxTargets = 500; ///< in the whole tree, repeated ones counted again

/// One config object.
class Portkey
{
public:
    Portkey(Draft &draft, const At &root)
        : m_draft(draft)
        , m_root(root)
    {
    }

    bool run();

private:
    std::optional<yaml::Node> route(const At &at, const At &parent, int depth);
    std::vector<yaml::Node> targets(const At &at, int depth);
    std::optional<yaml::Node> conditional(const At &at, int depth);
    std::optional<yaml::Node> named(const At &at, const At &name, int depth);
    void addWeights(std::vector<yaml::Node> &children, const std::vector<At> &targets);
    void noteStrategy(const At &at, bool isRoot);
    void noteNode(const At &at, bool isRoot);

    Draft &m_draft;
    const At m_root;
    std::size_t m_count = 0;
};

/// Children may have other settings than the router: they are named, not kept.
void Portkey::noteNode(const At &at, bool isRoot)
{
    struct Remedy
    {
        std::string_view key;
        std::string_view remedy;
    };
    constexpr std::string_view kGuards = "nothing would be checked: check before the gateway";
    const Remedy kRemedies[] = {
        {"cache", "every request goes to a provider"},
        {"input_guardrails", kGuards},
        {"output_guardrails", kGuards},
        {"before_request_hooks", kGuards},
        {"after_request_hooks", kGuards},
        {"default_input_guardrails", kGuards},
        {"default_output_guardrails", kGuards},
        {"metadata", "the client sends its own"},
        {"forward_headers", "a client's header fields are passed on where they belong to the format"},
    };
    const std::set<std::string> known{"strategy",        "targets",   "name", "weight", "retry",
                                      "request_timeout", "cb_config", "id",   "slug",   "version"};
    for (const auto &[key, child] : at.children()) {
        const auto found = std::find_if(std::begin(kRemedies), std::end(kRemedies),
                                        [&key = key](const Remedy &row) { return row.key == key; });
        const bool isShared = key == "retry" || key == "request_timeout" || key == "cb_config";
        if (found != std::end(kRemedies))
            m_draft.notMapped(child, "has no counterpart", std::string(found->remedy));
        else if (isShared && !isRoot)
            m_draft.notMapped(child, "retries and times are those of the whole router",
                              "routers.NAME.retries and timeouts");
        else if (!known.contains(key) && !isPortkeyTargetKey(key))
            m_draft.notMapped(child, "has no counterpart");
    }
    noteStrategy(at["strategy"], isRoot);
}

void Portkey::noteStrategy(const At &at, bool isRoot)
{
    const std::set<std::string> known{"mode",    "on_status_codes", "conditions",
                                      "default", "sticky",          "cb_config"};
    for (const auto &[key, child] : at.children()) {
        if (key == "sticky" && child["enabled"].isTrue())
            m_draft.notMapped(child, "every request is weighed anew", "");
        else if (!isRoot && (key == "on_status_codes" || key == "cb_config"))
            m_draft.notMapped(child, "which failures move on is said for the whole router",
                              "routers.NAME.fallback.on");
        else if (!known.contains(key))
            m_draft.notMapped(child, "has no counterpart");
    }
    if (at["mode"].text() == "loadbalance")
        m_draft.changed(at["mode"], "when the target that was drawn fails, the others are tried",
                        "fallback: {enabled: false} stops that");
}

std::vector<yaml::Node> Portkey::targets(const At &at, int depth)
{
    std::vector<yaml::Node> made;
    std::vector<At> used;
    for (const auto &[index, target] : at["targets"].children()) {
        if (auto node = route(target, at, depth + 1)) {
            made.push_back(std::move(*node));
            used.push_back(target);
        }
    }
    if (at["strategy"]["mode"].text() == "loadbalance")
        addWeights(made, used);
    return made;
}

/// A missing weight counts as 1.
void Portkey::addWeights(std::vector<yaml::Node> &children, const std::vector<At> &targets)
{
    double sum = 0;
    bool isSaid = false;
    for (const At &target : targets) {
        sum += std::clamp(target["weight"].number().value_or(1), 0.0, 1e9);
        isSaid = isSaid || target["weight"].number();
    }
    if (!isSaid || children.size() < 2)
        return;
    if (sum <= 0)
        m_draft.notMapped(targets.front()["weight"], "all weights are 0; all targets have the same share");
    for (std::size_t i = 0; i < children.size() && sum > 0; ++i)
        put(children[i], "weight",
            writeNumber(std::clamp(targets[i]["weight"].number().value_or(1), 0.0, 1e9)));
}

/// The target of this name.
std::optional<yaml::Node> Portkey::named(const At &at, const At &name, int depth)
{
    for (const auto &[index, target] : at["targets"].children()) {
        if (!name.text().empty() && target["name"].text() == name.text())
            return route(target, at, depth + 1);
    }
    m_draft.notMapped(name, "no target has this name");
    return std::nullopt;
}

std::optional<yaml::Node> Portkey::conditional(const At &at, int depth)
{
    const At strategy = at["strategy"];
    yaml::Node rules = listNode();
    std::size_t count = 0;
    for (const auto &[index, condition] : strategy["conditions"].children()) {
        if (++count > kMaxRules) {
            m_draft.notMapped(condition, "there are more rules than can be imported; the rest is left out");
            break;
        }
        auto when = readPortkeyQuery(m_draft, condition["query"]);
        auto use = when ? named(at, condition["then"], depth) : std::nullopt;
        if (!when || !use)
            continue;
        yaml::Node rule = mapNode();
        put(rule, "when", std::move(*when));
        put(rule, "use", std::move(*use));
        add(rules, std::move(rule));
    }
    auto standard = strategy["default"] ? named(at, strategy["default"], depth) : std::nullopt;
    if (!standard) {
        const auto all = targets(at, depth);
        m_draft.changed(strategy,
                        "without a default such requests fail there; here they go to the first target");
        if (all.empty())
            return std::nullopt;
        standard = all.front();
    }
    if (rules.children.empty())
        return standard;
    yaml::Node node = mapNode();
    put(node, "strategy", "conditional");
    put(node, "rules", std::move(rules));
    put(node, "default", std::move(*standard));
    return node;
}

std::optional<yaml::Node> Portkey::route(const At &at, const At &parent, int depth)
{
    if (depth > kMaxDepth || ++m_count > kMaxTargets) {
        m_draft.notMapped(at, "the tree is larger than can be imported; it is left out here",
                          "make a router of its own of it");
        return std::nullopt;
    }
    const At list = at["targets"];
    if (!list)
        return readPortkeyTarget(m_draft, at, parent);
    if (depth > 0)
        noteNode(at, false);
    const std::string mode = at["strategy"]["mode"].text();
    if (mode == "conditional")
        return conditional(at, depth);
    auto children = targets(at, depth);
    if (children.empty())
        return std::nullopt;
    if (mode == "loadbalance")
        return strategyNode("weighted", std::move(children));
    if (mode == "fallback")
        return strategyNode("priority", std::move(children));
    if (children.size() > 1)
        m_draft.notMapped(list, "without a strategy only the first target is asked; the others are left out");
    return std::move(children.front());
}

bool Portkey::run()
{
    noteNode(m_root, true);
    auto made = route(m_root, m_root, 0);
    if (!made)
        return false;
    const std::string said = m_root["name"].text();
    const std::string name = m_draft.routerName(said.empty() ? "portkey" : said);
    yaml::Node router = mapNode();
    put(router, "route", std::move(*made));
    putPortkeySettings(m_draft, m_root, router);
    m_draft.router(name) = std::move(router);
    put(m_draft.root, "active-router", name);
    return true;
}

} // namespace

} // namespace import

ImportResult importPortkey(std::string_view text, const ImportContext &context)
{
    using namespace import;
    auto tree = readSource(text, Syntax::Json);
    if (!tree)
        return fail(tree.error());
    At root{&tree->root, {}, 0};
    if (root["config"].isMap())
        root = root["config"]; // as the API gives them
    const bool isOne = root["targets"].isList() || root["provider"] || root["virtual_key"] ||
                       root["override_params"]["model"];
    if (!isOne)
        return fail(ErrorKind::Config,
                    "there are no targets and no provider; is it a config object of Portkey?");
    Draft draft(*tree, context);
    if (!Portkey(draft, root).run()) {
        draft.notMapped(root, "none of its targets can be asked; there is no router");
    }
    return draft.finish("portkey");
}

} // namespace pm::config
