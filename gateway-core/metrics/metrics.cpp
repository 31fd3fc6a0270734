// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/metrics.h"

#include "base/text.h"

#include <algorithm>
#include <cstdio>

namespace pm::metrics {

namespace {

long long secondOf(SteadyTime time)
{
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::string escaped(const std::string &label)
{
    std::string out;
    for (const char c : label) {
        if (c == '\\' || c == '"')
            out += '\\';
        if (c == '\n')
            out += "\\n";
        else
            out += c;
    }
    return out;
}

std::string real(double value)
{
    std::array<char, 40> text{};
    const int length = std::snprintf(text.data(), text.size(), "%.9g", value);
    return std::string(text.data(), static_cast<std::size_t>(length));
}

void head(std::string &out, std::string_view name, std::string_view type, std::string_view help)
{
    out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ").append(name).append(" ");
    out.append(type).append("\n");
}

void sample(std::string &out, std::string_view name, const std::string &labels, const std::string &value)
{
    out.append(name);
    if (!labels.empty())
        out.append("{").append(labels).append("}");
    out.append(" ").append(value).append("\n");
}

template <typename Buckets, typename Counts>
void histogram(std::string &out, const std::string &name, const std::string &labels, const Buckets &bounds,
               const Counts &counts, double sum)
{
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        total += counts[i];
        const std::string bound = i < bounds.size() ? real(bounds[i]) : "+Inf";
        std::string within = labels;
        within.append(",le=\"").append(bound).append("\"");
        sample(out, name + "_bucket", within, std::to_string(total));
    }
    sample(out, name + "_sum", labels, real(sum));
    sample(out, name + "_count", labels, std::to_string(total));
}

/// A label is kept as long as the program runs, and a client may send any name as a model.
std::string clipped(const std::string &label)
{
    constexpr std::size_t kMostLabel = 128;
    return std::string(clipUtf8(label, kMostLabel));
}

/// What a counter grows by: a counter never falls.
std::uint64_t growth(std::int64_t count)
{
    return static_cast<std::uint64_t>(std::max<std::int64_t>(count, 0));
}

template <typename Buckets>
std::size_t bucketOf(const Buckets &bounds, double seconds)
{
    return static_cast<std::size_t>(std::lower_bound(bounds.begin(), bounds.end(), seconds) - bounds.begin());
}

} // namespace

void Metrics::requestFinished(const Finished &finished, SteadyTime now)
{
    m_inFlight.fetch_sub(1, std::memory_order_relaxed);
    Key key{clipped(finished.router), clipped(finished.provider), clipped(finished.model),
            std::to_string(finished.status)};
    const std::lock_guard lock(m_mutex);
    if (m_series.size() >= kMaxSeries && m_series.find(key) == m_series.end())
        key = {"other", "other", "other", key.status};
    Series &series = m_series[key];
    ++series.requests;
    series.inputTokens += growth(finished.inputTokens);
    series.outputTokens += growth(finished.outputTokens);
    series.costMicroUsd += growth(finished.costMicroUsd);
    const double seconds = static_cast<double>(finished.totalUs) / 1e6;
    ++series.duration[bucketOf(kBuckets, seconds)];
    series.durationSum += seconds;
    if (finished.firstContentUs >= 0) {
        const double first = static_cast<double>(finished.firstContentUs) / 1e6;
        ++series.firstContent[bucketOf(kBuckets, first)];
        series.firstContentSum += first;
        ++series.firstContentCount;
    }
    const long long second = secondOf(now);
    const auto slot = static_cast<std::size_t>(second % static_cast<long long>(m_perSecond.size()));
    if (m_perSecondAt[slot] != second) {
        m_perSecondAt[slot] = second;
        m_perSecond[slot] = 0;
    }
    ++m_perSecond[slot];
}

void Metrics::guardrail(std::string_view check, std::string_view outcome, std::uint64_t count)
{
    const std::lock_guard lock(m_mutex);
    m_guardrails[{std::string(check), std::string(outcome)}] += count;
}

void Metrics::attemptFailed(const std::string &provider, std::string_view errorKind)
{
    const std::lock_guard lock(m_mutex);
    std::pair key{provider, std::string(errorKind)};
    if (m_failures.size() < kMaxSeries || m_failures.contains(key))
        ++m_failures[std::move(key)];
}

void Metrics::budgetActed(const std::string &budget, const std::string &what)
{
    const std::lock_guard lock(m_mutex);
    std::pair key{clipped(budget), what};
    if (m_budgets.size() < kMaxSeries || m_budgets.contains(key))
        ++m_budgets[std::move(key)];
}

void Metrics::limitRefused(const std::string &limit)
{
    const std::lock_guard lock(m_mutex);
    const std::string key = clipped(limit);
    ++m_refusals[m_refusals.size() < kMaxSeries || m_refusals.contains(key) ? key : "other"];
}

double Metrics::requestsPerSecond(SteadyTime now) const
{
    const long long second = secondOf(now);
    const std::lock_guard lock(m_mutex);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < m_perSecond.size(); ++i) {
        if (m_perSecondAt[i] < second && m_perSecondAt[i] >= second - 10)
            sum += m_perSecond[i];
    }
    return static_cast<double>(sum) / 10.0;
}

