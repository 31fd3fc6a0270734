// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/spend_query.h"

#include "base/local_time.h"
#include "trace/schema.h"
#include "trace/spend_rows.h"
#include "trace/sqlite_db.h"

#include <algorithm>
#include <limits>
#include <map>
#include <sys/stat.h>

namespace pm::trace {

namespace {

constexpr int kBusyMillis = 2000;
constexpr const char *kSumSql = "sum(requests), sum(input_tokens), sum(output_tokens), sum(cost_micro_usd), sum(saved_micro_usd),"
                                " sum(unpriced)";

void add(SpendRow &to, const SpendRow &row)
{
    to.requests += row.requests;
    to.inputTokens += row.inputTokens;
    to.outputTokens += row.outputTokens;
    to.costMicroUsd += row.costMicroUsd;
    to.savedMicroUsd += row.savedMicroUsd;
    to.unpriced += row.unpriced;
}

/// The sums, from the column `at` on.
SpendRow readSums(const Statement &statement, int at)
{
    SpendRow row;
    for (std::int64_t *field : {&row.requests, &row.inputTokens, &row.outputTokens, &row.costMicroUsd, &row.savedMicroUsd,
                                &row.unpriced})
        *field = statement.integer(at++);
    return row;
}

std::string dateOf(std::int64_t slot)
{
    const auto time = static_cast<std::time_t>(slot * (kMicrosPerSlot / 1'000'000));
    return formatTime("%Y-%m-%d", localTime(time));
}

Result<std::vector<SpendRow>> byDay(Statement &statement, const Database &database)
{
    std::map<std::string, SpendRow> days;
    int code = SQLITE_ROW;
    while ((code = statement.step()) == SQLITE_ROW) {
        const std::string date = dateOf(statement.integer(0));
        add(days[date], readSums(statement, 1));
    }
    if (code != SQLITE_DONE)
        return fail(database.error("cannot sum up what was spent"));
    std::vector<SpendRow> rows;
    for (auto &[date, row] : days) {
        row.value = date;
        rows.push_back(std::move(row));
    }
    return rows;
}

Result<std::vector<SpendRow>> byValue(Statement &statement, const Database &database)
{
    std::vector<SpendRow> rows;
    SpendRow others;
    others.value = "(others)";
    int code = SQLITE_ROW;
    while ((code = statement.step()) == SQLITE_ROW) {
        SpendRow row = readSums(statement, 1);
        row.value = statement.text(0);
        if (rows.size() < kMostSpendRows)
            rows.push_back(std::move(row));
        else
            add(others, row);
    }
    if (code != SQLITE_DONE)
        return fail(database.error("cannot sum up what was spent"));
    if (others.requests > 0)
        rows.push_back(std::move(others));
    return rows;
}

} // namespace

const std::vector<std::string> &spendFields()
{
    static const std::vector<std::string> fields{"provider", "model", "router", "client", "session", "app"};
    return fields;
}

Result<std::vector<SpendRow>> readSpend(const std::string &path, const SpendQuery &query)
{
    const std::vector<std::string> &fields = spendFields();
    const bool isByDay = query.by == "day";
    const auto field = std::find(fields.begin(), fields.end(), isByDay ? "provider" : query.by);
    if (field == fields.end())
        return fail(ErrorKind::BadRequest, "spending is summed up by provider, model, router, client, session, app or day");
    struct stat info
    {
    };
    if (::stat(path.c_str(), &info) != 0)
        return std::vector<SpendRow>();
    auto database = Database::open(path, SQLITE_OPEN_READONLY, kBusyMillis);
    if (!database)
        return fail(database.error());
    const auto version = fileVersion(*database);
    if (!version)
        return fail(version.error());
    if (*version != schemaVersion())
        return std::vector<SpendRow>(); // just being made
    const std::string what = isByDay ? "slot" : "value";
    auto statement = database->prepare("SELECT " + what + ", " + kSumSql + " FROM spend WHERE field = ? AND slot >= ? AND slot <= ?"
                                       " GROUP BY " + what + " ORDER BY " + (isByDay ? "slot" : "5 DESC, 2 DESC, value"));
    if (!statement)
        return fail(statement.error());
    const std::int64_t last = query.until > 0 ? (query.until - 1) / kMicrosPerSlot : std::numeric_limits<std::int64_t>::max();
    statement->add(static_cast<std::int64_t>(field - fields.begin())).add(query.since / kMicrosPerSlot).add(last);
    return isByDay ? byDay(*statement, *database) : byValue(*statement, *database);
}

} // namespace pm::trace
