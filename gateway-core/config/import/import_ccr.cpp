// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/import/import.h"

#include "config/import/import_ccr.h"
#include "config/scalars.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace pm::config {

namespace import {

namespace {

constexpr std::size_t kMaxProviders = 200;
constexpr double kStandardThreshold = 60'000; ///< tokens, when longContextThreshold is not given
constexpr std::string_view kRouter = "claude-code";

/// Situations of its Router and ours, in the order in which it looks at them. The long context comes before
/// all but pictures, and is a rule of its own for its threshold.
struct Situation
{
    std::string_view there;
    std::string_view here;
};
constexpr std::array<Situation, 4> kSituations{
    {{"image", "image"}, {"background", "background"}, {"webSearch", "web-search"}, {"think", "reasoning"}}};

class Ccr
{
public:
    Ccr(Draft &draft, const At &root)
        : m_draft(draft)
        , m_root(root)
    {
    }

    void run();

private:
    std::string targetOf(const At &at);
    void readRouter();
    void readFallback(yaml::Node &router);
    void readServer();
    void noteRest();

    Draft &m_draft;
    const At m_root;
    std::vector<CcrProvider> m_providers;
};

/// "provider,model" of its Router as a target of ours; empty when it cannot be asked, which is noted.
std::string Ccr::targetOf(const At &at)
{
    const std::string text = at.text();
    const std::size_t comma = text.find(',');
    const auto found = std::find_if(m_providers.begin(), m_providers.end(), [&](const CcrProvider &one) {
        return one.there == text.substr(0, comma);
    });
    if (found == m_providers.end() || comma == std::string::npos || comma + 1 == text.size()) {
        if (!text.empty())
            m_draft.notMapped(at, "no provider has this name, or no model is named; the rule is left out");
        return {};
    }
    const std::string model = text.substr(std::min(text.find_first_not_of(' ', comma + 1), text.size()));
    m_draft.addModel(found->here, model);
    return found->here + "/" + model;
}

void Ccr::readRouter()
{
    const At ours = m_root["Router"];
    std::string standard = targetOf(ours["default"]);
    if (standard.empty()) {
        m_draft.notMapped(ours ? ours["default"] : m_root, "there is no default model; there is no router");
        return;
    }
    yaml::Node rules = listNode();
    for (const Situation &row : kSituations) {
        const std::string target = targetOf(ours[row.there]);
        if (target.empty() || target == standard)
            continue;
        yaml::Node rule = mapNode();
        put(rule, "is", row.here);
        put(rule, "use", targetNode(target));
        add(rules, std::move(rule));
    }
    yaml::Node route = targetNode(standard);
    if (!rules.children.empty()) {
        yaml::Node task = mapNode();
        put(task, "strategy", "task");
        put(task, "rules", std::move(rules));
        put(task, "default", std::move(route));
        route = std::move(task);
        m_draft.changed(
            ours,
            "the situations are known by the request's content; background there means any Haiku model");
    }
    if (const std::string target = targetOf(ours["longContext"]); !target.empty() && target != standard) {
        const double threshold = ours["longContextThreshold"].number().value_or(kStandardThreshold);
        yaml::Node test = mapNode();
        put(test, "gt", writeNumber(std::clamp(threshold, 0.0, 1e9)));
        yaml::Node when = mapNode();
        put(when, "request.input-tokens", std::move(test));
        yaml::Node rule = mapNode();
        put(rule, "when", std::move(when));
        put(rule, "use", targetNode(target));
        yaml::Node list = listNode();
        add(list, std::move(rule));
        yaml::Node conditional = mapNode();
        put(conditional, "strategy", "conditional");
        put(conditional, "rules", std::move(list));
        put(conditional, "default", std::move(route));
        route = std::move(conditional);
    }
    yaml::Node router = mapNode();
    put(router, "route", std::move(route));
    readFallback(router);
    if (const At at = m_root["API_TIMEOUT_MS"]; at.number() && *at.number() > 0)
        m_draft.putDuration(sub(router, "timeouts"), "total", *at.number(), at);
    const std::string name = m_draft.routerName(kRouter);
    m_draft.router(name) = std::move(router);
    put(m_draft.root, "active-router", name);
    for (const auto &[key, at] : ours.children()) {
        const bool isKnown = key == "default" || key == "longContext" || key == "longContextThreshold" ||
                             std::any_of(kSituations.begin(), kSituations.end(),
                                         [&key = key](const Situation &row) { return row.there == key; });
        if (!isKnown)
            m_draft.notMapped(at, "this situation has no counterpart");
    }
}

/// "fallback": lists of models by situation; one list a router here.
void Ccr::readFallback(yaml::Node &router)
{
    constexpr std::size_t kMost = 20;
    std::vector<std::string> order;
    for (const auto &[key, list] : m_root["fallback"].children()) {
        if (key != "default") {
            m_draft.notMapped(list, "fallbacks hold for the whole router: those of default are taken");
            continue;
        }
        for (const auto &[index, at] : list.children()) {
            const std::string target = order.size() < kMost ? targetOf(at) : std::string();
            if (!target.empty())
                order.push_back(target);
        }
    }
    if (!order.empty())
        put(sub(router, "fallback"), "order", wordsNode(order));
}

void Ccr::readServer()
{
    constexpr double kMostPort = 65535;
    if (const At at = m_root["PORT"]; at.number() && *at.number() >= 1 && *at.number() <= kMostPort) {
        put(sub(m_draft.root, "server"), "port", writeNumber(std::floor(*at.number())));
        m_draft.changed(at, "clients call the same port as before; stop claude-code-router first");
    }
    if (const At at = m_root["HOST"];
        at && at.text() != "127.0.0.1" && at.text() != "localhost" && at.text() != "::1")
        m_draft.notMapped(at, "it listens on this machine only",
                          "server.address, which needs server.client-keys");
    if (const At key = m_root["APIKEY"]; !key.text().empty())
        putCallerKey(m_draft, key, kRouter);
}

void Ccr::noteRest()
{
    constexpr std::array<std::string_view, 12> kRead{"Providers",
                                                     "providers",
                                                     "Router",
                                                     "PORT",
                                                     "HOST",
                                                     "APIKEY",
                                                     "API_TIMEOUT_MS",
                                                     "fallback",
                                                     "LOG",
                                                     "LOG_LEVEL",
                                                     "NON_INTERACTIVE_MODE",
                                                     "StatusLine"};
    for (const auto &[key, at] : m_root.children()) {
        if (std::find(kRead.begin(), kRead.end(), key) != kRead.end() || !at ||
            (at.node->isScalar() && at.text().empty()) || (!at.node->isScalar() && at.node->children.empty()))
            continue;
        if (key == "CUSTOM_ROUTER_PATH")
            m_draft.notMapped(at, "scripts cannot choose the model",
                              "say it as rules of a conditional route");
        else if (key == "PROXY_URL")
            m_draft.notMapped(at, "the proxy is not taken over", "set HTTPS_PROXY where pointsman starts");
        else if (key == "transformers" || key == "plugins")
            m_draft.notMapped(at, "scripts that change requests do not come along");
        else if (readKey(at.text()).kind == KeyWish::Kind::Reference && key.ends_with("_API_KEY"))
            continue; // "OPENAI_API_KEY": "$OPENAI_API_KEY": used by the providers
        else
            m_draft.notMapped(at, "has no counterpart");
    }
}

void Ccr::run()
{
    readServer();
    const At list = m_root["Providers"] ? m_root["Providers"] : m_root["providers"];
    for (const auto &[index, at] : list.children()) {
        if (m_providers.size() == kMaxProviders) {
            m_draft.notMapped(at, "there are more providers than can be imported; the rest is left out");
            break;
        }
        if (auto made = readCcrProvider(m_draft, at))
            m_providers.push_back(std::move(*made));
    }
    readRouter();
    noteRest();
}

} // namespace

} // namespace import

ImportResult importCcr(std::string_view text, const ImportContext &context)
{
    using namespace import;
    auto tree = readSource(text, Syntax::Json);
    if (!tree)
        return fail(tree.error());
    const At root{&tree->root, {}, 0};
    if (!root["Providers"].isList() && !root["providers"].isList())
        return fail(ErrorKind::Config, "there are no Providers; is it config.json of claude-code-router?");
    Draft draft(*tree, context);
    Ccr(draft, root).run();
    return draft.finish("ccr");
}

} // namespace pm::config
