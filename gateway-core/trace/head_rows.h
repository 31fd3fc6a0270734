// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/row_key.h"
#include "trace/sqlite_db.h"
#include "trace/trace.h"

#include <vector>

// Heads as rows of the table `heads`. One place knows the order of the columns.
namespace pm::trace {

/// What became of a request, as lists filter it.
enum class Outcome { Ok = 0, Failed = 1, Cancelled = 2, Refused = 3, Running = 4 };
Outcome outcomeOf(const Head &head);

/// "INSERT OR FAIL INTO heads(...) VALUES(?, ...)". A taken key is found before anything is written, so there
/// is nothing for ABORT to undo, and keeping what it would need costs time.
std::string headInsertSql();
/// The columns that readHead expects, comma-separated, each with `h.` before it; the key comes first.
const std::string &headColumns();

/// What one head adds to the columns of the table `minutes`, as SQL over columns that begin with `prefix`.
struct SumColumn
{
    std::string_view name;
    std::string sql;
};
std::vector<SumColumn> sumColumns(std::string_view prefix);
constexpr std::int64_t kMicrosPerMinute = 60'000'000;
/// Adds the heads whose arrival is above the argument to `minutes`.
std::string addSumsSql();

/// Adds the arguments of headInsertSql(). `head` must live until the statement is reset.
void addHead(Statement &statement, RowKey key, std::int64_t arrival, const Head &head);
/// Reads a row of headColumns().
Head readHead(const Statement &row);
inline RowKey readKey(const Statement &row)
{
    return row.integer(0);
}

} // namespace pm::trace
