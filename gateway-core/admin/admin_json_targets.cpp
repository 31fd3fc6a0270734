// SPDX-License-Identifier: GPL-3.0-or-later
// What routing knows of its targets.
#include "admin/admin_json.h"

#include "admin/admin_json_write.h"

namespace pm::admin {

namespace {

using routing::SizeClass;
using routing::TargetFigures;
using routing::TargetStats;

std::optional<double> millis(const TargetFigures::Estimate &estimate)
{
    return estimate.micros < 0 ? std::nullopt : std::optional(estimate.micros / 1000);
}

/// Unix microseconds; nothing for never.
std::optional<std::int64_t> moment(std::int64_t unixTime)
{
    return unixTime > 0 ? std::optional(unixTime) : std::nullopt;
}

/// Of exactly this size: where nothing is known of it, strategies take a neighbour's, but a list should not.
void writeSize(json::Writer &out, std::size_t size, const TargetStats &stats,
               const TargetFigures::Speed &speed)
{
    constexpr double kSlowest = 0.95;
    const auto slowest = stats.firstContentQuantile(static_cast<SizeClass>(size), kSlowest);
    const TargetFigures::Mean &tokens = speed.tokensPerSecond;
    out.key(TargetFigures::kSizeNames[size]);
    out.beginObject();
    optionalMember(out, "latency_ms", millis(speed.whole));
    optionalMember(out, "first_content_ms", millis(speed.firstContent));
    optionalMember(out, "first_content_p95_ms",
                   slowest ? std::optional(static_cast<double>(slowest->count()) / 1000) : std::nullopt);
    optionalMember(out, "stream_end_ms", millis(speed.streamEnd));
    optionalMember(out, "tokens_per_second",
                   tokens.weight > 0 ? std::optional(tokens.sum / tokens.weight) : std::nullopt);
    out.endObject();
}

/// Of the kinds that occurred.
void writeErrors(json::Writer &out, const TargetStats &stats)
{
    out.key("errors");
    out.beginObject();
    for (std::size_t i = 0; i < TargetStats::kErrorKinds; ++i) {
        const auto kind = static_cast<ErrorKind>(i);
        if (const std::uint64_t count = stats.errors(kind); count > 0)
            out.member(traits(kind).label, static_cast<std::int64_t>(count));
    }
    out.endObject();
}

/// Of a target that has a model; one without asks for whatever the request names.
std::optional<Quality> qualityOf(const Snapshot &snapshot, std::string_view label)
{
    const std::size_t slash = label.find('/');
    if (!snapshot.catalogue || slash == std::string_view::npos)
        return std::nullopt;
    return snapshot.catalogue->quality(label.substr(0, slash), label.substr(slash + 1));
}

} // namespace

std::string targetsJson(const Snapshot &snapshot, SteadyTime now, SystemTime wall)
{
    json::Writer out;
    out.beginObject();
    listMember(out, "targets", snapshot.stats->all(), [&](json::Writer &to, const auto &stats) {
        const auto quality = qualityOf(snapshot, stats->label());
        const TargetFigures figures = stats->figures(now, wall);
        to.beginObject();
        to.member("target", stats->label());
        optionalMember(to, "quality", quality ? std::optional(quality->rank) : std::nullopt);
        optionalMember(to, "quality_source", quality ? std::optional(quality->source) : std::nullopt);
        to.member("in_flight", stats->inFlight());
        to.member("requests_last_minute", stats->requestsLastMinute(now));
        to.member("tokens_last_minute", stats->tokensLastMinute(now));
        optionalMember(to, "error_rate", stats->errorRate());
        writeErrors(to, *stats);
        optionalMember(to, "last_success_us", moment(figures.lastSuccess));
        optionalMember(to, "last_failure_us", moment(figures.lastFailure));
        to.key("sizes");
        to.beginObject();
        for (std::size_t size = 0; size < TargetFigures::kSizes; ++size)
            writeSize(to, size, *stats, figures.speed[size]);
        to.endObject();
        to.endObject();
    });
    out.endObject();
    return out.take();
}

} // namespace pm::admin
