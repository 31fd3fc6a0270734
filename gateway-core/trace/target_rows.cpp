// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/target_rows.h"

#include "trace/trace_writer.h"

#include <utility>

namespace pm::trace {

namespace {

constexpr int kBusyMillis = 500; ///< the start waits for it

} // namespace

std::vector<TargetRow> readTargetRows(const std::string &path)
{
    std::vector<TargetRow> rows;
    const auto database = Database::open(path, SQLITE_OPEN_READONLY, kBusyMillis);
    if (!database)
        return rows;
    auto select = database->prepare("SELECT label, seen, data FROM target_stats ORDER BY seen DESC LIMIT ?");
    if (!select)
        return rows;
    select->add(static_cast<std::int64_t>(kMostTargetRows));
    while (select->step() == SQLITE_ROW)
        rows.push_back({select->text(0), select->integer(1), select->text(2)});
    return rows;
}

Result<void> TraceWriter::writeTargets(const std::vector<TargetRow> &rows)
{
    Transaction transaction(*m_database);
    if (auto begun = transaction.begin(); !begun)
        return failed(begun.error());
    for (const TargetRow &row : rows) {
        m_sql->putTarget.add(std::string_view(row.label)).add(row.seenAt).add(std::string_view(row.data));
        if (m_sql->putTarget.run() != SQLITE_DONE)
            return failed("store what is known of targets");
    }
    if (m_sql->trimTargets.add(static_cast<std::int64_t>(kMostTargetRows)).run() != SQLITE_DONE)
        return failed("remove what was known of old targets");
    if (auto done = transaction.commit(); !done)
        return failed(done.error());
    return {};
}

} // namespace pm::trace
