// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/import/import.h"

#include "config/import/import_litellm.h"

namespace pm::config {

namespace import {

namespace {

/// Keys that have no counterpart, and what to do about each. A key of neither table gets a note without a
/// remedy.
constexpr KeyRemedy kRemedies[] = {
    {"callbacks", "every request is kept in the traces of this machine; nothing is sent to others"},
    {"success_callback", "every request is kept in the traces of this machine; nothing is sent to others"},
    {"failure_callback", "every request is kept in the traces of this machine; nothing is sent to others"},
    {"service_callback", "GET /metrics has the figures for Prometheus"},
    {"cache", "every request goes to a provider"},
    {"cache_params", "every request goes to a provider"},
    {"drop_params", "what a target cannot express is refused, or dropped with a named loss"},
    {"modify_params", "requests are translated to what the target takes"},
    {"set_verbose", "pointsman serve --log text|json"},
    {"json_logs", "pointsman serve --log json"},
    {"redis_host", "state is kept in this process"},
    {"redis_port", "state is kept in this process"},
    {"redis_password", "state is kept in this process"},
    {"redis_url", "state is kept in this process"},
    {"max_parallel_requests", "limit at the provider"},
    {"max_budget", "limit at the provider"},
    {"budget_duration", "limit at the provider"},
    {"provider_budget_config", "limit at the provider"},
    {"database_url", "there is no database; traces are kept in a file on this machine"},
    {"store_model_in_db", "models are in the configuration file"},
    {"store_prompts_in_spend_logs", "traces.bodies says what is kept"},
    {"alerting", "GET /metrics has the figures for Prometheus"},
    {"enable_pre_call_checks", "targets that cannot take a request are always left out"},
    {"disable_cooldowns", "routers.NAME.circuit-breaker says when a target rests"},
    {"allowed_fails_policy", "routers.NAME.circuit-breaker says when a target rests"},
    {"retry_policy", "retries are the same for all kinds of failure"},
    {"model_group_retry_policy", "retries are the same for all kinds of failure"},
    {"request_timeout_policy", "routers.NAME.timeouts says how long is waited"},
    {"guardrails", "nothing would be checked: check before the gateway"},
    {"mcp_servers", "tools stay with the client"},
    {"include", "import each file"},
};

} // namespace

void noteRest(Draft &draft, const At &section, const std::set<std::string> &known)
{
    for (const auto &[key, at] : section.children()) {
        if (known.contains(key))
            continue;
        std::string remedy;
        for (const KeyRemedy &row : kRemedies)
            remedy = row.key == key ? std::string(row.remedy) : remedy;
        draft.notMapped(at, "has no counterpart", std::move(remedy));
    }
}

At setting(const At &file, std::string_view key)
{
    At at = file["router_settings"][key];
    return at ? at : file["litellm_settings"][key];
}

namespace {

void readMasterKey(Draft &draft, const At &general)
{
    const At master = general["master_key"];
    if (master && putCallerKey(draft, master, "master"))
        draft.changed(
            master, "it only says who may call; keys for teams and users are made under server.client-keys");
}

void readGlobalRetries(Draft &draft, const At &file)
{
    constexpr int kMaxRetries = 20;
    constexpr double kMaxDelaySeconds = 8;
    yaml::Node retries = mapNode();
    if (const At at = setting(file, "num_retries"); at.number())
        draft.putInteger(retries, "max-retries", *at.number(), 0, kMaxRetries, at);
    if (const At at = setting(file, "retry_after"); at.number() && *at.number() > 0)
        draft.putDuration(retries, "min-delay", std::min(*at.number(), kMaxDelaySeconds) * 1000, at);
    if (!retries.children.empty())
        sub(sub(draft.root, "global"), "retries") = std::move(retries);
}

void noteEnvironment(Draft &draft, const At &variables)
{
    for (const auto &[name, at] : variables.children())
        draft.notMapped(at, "variables are not set by the configuration",
                        "export it where pointsman starts, or put keys into the keychain");
}

} // namespace

} // namespace import

ImportResult importLiteLlm(std::string_view text, const ImportContext &context)
{
    using namespace import;
    auto tree = readSource(text, Syntax::Yaml);
    if (!tree)
        return fail(tree.error());
    const At file{&tree->root, {}, 0};
    if (!file["model_list"].isList())
        return fail(ErrorKind::Config, "there is no model_list; is it LiteLLM's config.yaml?");
    Draft draft(*tree, context);
    readMasterKey(draft, file["general_settings"]);
    readGlobalRetries(draft, file);
    importGroups(draft, file);
    noteEnvironment(draft, file["environment_variables"]);
    noteRest(
        draft, file,
        {"model_list", "router_settings", "litellm_settings", "general_settings", "environment_variables"});
    noteRest(draft, file["general_settings"], {"master_key"});
    const std::set<std::string> settings{"routing_strategy",
                                         "num_retries",
                                         "retry_after",
                                         "timeout",
                                         "request_timeout",
                                         "stream_timeout",
                                         "allowed_fails",
                                         "cooldown_time",
                                         "fallbacks",
                                         "context_window_fallbacks",
                                         "content_policy_fallbacks",
                                         "default_fallbacks",
                                         "model_group_alias"};
    noteRest(draft, file["router_settings"], settings);
    noteRest(draft, file["litellm_settings"], settings);
    return draft.finish("litellm");
}

} // namespace pm::config
