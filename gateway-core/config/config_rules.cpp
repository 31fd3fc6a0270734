// SPDX-License-Identifier: GPL-3.0-or-later
// The rules that no single row of the table can say.
#include "config/config_check.h"

#include "base/text.h"
#include "config/scalars.h"

#include <QHostAddress>

#include <algorithm>
#include <cctype>

namespace pm::config {

using yaml::Child;
using yaml::Node;

namespace {

constexpr std::size_t kMaxRouterName = 12;
constexpr std::size_t kMaxProviderName = 64;

bool isName(std::string_view text, std::size_t most)
{
    return !text.empty() && text.size() <= most && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::isalnum(c) || c == '-' || c == '_';
    });
}

bool isFieldName(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::isalnum(c) || std::string_view("!#$%&'*+-.^_`|~").find(char(c)) != std::string_view::npos;
    });
}

bool contains(const std::vector<std::string> &list, std::string_view text)
{
    return std::find(list.begin(), list.end(), text) != list.end();
}

std::optional<std::chrono::milliseconds> duration(const Node &node, std::string_view name)
{
    const Node *value = node.get(name);
    return value && value->isScalar() ? parseDuration(value->text) : std::nullopt;
}

} // namespace

void Checker::nameRule(const Child &child, const Key &parent, const std::string &path)
{
    const std::string_view name = child.key;
    std::string message;
    if (parent.path == "routers" && !isName(name, kMaxRouterName))
        message = "a router's name is 1 to 12 letters, digits, '-' or '_'";
    else if (parent.path == "providers" && !isName(name, kMaxProviderName))
        message = "a provider's name is 1 to 64 letters, digits, '-' or '_'";
    else if (parent.path == "providers" && contains(reservedProviderNames(), name))
        message = "'" + child.key + "' is a path of the gateway itself; choose another provider name";
    else if (parent.path == "providers.*.headers" && !isFieldName(name))
        message = "not a header field's name";
    else if (parent.path == "providers.*.headers" &&
             contains({"authorization", "x-api-key", "api-key"}, lowerAscii(name)))
        message = "keys do not belong in this file; use api-key: keychain:NAME";
    else if (name.empty() && m_isSyntaxRight)
        message = "a name is missing here";
    if (!message.empty())
        tellAt(child.keySpan, child.value.origin, path, std::move(message), Level::Error);
    if (parent.path == "routers.*.load-balancing.weights")
        m_references.push_back({KeyType::Provider, child.key, child.keySpan, child.value.origin, path});
}

/// Ignored with a warning, but for values that ask for what would then be missing.
void Checker::elsewhere(const Child &child, const Key &key, const std::string &path)
{
    const std::string &text = child.value.text;
    const bool wantsTls = key.path == "server.tls" && lowerAscii(text) != "disabled" && !child.value.isNull();
    const bool wantsOtlp = key.path == "telemetry.exporter" && (text == "otlp" || text == "both");
    const std::string name(key.name());
    if (wantsTls || wantsOtlp)
        tellAt(child.keySpan, child.value.origin, path, name + " is not supported; " + std::string(key.sense),
               Level::Error);
    else
        tellAt(child.keySpan, child.value.origin, path, "ignored: " + path + "; " + std::string(key.sense),
               Level::Warning);
}

void Checker::retryRules(const Child &child, const std::string &path)
{
    const auto least = duration(child.value, "min-delay");
    const auto most = duration(child.value, "max-delay");
    const Retries standard;
    const Child *at = child.value.entry(least ? "min-delay" : "max-delay");
    if (at && least.value_or(standard.minDelay) > most.value_or(standard.maxDelay))
        tell(*at, path + "." + at->name,
             "min-delay is longer than max-delay (" + writeDuration(most.value_or(standard.maxDelay)) + ")");
}

