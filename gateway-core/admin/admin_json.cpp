// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/admin_json.h"

#include "base/json.h"
#include "pipeline/status.h"

namespace pm::admin {

namespace {

template <typename T>
void optionalMember(json::Writer &out, std::string_view name, const std::optional<T> &value)
{
    if (value)
        out.member(name, *value);
    else
        out.memberNull(name);
}

/// The member "<name>": [ … ] with one element per item.
template <typename Items, typename WriteItem>
void listMember(json::Writer &out, std::string_view name, const Items &items, WriteItem writeItem)
{
    out.key(name);
    out.beginArray();
    for (const auto &item : items)
        writeItem(out, item);
    out.endArray();
}

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

void writeHeadMembers(json::Writer &out, const trace::Head &head)
{
    out.member("id", head.id);
    out.member("started_at_us", head.startedAt);
    out.member("state", trace::stateName(head.state));
    out.member("status", head.status);
    out.member("method", head.method);
    out.member("path", head.path);
    out.member("router", head.router);
    out.member("endpoint", head.endpoint);
    out.member("format", head.clientDialect);
    out.member("app", head.app);
    out.member("requested_model", head.requestedModel);
    out.member("provider", head.provider);
    out.member("model", head.model);
    out.member("stream", head.stream);
    out.member("attempts", head.attempts);
    out.member("first_content_us", head.firstContentUs);
    out.member("total_us", head.totalUs);
    out.member("gateway_us", head.gatewayUs);
    optionalMember(out, "input_tokens", head.usage.totalInput());
    optionalMember(out, "cached_tokens", head.usage.cacheRead);
    optionalMember(out, "output_tokens", head.usage.output);
    optionalMember(out, "reasoning_tokens", head.usage.reasoning);
    if (head.costMicroUsd)
        out.member("cost_usd", static_cast<double>(*head.costMicroUsd) / 1e6);
    else
        out.memberNull("cost_usd");
    out.member("error", head.errorKind);
    out.member("error_message", head.errorMessage);
    out.member("prompt", head.promptStart);
}

void writeHead(json::Writer &out, const trace::Head &head)
{
    out.beginObject();
    writeHeadMembers(out, head);
    out.endObject();
}

void writePlanEntry(json::Writer &out, const trace::PlanEntry &entry)
{
    out.beginObject();
    out.member("target", entry.target);
    out.member("reason", entry.reason);
    out.member("excluded", entry.excluded);
    out.endObject();
}

void writeHeaders(json::Writer &out, std::string_view name, const trace::HeaderList &headers)
{
    listMember(out, name, headers, [](json::Writer &list, const auto &header) {
        list.beginArray();
        list.string(header.first);
        list.string(header.second);
        list.endArray();
    });
}

void writeBody(json::Writer &out, std::string_view name, const trace::Body &body, const trace::HeaderList &headers)
{
    const std::string_view type = trace::contentTypeOf(headers);
    out.key(name);
    out.beginObject();
    out.member("text", trace::readable(body, type));
    out.member("bytes", body.fullSize);
    out.member("truncated", body.isTruncated());
    out.member("binary", trace::isBinary(body, type));
    out.endObject();
}

void writeAttempt(json::Writer &out, const trace::Attempt &attempt)
{
    out.beginObject();
    out.member("provider", attempt.provider);
    out.member("model", attempt.model);
    out.member("url", attempt.url);
    out.member("format", attempt.dialect);
    out.member("status", attempt.status);
    out.member("outcome", attempt.outcome);
    out.member("error", attempt.errorKind);
    out.member("error_message", attempt.errorMessage);
    out.member("started_us", attempt.startedUs);
    out.member("dns_us", attempt.dnsUs);
    out.member("connect_us", attempt.connectUs);
    out.member("tls_us", attempt.tlsUs);
    out.member("sent_us", attempt.sentUs);
    out.member("first_byte_us", attempt.firstByteUs);
    out.member("first_content_us", attempt.firstContentUs);
    out.member("total_us", attempt.totalUs);
    out.member("reused_connection", attempt.reusedConnection);
    out.member("bytes_received", attempt.bytesReceived);
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

std::string headJson(const trace::Head &head)
{
    json::Writer out;
    writeHead(out, head);
    return out.take();
}

std::string pageJson(const trace::Page &page)
{
    json::Writer out;
    out.beginObject();
    listMember(out, "traces", page.heads, writeHead);
    out.member("has_more", page.hasMore);
    out.endObject();
    return out.take();
}

std::string recordJson(const trace::Record &record)
{
    const trace::Detail &detail = record.detail;
    json::Writer out;
    out.beginObject();
    writeHeadMembers(out, record.head);
    out.member("route", detail.routeLine);
    listMember(out, "plan", detail.plan, writePlanEntry);
    listMember(out, "attempts_made", detail.attempts, writeAttempt);
    listMember(out, "lossy", detail.losses,
               [](json::Writer &list, const std::string &loss) { list.string(loss); });
    writeHeaders(out, "request_headers", detail.requestHeaders);
    writeHeaders(out, "upstream_request_headers", detail.upstreamRequestHeaders);
    writeHeaders(out, "upstream_response_headers", detail.upstreamResponseHeaders);
    writeHeaders(out, "response_headers", detail.responseHeaders);
    writeBody(out, "request_body", detail.requestBody, detail.requestHeaders);
    writeBody(out, "upstream_request_body", detail.upstreamRequestBody, detail.upstreamRequestHeaders);
    writeBody(out, "upstream_response_body", detail.upstreamResponseBody, detail.upstreamResponseHeaders);
    writeBody(out, "response_body", detail.responseBody, detail.responseHeaders);
    out.endObject();
    return out.take();
}

} // namespace pm::admin
