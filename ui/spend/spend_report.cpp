// SPDX-License-Identifier: GPL-3.0-or-later
#include "spend/spend_report.h"

#include <QCoreApplication>

#include <algorithm>
#include <map>

namespace pm::ui {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("pm::ui::spend", text);
}

void add(trace::SpendRow &to, const trace::SpendRow &row, std::int64_t sign = 1)
{
    to.requests += sign * row.requests;
    to.inputTokens += sign * row.inputTokens;
    to.outputTokens += sign * row.outputTokens;
    to.costMicroUsd += sign * row.costMicroUsd;
    to.savedMicroUsd += sign * row.savedMicroUsd;
    to.unpriced += sign * row.unpriced;
}

using Sums = std::map<std::string, trace::SpendRow>;

/// Dearest first; of what costs the same, what was asked more often.
std::vector<trace::SpendRow> sorted(const Sums &sums)
{
    std::vector<trace::SpendRow> rows;
    for (const auto &[value, row] : sums)
        rows.push_back(row);
    std::stable_sort(rows.begin(), rows.end(), [](const trace::SpendRow &a, const trace::SpendRow &b) {
        return std::pair(a.costMicroUsd, a.requests) > std::pair(b.costMicroUsd, b.requests);
    });
    // What is no single thing stands last.
    std::stable_partition(rows.begin(), rows.end(), [](const trace::SpendRow &row) {
        return row.value != kOthers && !row.value.empty();
    });
    return rows;
}

/// What each column holds by value, the dearest values apart.
void stack(SpendReport &report, const std::vector<Sums> &byColumn, const std::vector<trace::SpendRow> &values)
{
    const std::size_t apart = std::min(values.size(), SpendReport::kMostSeries);
    for (std::size_t i = 0; i < apart; ++i)
        report.series.push_back({values[i].value, std::vector<std::int64_t>(byColumn.size())});
    if (values.size() > apart && report.series.back().value != kOthers)
        report.series.push_back({kOthers, std::vector<std::int64_t>(byColumn.size())});
    for (std::size_t column = 0; column < byColumn.size(); ++column) {
        for (const auto &[name, row] : byColumn[column]) {
            const std::string &value = name;
            const auto found =
                std::find_if(report.series.begin(), report.series.end(),
                             [&value](const SpendReport::Series &each) { return each.value == value; });
            SpendReport::Series &series = found == report.series.end() ? report.series.back() : *found;
            series.microUsd[column] += row.costMicroUsd;
        }
    }
}

Result<Sums> readSums(TraceReader &reader, const std::string &by, const SpendColumn &column)
{
    auto rows = reader.spend({by, column.begin, column.end});
    if (!rows)
        return fail(rows.error());
    Sums sums;
    for (const trace::SpendRow &row : *rows)
        add(sums.try_emplace(row.value, trace::SpendRow{row.value}).first->second, row);
    return sums;
}

/// With requests that have no value of this field under the empty one. Every request that counts has a
/// provider.
Result<Sums> readColumn(TraceReader &reader, const std::string &by, const SpendColumn &column)
{
    auto sums = readSums(reader, by, column);
    if (!sums || by == "provider" || by == "model")
        return sums;
    const auto all = readSums(reader, "provider", column);
    if (!all)
        return fail(all.error());
    trace::SpendRow rest;
    for (const auto &[value, row] : *all)
        add(rest, row);
    for (const auto &[value, row] : *sums)
        add(rest, row, -1);
    if (rest.requests > 0)
        sums->emplace(std::string(), rest);
    return sums;
}

} // namespace

const std::vector<SpendGrouping> &spendGroupings()
{
    static const std::vector<SpendGrouping> groupings{
        {"provider", tr("Provider"), {}},
        {"model", tr("Model"), {}},
        {"router", tr("Router"), tr("without a router")},
        {"client", tr("Client key"), tr("without a client key")},
        {"app", tr("App"), tr("not told")},
        {"session", tr("Session"), tr("without a session")},
        {"day", tr("Day"), {}},
    };
    return groupings;
}

Result<SpendReport> readReport(TraceReader &reader, const std::string &by, std::vector<SpendColumn> columns,
                               std::int64_t nowMicros)
{
    SpendReport report;
    report.columns = std::move(columns);
    report.stackedBy = by == "day" ? "provider" : by;
    std::vector<Sums> byColumn;
    Sums whole;
    for (const SpendColumn &column : report.columns) {
        Result<Sums> sums = Sums();
        if (column.begin <= nowMicros)
            sums = readColumn(reader, report.stackedBy, column);
        if (!sums)
            return fail(sums.error());
        for (const auto &[value, row] : *sums) {
            add(whole.try_emplace(value, trace::SpendRow{value}).first->second, row);
            add(report.total, row);
        }
        byColumn.push_back(std::move(*sums));
    }
    report.rows = sorted(whole);
    stack(report, byColumn, report.rows);
    if (by != "day" || report.columns.empty())
        return report;
    auto days = reader.spend({by, report.columns.front().begin, report.columns.back().end});
    if (!days)
        return fail(days.error());
    report.rows.assign(days->rbegin(), days->rend());
    return report;
}

std::optional<std::int64_t> knownCost(const trace::SpendRow &row)
{
    return row.costMicroUsd == 0 && row.unpriced > 0 ? std::nullopt : std::optional(row.costMicroUsd);
}

} // namespace pm::ui
