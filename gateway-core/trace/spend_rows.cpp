// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/spend_rows.h"

#include "trace/head_rows.h"
#include "trace/spend_query.h"

namespace pm::trace {

namespace {

constexpr const char *kSums[] = {"requests", "input_tokens", "output_tokens", "cost_micro_usd", "saved_micro_usd", "unpriced"};

/// What each field of spendFields() is in a head, in their order.
constexpr const char *kValues[] = {"provider", "provider || '/' || model", "router", "client", "session", "app"};

std::string sumOf(std::string_view name)
{
    if (name == "saved_micro_usd")
        return "coalesce(saved_micro_usd, 0)";
    for (const SumColumn &column : sumColumns("")) {
        if (column.name == name)
            return column.sql;
    }
    return "1";
}

/// A row for each slot, field and value of the heads that `where` takes; those that asked no provider and no cache are none.
std::string selectSql(const std::string &where, const char *sign)
{
    std::string values;
    std::string value = "CASE field";
    int field = 0;
    for (const char *sql : kValues) {
        values += (field == 0 ? "SELECT 0 AS field" : " UNION ALL SELECT " + std::to_string(field));
        value += " WHEN " + std::to_string(field) + " THEN " + sql;
        ++field;
    }
    std::string sums;
    for (const char *name : kSums)
        sums += std::string(", ") + sign + "sum(" + sumOf(name) + ")";
    return "SELECT field, started / " + std::to_string(kMicrosPerSlot) + ", " + value + " END AS value" + sums + " FROM heads, ("
           + values + ") WHERE " + where + " AND (provider <> '' OR cache <> '') AND value <> '' GROUP BY 1, 2, 3";
}

std::string insertSql(const std::string &where, const char *sign)
{
    std::string names;
    std::string adding;
    for (const char *name : kSums) {
        names += std::string(", ") + name;
        adding += (adding.empty() ? "" : ", ") + std::string(name) + " = " + name + " + excluded." + name;
    }
    return "INSERT INTO spend(field, slot, value" + names + ") " + selectSql(where, sign)
           + " ON CONFLICT(field, slot, value) DO UPDATE SET " + adding;
}

} // namespace

std::string spendTableSql()
{
    std::string sums;
    for (const char *name : kSums)
        sums += std::string(", ") + name + " INTEGER NOT NULL";
    return "CREATE TABLE spend(field INTEGER NOT NULL, slot INTEGER NOT NULL, value TEXT NOT NULL" + sums
           + ", PRIMARY KEY(field, slot, value)) WITHOUT ROWID;" + insertSql("true", "") + ";";
}

std::string addSpendSql()
{
    return insertSql("arrival > ?", "");
}

std::string takeSpendSql()
{
    return insertSql("key = ?", "-");
}

std::string pruneSpendSql()
{
    return "DELETE FROM spend WHERE (field = 4 AND slot < ?) OR slot < ?";
}

} // namespace pm::trace
