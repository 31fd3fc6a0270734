// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/target_figures.h"

#include "base/json.h"

#include <cmath>
#include <vector>

namespace pm::routing {

namespace {

constexpr std::int64_t kVersion = 1;

void write(json::Writer &out, std::string_view name, const TargetFigures::Estimate &estimate)
{
    if (estimate.micros < 0)
        return;
    out.key(name);
    out.beginArray();
    out.number(std::round(estimate.micros));
    out.number(estimate.seenAt);
    out.endArray();
}

void write(json::Writer &out, std::string_view name, const TargetFigures::Mean &mean)
{
    if (mean.weight <= 0)
        return;
    out.key(name);
    out.beginArray();
    out.number(mean.sum);
    out.number(mean.weight);
    out.number(mean.seenAt);
    out.endArray();
}

/// Pairs of bucket and count, of those that hold something.
void write(json::Writer &out, std::string_view name, const LatencyHistogram::Counts &counts)
{
    out.key(name);
    out.beginArray();
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] > 0) {
            out.number(static_cast<std::int64_t>(i));
            out.number(static_cast<std::int64_t>(counts[i]));
        }
    }
    out.endArray();
}

/// The numbers of a list; nothing when it is absent or holds something else, or what is below zero.
std::optional<std::vector<double>> numbers(json::Element object, std::string_view name)
{
    const auto list = json::findArray(object, name);
    if (!list)
        return std::nullopt;
    std::vector<double> values;
    for (const json::Element element : *list) {
        double value = 0;
        if (element.get(value) != simdjson::SUCCESS || !std::isfinite(value) || value < 0)
            return std::nullopt;
        values.push_back(value);
    }
    return values;
}

std::int64_t whole(double value)
{
    return static_cast<std::int64_t>(std::min(value, 4e18));
}

void read(json::Element object, std::string_view name, TargetFigures::Estimate &into)
{
    if (const auto values = numbers(object, name); values && values->size() == 2)
        into = {(*values)[0], whole((*values)[1])};
}

void read(json::Element object, std::string_view name, TargetFigures::Mean &into)
{
    if (const auto values = numbers(object, name); values && values->size() == 3)
        into = {(*values)[0], (*values)[1], whole((*values)[2])};
}

void read(json::Element object, std::string_view name, LatencyHistogram::Counts &into)
{
    constexpr double kMostInBucket = 10'000'000; // sums of all buckets stay within 32 bits
    const auto values = numbers(object, name);
    for (std::size_t i = 0; values && i + 1 < values->size(); i += 2) {
        if ((*values)[i] < LatencyHistogram::kBuckets)
            into[static_cast<std::size_t>((*values)[i])] =
                static_cast<std::uint32_t>(std::min((*values)[i + 1], kMostInBucket));
    }
}

} // namespace

std::string TargetFigures::toJson() const
{
    json::Writer out;
    out.beginObject();
    out.member("v", kVersion);
    out.member("ok", lastSuccess);
    out.member("failed", lastFailure);
    write(out, "errors", errors);
    for (std::size_t size = 0; size < kSizes; ++size) {
        const Speed &of = speed[size];
        if (of.whole.micros < 0 && of.firstContent.micros < 0)
            continue;
        out.key(kSizeNames[size]);
        out.beginObject();
        write(out, "whole", of.whole);
        write(out, "first", of.firstContent);
        write(out, "end", of.streamEnd);
        write(out, "tps", of.tokensPerSecond);
        write(out, "firsts", of.firstContents);
        out.endObject();
    }
    out.endObject();
    return out.take();
}

std::optional<TargetFigures> TargetFigures::fromJson(std::string_view text)
{
    const auto document = json::Document::parse(text);
    if (!document || json::findInt(document->root(), "v") != kVersion)
        return std::nullopt;
    const json::Element root = document->root();
    TargetFigures figures;
    figures.lastSuccess = std::max<std::int64_t>(0, json::findInt(root, "ok").value_or(0));
    figures.lastFailure = std::max<std::int64_t>(0, json::findInt(root, "failed").value_or(0));
    read(root, "errors", figures.errors);
    if (figures.errors.sum > figures.errors.weight)
        figures.errors = {};
    for (std::size_t size = 0; size < kSizes; ++size) {
        const auto of = json::findObject(root, kSizeNames[size]);
        if (!of)
            continue;
        Speed &into = figures.speed[size];
        read(*of, "whole", into.whole);
        read(*of, "first", into.firstContent);
        read(*of, "end", into.streamEnd);
        read(*of, "tps", into.tokensPerSecond);
        read(*of, "firsts", into.firstContents);
    }
    return figures;
}

} // namespace pm::routing
