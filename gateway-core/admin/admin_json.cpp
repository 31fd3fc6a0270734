// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/admin_json.h"

#include "admin/admin_json_write.h"
#include "pipeline/status.h"

namespace pm::admin {

namespace {

void writeProvider(json::Writer &out, const ProviderStatus &status)
{
    out.beginObject();
    out.member("name", status.name);
    out.member("status", healthName(status.health));
    out.member("health", status.healthText);
    optionalMember(out, "latency_ms", status.latencyMs);
    optionalMember(out, "success_rate", status.successRate);
    out.member("title", status.title);
    out.member("base_url", status.baseUrl);
    out.member("format", status.dialect);
    out.member("local", status.isLocal);
    out.member("reachable", status.isReachable || !status.isLocal);
    out.member("key", keyStateName(status.key));
    out.member("models", status.models);
    out.member("last_error", status.lastError);
    out.endObject();
}

void writeTarget(json::Writer &out, const RouterStatus::Target &target)
{
    out.beginObject();
    out.member("target", target.label);
    out.member("share", target.share);
    out.member("seen_share", target.seenShare);
    out.member("health", target.health);
    optionalMember(out, "latency_ms", target.latencyMs);
    out.endObject();
}

void writeRouter(json::Writer &out, const RouterStatus &status)
{
    out.beginObject();
    out.member("name", status.name);
    out.member("active", status.isActive);
    out.member("strategy", status.strategy);
    listMember(out, "targets", status.list, writeTarget);
    out.endObject();
}

/// {"<name>": [ … ]} with one element per item.
template <typename Items, typename WriteItem>
std::string listJson(std::string_view name, const Items &items, WriteItem writeItem)
{
    json::Writer out;
    out.beginObject();
    listMember(out, name, items, writeItem);
    out.endObject();
    return out.take();
}

} // namespace

std::string healthJson(const Snapshot &snapshot)
{
    return providersJson(snapshot);
}

std::string providersJson(const Snapshot &snapshot)
{
    return listJson("providers", providerStatuses(snapshot), writeProvider);
}

std::string keysJson(const Snapshot &snapshot)
{
    return listJson("keys", providerStatuses(snapshot), [](json::Writer &out, const ProviderStatus &status) {
        out.beginObject();
        out.member("provider", status.name);
        out.member("state", keyStateName(status.key));
        out.member("source", status.keySource);
        out.member("problem", status.keyProblem);
        out.endObject();
    });
}

std::string modelsJson(const Snapshot &snapshot, const std::string &provider)
{
    return listJson("models", modelInfos(snapshot, provider), [](json::Writer &out, const ModelInfo &model) {
        out.beginObject();
        out.member("provider", model.provider);
        out.member("id", model.id);
        out.member("name", model.name);
        out.member("context", model.context);
        out.member("max_output", model.maxOutput);
        optionalMember(out, "usd_per_mtok_input", model.inputPrice);
        optionalMember(out, "usd_per_mtok_output", model.outputPrice);
        optionalMember(out, "usd_per_mtok_cache_read", model.cacheReadPrice);
        optionalMember(out, "usd_per_mtok_cache_write", model.cacheWritePrice);
        out.member("tools", model.tools);
        out.member("images", model.images);
        out.member("reasoning", model.reasoning);
        out.endObject();
    });
}

std::string routersJson(const Snapshot &snapshot, const metrics::Metrics &metrics)
{
    return listJson("routers", routerStatuses(snapshot, metrics), writeRouter);
}

std::string routerJson(const Snapshot &snapshot, const metrics::Metrics &metrics, const std::string &name)
{
    json::Writer out;
    for (const RouterStatus &status : routerStatuses(snapshot, metrics)) {
        if (status.name == name)
            writeRouter(out, status);
    }
    return out.take();
}

std::string statsJson(const trace::Totals &totals, const trace::StoreStatus &store, const metrics::Metrics &metrics)
{
    json::Writer out;
    out.beginObject();
    out.member("requests", totals.requests);
    out.member("errors", totals.errors);
    out.member("absorbed", totals.absorbed);
    out.member("input_tokens", totals.inputTokens);
    out.member("output_tokens", totals.outputTokens);
    out.member("cost_usd", static_cast<double>(totals.costMicroUsd) / 1e6);
    out.member("unpriced", totals.unpriced);
    out.member("in_flight", metrics.inFlight());
    out.member("streams", metrics.streams());
    out.key("store");
    out.beginObject();
    out.member("open", store.isOpen);
    out.member("problem", store.problem);
    out.member("records", store.records);
    out.member("bytes_on_disk", store.bytesOnDisk);
    out.member("dropped_bodies", static_cast<std::int64_t>(store.droppedBodies));
    out.member("dropped_records", static_cast<std::int64_t>(store.droppedRecords));
    out.endObject();
    out.endObject();
    return out.take();
}

} // namespace pm::admin