void Checker::routerRules(const Child &child, const std::string &path)
{
    const Node &router = child.value;
    const bool hasBalance = router.get("load-balance") || router.get("route") || router.get("load-balancing");
    const Child *both = router.entry("load-balancing");
    if (both && (router.get("load-balance") || router.get("route")))
        tell(*both, path + ".load-balancing", "give either load-balancing, or load-balance and route");
    if (!hasBalance && m_tree.isComplete)
        tell(child, path, "the router has no targets; give it a load-balance or a route");
    const Node *fallback = router.get("fallback");
    const Node *retries = router.get("retries");
    if (fallback && retries && fallback->get("max-retries") && retries->get("max-retries"))
        tell(*fallback->entry("max-retries"), path + ".fallback.max-retries",
             "retries.max-retries is given as well; remove one of them");
}

void Checker::providerRules(const Child &child, const std::string &path)
{
    if (contains(m_known.providers, child.key) || !m_tree.isComplete ||
        (!child.value.isMap() && !child.value.isNull()))
        return;
    const std::string meant = didYouMean(child.key, m_known.providers);
    if (!child.value.get("base-url"))
        tell(child, path, "'" + child.key + "' is not built in and needs a base-url" + meant);
    else if (!child.value.get("format"))
        tell(child, path, "'" + child.key + "' is not built in and has no format; OpenAI's is taken" + meant,
             Level::Warning);
}

void Checker::serverRules(const Child &child, const std::string &path)
{
    const Node *keys = child.value.get("client-keys");
    const Child *address = child.value.entry("address");
    const bool hasKeys = keys && keys->isList() && !keys->children.empty();
    if (address && !hasKeys && !m_known.hasClientKeys && address->value.isScalar() && address->value.text != "localhost") {
        const QHostAddress host(QString::fromStdString(address->value.text));
        if (!host.isNull() && !host.isLoopback())
            tell(*address, path + ".address",
                 "other machines could call through " + address->value.text +
                     "; give client-keys, make one with `pointsman client-keys create NAME`, or listen on 127.0.0.1");
    }
    std::set<std::string> seen;
    for (std::size_t i = 0; hasKeys && i < keys->children.size(); ++i) {
        const Child &item = keys->children[i];
        clientKeyRules(item, path + ".client-keys." + std::to_string(i));
        const Child *name = item.value.entry("name");
        if (name && !seen.insert(name->value.text).second)
            tell(*name, path + ".client-keys",
                 "another client key is called '" + name->value.text + "' already");
    }
}

std::vector<std::string> Checker::namesOf(std::string_view section) const
{
    std::vector<std::string> names;
    if (const Node *map = m_tree.root.get(section); map && map->isMap()) {
        for (const Child &child : map->children)
            names.push_back(child.key);
    }
    return names;
}

void Checker::resolveReferences()
{
    std::vector<std::string> providers = m_known.providers;
    for (std::string &name : namesOf("providers"))
        providers.push_back(std::move(name));
    const std::vector<std::string> routers = namesOf("routers");
    const std::set<std::string_view> knownProviders(providers.begin(), providers.end());
    const std::set<std::string_view> knownRouters(routers.begin(), routers.end());
    for (const Reference &reference : m_references) {
        const bool isRouter = reference.type == KeyType::Router;
        const std::string_view text = reference.text;
        const std::string_view name = isRouter ? text : text.substr(0, text.find('/'));
        if ((isRouter ? knownRouters : knownProviders).count(name) > 0 ||
            m_tree.problems.size() >= yaml::kMaxProblems)
            continue;
        const std::string meant = didYouMean(name, isRouter ? routers : providers);
        const std::string remedy =
            isRouter ? "; add it under routers:" : "; it is not built in, nor under providers:";
        tellAt(reference.span, reference.origin, reference.path,
               (isRouter ? "unknown router '" : "unknown provider '") + std::string(name) + "'" +
                   (meant.empty() ? remedy : meant),
               Level::Error);
    }
}

} // namespace pm::config