std::map<std::string, std::uint64_t> Metrics::servedBy(const std::string &router) const
{
    const std::lock_guard lock(m_mutex);
    std::map<std::string, std::uint64_t> served;
    for (const auto &[key, series] : m_series) {
        if (key.router == router && !key.provider.empty())
            served[key.provider + "/" + key.model] += series.requests;
    }
    return served;
}

std::string Metrics::prometheusText() const
{
    const std::lock_guard lock(m_mutex);
    std::string out;
    head(out, "pointsman_requests_in_flight", "gauge", "Requests being served.");
    sample(out, "pointsman_requests_in_flight", {}, std::to_string(inFlight()));
    head(out, "pointsman_streams_in_flight", "gauge", "Streamed answers being sent.");
    sample(out, "pointsman_streams_in_flight", {}, std::to_string(streams()));
    const auto labelsOf = [](const Key &key) {
        return "router=\"" + escaped(key.router) + "\",provider=\"" + escaped(key.provider) + "\",model=\""
               + escaped(key.model) + "\",status=\"" + key.status + "\"";
    };
    const auto counter = [&](std::string_view name, std::string_view help, auto value) {
        head(out, name, "counter", help);
        for (const auto &[key, series] : m_series)
            sample(out, name, labelsOf(key), value(series));
    };
    counter("pointsman_requests_total", "Requests answered, by router, provider, model and status.",
            [](const Series &s) { return std::to_string(s.requests); });
    counter("pointsman_input_tokens_total", "Prompt tokens, cached ones included.",
            [](const Series &s) { return std::to_string(s.inputTokens); });
    counter("pointsman_output_tokens_total", "Completion tokens.",
            [](const Series &s) { return std::to_string(s.outputTokens); });
    counter("pointsman_cost_usd_total", "Known cost in US dollars.",
            [](const Series &s) { return real(static_cast<double>(s.costMicroUsd) / 1e6); });
    head(out, "pointsman_request_duration_seconds", "histogram", "From request to end of answer.");
    for (const auto &[key, series] : m_series)
        histogram(out, "pointsman_request_duration_seconds", labelsOf(key), kBuckets, series.duration, series.durationSum);
    head(out, "pointsman_first_content_seconds", "histogram", "From request to first content.");
    for (const auto &[key, series] : m_series) {
        if (series.firstContentCount > 0)
            histogram(out, "pointsman_first_content_seconds", labelsOf(key), kBuckets, series.firstContent,
                      series.firstContentSum);
    }
    head(out, "pointsman_attempt_failures_total", "counter", "Failed attempts at providers, by cause.");
    for (const auto &[key, count] : m_failures)
        sample(out, "pointsman_attempt_failures_total",
               "provider=\"" + escaped(key.first) + "\",error=\"" + escaped(key.second) + "\"", std::to_string(count));
    m_cache.appendTo(out);
    head(out, "pointsman_budget_requests_total", "counter", "Requests that a budget warned of, refused or sent elsewhere.");
    for (const auto &[key, count] : m_budgets)
        sample(out, "pointsman_budget_requests_total",
               "budget=\"" + escaped(key.first) + "\",verdict=\"" + escaped(key.second) + "\"", std::to_string(count));
    head(out, "pointsman_guardrail_total", "counter", "What guardrails found, by check and outcome.");
    for (const auto &[key, count] : m_guardrails)
        sample(out, "pointsman_guardrail_total", "check=\"" + escaped(key.first) + "\",outcome=\"" + escaped(key.second) + "\"",
               std::to_string(count));
    head(out, "pointsman_limit_refusals_total", "counter", "Requests refused by a limit of the configuration.");
    for (const auto &[limit, count] : m_refusals)
        sample(out, "pointsman_limit_refusals_total", "limit=\"" + escaped(limit) + "\"", std::to_string(count));
    head(out, "pointsman_limit_waits_total", "counter", "Requests that waited in a limit's queue and got in.");
    sample(out, "pointsman_limit_waits_total", {}, std::to_string(m_waited.load(std::memory_order_relaxed)));
    return out;
}

} // namespace pm::metrics
