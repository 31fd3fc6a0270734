// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "source.h"
#include "spend/spend_span.h"

#include <QStringList>

// What the page of spending shows, read from the store. Values and plain functions; the store worker's
// thread.
namespace pm::ui {

/// What one may group by, in the order in which it is offered: fields of trace::spendFields(), and "day".
struct SpendGrouping
{
    std::string by;
    QString name; ///< "Provider"
    QString none; ///< what stands for requests that have none: "without a client key"
};
const std::vector<SpendGrouping> &spendGroupings();

struct SpendReport
{
    struct Series
    {
        std::string value;                  ///< of what the bars are stacked by
        std::vector<std::int64_t> microUsd; ///< by column
        bool operator==(const Series &) const = default;
    };
    static constexpr std::size_t kMostSeries = 8; ///< the dearest; the rest is one, kOthers

    std::vector<SpendColumn> columns;
    trace::SpendRow total; ///< of the whole span
    std::vector<trace::SpendRow>
        rows;                   ///< dearest first; days newest first. An empty value: requests that have none
    std::vector<Series> series; ///< dearest first; by provider where rows are days
    std::string stackedBy;
};
inline const std::string kOthers = "(others)"; ///< as trace::readSpend has it

/// Asks for each column that is not wholly to come. Errors: as trace::readSpend.
Result<SpendReport> readReport(TraceReader &reader, const std::string &by, std::vector<SpendColumn> columns,
                               std::int64_t nowMicros);

/// Unknown, not nothing, where no answer had a price.
std::optional<std::int64_t> knownCost(const trace::SpendRow &row);

} // namespace pm::ui
