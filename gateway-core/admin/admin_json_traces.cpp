// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/admin_json.h"

#include "admin/admin_json_write.h"
#include "pipeline/understood.h"

namespace pm::admin {

namespace {

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
    out.member("cache", head.cache);
    if (head.savedMicroUsd)
        out.member("saved_usd", static_cast<double>(*head.savedMicroUsd) / 1e6);
    out.member("client", head.client);
    out.member("session", head.session);
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

void writeVerdict(json::Writer &out, const trace::Verdict &verdict)
{
    out.beginObject();
    out.member("policy", verdict.policy);
    out.member("name", verdict.name);
    out.member("verdict", verdict.word);
    out.member("text", verdict.text);
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
    out.key(name);
    out.beginObject();
    out.member("text", readableBody(body, headers));
    out.member("bytes", body.fullSize);
    out.member("truncated", body.isTruncated());
    out.member("binary", trace::isBinary(body, trace::contentTypeOf(headers)));
    out.endObject();
}

/// The common form, and what is to be known of it.
void writeUnderstood(json::Writer &out, std::string_view name, const Understood &understood)
{
    out.key(name);
    out.beginObject();
    out.member("format", understood.format);
    if (understood.json.empty())
        out.memberNull("value");
    else
        out.memberRaw("value", understood.json);
    out.member("problem", understood.problem);
    out.endObject();
}

/// "lossy" has the names alone; here with RFC 6901 pointers into the client's request.
void writeLoss(json::Writer &out, const PlacedLoss &loss)
{
    out.beginObject();
    out.member("name", loss.text);
    listMember(out, "places", loss.places,
               [](json::Writer &list, const LossPlace &place) { list.string(place.pointer); });
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

} // namespace

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
    listMember(out, "policies", detail.verdicts, writeVerdict);
    writeHeaders(out, "request_headers", detail.requestHeaders);
    writeHeaders(out, "upstream_request_headers", detail.upstreamRequestHeaders);
    writeHeaders(out, "upstream_response_headers", detail.upstreamResponseHeaders);
    writeHeaders(out, "response_headers", detail.responseHeaders);
    writeBody(out, "request_body", detail.requestBody, detail.requestHeaders);
    writeBody(out, "upstream_request_body", detail.upstreamRequestBody, detail.upstreamRequestHeaders);
    writeBody(out, "upstream_response_body", detail.upstreamResponseBody, detail.upstreamResponseHeaders);
    writeBody(out, "response_body", detail.responseBody, detail.responseHeaders);
    writeUnderstood(out, "request_understood", understoodRequest(record));
    writeUnderstood(out, "answer_understood", understoodAnswer(record));
    listMember(out, "losses", placedLosses(record), writeLoss);
    out.endObject();
    return out.take();
}

} // namespace pm::admin
