// SPDX-License-Identifier: GPL-3.0-or-later
// Where requests would go: one that is asked for, and stored ones.
#include "admin/admin_json.h"

#include "admin/admin_json_write.h"

#include <array>

namespace pm::admin {

namespace {

std::optional<double> usd(const std::optional<std::int64_t> &micros)
{
    return micros ? std::optional(static_cast<double>(*micros) / 1e6) : std::nullopt;
}

template <typename Micros>
std::optional<double> millis(const std::optional<Micros> &micros)
{
    return micros ? std::optional(static_cast<double>(*micros) / 1000) : std::nullopt;
}

void writeChoice(json::Writer &out, const ExplainedChoice &explained)
{
    const auto &[choice, expected] = explained;
    const auto micros = expected.latency ? std::optional(expected.latency->count()) : std::nullopt;
    out.beginObject();
    out.member("target", choice.target->label());
    out.member("reason", choice.reason.text());
    out.member("figure", choice.figure.text());
    out.member("start", startName(choice.start));
    if (choice.start == routing::Start::AfterDelay)
        out.member("delay_ms", static_cast<std::int64_t>(choice.delay.count()));
    if (!choice.check.empty())
        out.member("check", choice.check);
    out.member("circuit_open", choice.despiteOpen);
    out.member("by_chance", choice.isByChance);
    out.member("by_figures", choice.isByFigures);
    optionalMember(out, "expected_cost_usd", expected.costUsd);
    optionalMember(out, "expected_latency_ms", millis(micros));
    optionalMember(out, "error_rate", expected.errorRate);
    out.endObject();
}

void writeNeeds(json::Writer &out, const RequestFacts &facts)
{
    const std::array<std::pair<bool, std::string_view>, 6> needs{{{facts.hasTools, "tools"},
                                                                  {facts.hasImages, "images"},
                                                                  {facts.hasAudio, "audio"},
                                                                  {facts.hasDocuments, "documents"},
                                                                  {facts.wantsJsonSchema, "json-schema"},
                                                                  {facts.wantsReasoning, "reasoning"}}};
    out.key("needs");
    out.beginArray();
    for (const auto &[isNeeded, name] : needs) {
        if (isNeeded)
            out.string(name);
    }
    out.endArray();
}

void writeRequest(json::Writer &out, const SimulatedRequest &request)
{
    const auto &[id, startedAt, router, model, isStream, before, after] = request;
    out.beginObject();
    out.member("id", id);
    out.member("started_at_us", startedAt);
    out.member("router", router);
    out.member("model", model);
    out.member("stream", isStream);
    out.member("changed", request.isChanged());
    out.key("before");
    out.beginObject();
    out.member("target", before.target);
    out.member("served", before.served);
    out.member("status", before.status);
    optionalMember(out, "cost_usd", usd(before.costMicroUsd));
    optionalMember(out, "latency_ms", millis(before.latencyUs));
    out.member("error", before.errorKind);
    out.endObject();
    out.key("after");
    out.beginObject();
    out.member("target", after.target);
    out.member("reason", after.reason);
    optionalMember(out, "cost_usd", usd(after.costMicroUsd));
    optionalMember(out, "latency_ms", millis(after.latencyUs));
    optionalMember(out, "error_rate", after.errorRate);
    out.member("by_chance", after.isByChance);
    out.member("by_figures", after.isByFigures);
    out.endObject();
    out.endObject();
}

/// A sum over `count` requests as their mean; nothing of none.
std::optional<double> mean(double sum, int count, double unit = 1)
{
    return count > 0 ? std::optional(sum / count / unit) : std::nullopt;
}

void writeTotals(json::Writer &out, const SimulationReport &report)
{
    const SimulationReport::Sums &sums = report.sums;
    out.key("totals");
    out.beginObject();
    out.member("requests", static_cast<std::int64_t>(report.requests.size()));
    out.member("changed", sums.changed);
    out.member("by_chance", sums.byChance);
    out.member("by_figures", sums.byFigures);
    out.member("priced", sums.priced);
    out.member("cost_before_usd", static_cast<double>(sums.costBefore) / 1e6);
    out.member("cost_after_usd", static_cast<double>(sums.costAfter) / 1e6);
    out.member("timed", sums.timed);
    optionalMember(out, "latency_before_ms", mean(static_cast<double>(sums.latencyBefore), sums.timed, 1000));
    optionalMember(out, "latency_after_ms", mean(static_cast<double>(sums.latencyAfter), sums.timed, 1000));
    out.member("rated", sums.rated);
    optionalMember(out, "error_rate_before", mean(sums.errorsBefore, sums.rated));
    optionalMember(out, "error_rate_after", mean(sums.errorsAfter, sums.rated));
    out.endObject();
}

} // namespace

std::string_view startName(routing::Start start)
{
    switch (start) {
    case routing::Start::AfterFailure:
        return "after-failure";
    case routing::Start::AfterDelay:
        return "after-delay";
    case routing::Start::AtOnce:
        return "at-once";
    case routing::Start::WhenPoor:
        return "when-poor";
    }
    return "after-failure";
}

std::string explanationJson(const Explanation &explanation)
{
    const RequestFacts &facts = explanation.facts;
    const Route &route = explanation.route;
    json::Writer out;
    out.beginObject();
    out.member("router", route.name);
    out.member("format", dialect(route.dialect).name());
    out.member("endpoint",
               route.service ? config::serviceName(*route.service) : endpointName(route.endpoint));
    out.member("model", facts.model);
    out.member("class", explanation.kind);
    out.member("stream", facts.stream);
    out.member("input_tokens", facts.inputTokensEstimate);
    optionalMember(out, "max_tokens", facts.maxTokens > 0 ? std::optional(facts.maxTokens) : std::nullopt);
    writeNeeds(out, facts);
    out.member("strategy", explanation.strategy);
    out.member("route", explanation.line);
    listMember(out, "choices", explanation.choices, writeChoice);
    listMember(out, "mirrors", explanation.mirrors, writeChoice);
    listMember(out, "excluded", explanation.excluded,
               [](json::Writer &list, const routing::Exclusion &excluded) {
                   list.beginObject();
                   list.member("target", excluded.target);
                   list.member("reason", excluded.reason);
                   list.endObject();
               });
    out.member("retry_after_ms", static_cast<std::int64_t>(explanation.retryAfter.count()));
    out.endObject();
    return out.take();
}

std::string simulationJson(const SimulationReport &report)
{
    json::Writer out;
    out.beginObject();
    writeTotals(out, report);
    listMember(out, "targets", report.targets, [](json::Writer &list, const SimulationReport::Share &share) {
        list.beginObject();
        list.member("target", share.target);
        list.member("before", share.before);
        list.member("after", share.after);
        list.endObject();
    });
    listMember(out, "moves", report.moves, [](json::Writer &list, const SimulationReport::Move &move) {
        list.beginObject();
        list.member("from", move.from);
        list.member("to", move.to);
        list.member("count", move.count);
        list.endObject();
    });
    listMember(out, "skipped", report.skipped, [](json::Writer &list, const auto &skipped) {
        list.beginObject();
        list.member("reason", skipped.first);
        list.member("count", skipped.second);
        list.endObject();
    });
    listMember(out, "requests", report.requests, writeRequest);
    out.member("has_more", report.hasMore);
    out.endObject();
    return out.take();
}

} // namespace pm::admin
