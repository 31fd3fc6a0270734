// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/trace_writer.h"

#include "trace/detail_codec.h"
#include "trace/head_rows.h"
#include "trace/schema.h"
#include "trace/spend_rows.h"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace pm::trace {

TraceWriter::TraceWriter(Database database, int zstdLevel)
    : m_database(std::make_unique<Database>(std::move(database)))
    , m_sql(std::make_unique<Statements>())
    , m_compressor(zstdLevel)
{
}

Result<TraceWriter> TraceWriter::open(const std::string &path, int zstdLevel, Trouble &trouble)
{
    auto database = openForWriting(path, trouble);
    if (!database)
        return fail(database.error());
    TraceWriter writer(std::move(*database), zstdLevel);
    auto ready = writer.prepareAll();
    if (ready)
        ready = writer.readState();
    if (!ready) {
        trouble = writer.m_trouble;
        return fail(ready.error());
    }
    return writer;
}

Result<void> TraceWriter::prepareAll()
{
    const std::string insertHead = headInsertSql();
    const std::string addSums = addSumsSql();
    const std::string addSpend = addSpendSql();
    const std::string takeSpend = takeSpendSql();
    const std::string pruneSpend = pruneSpendSql();
    Statements &sql = *m_sql;
    const std::pair<Statement *, std::string_view> wanted[] = {
        {&sql.lastArrival, "SELECT max(arrival) FROM heads"},
        {&sql.insertHead, insertHead},
        {&sql.addSums, addSums},
        {&sql.addSpend, addSpend},
        {&sql.takeSpend, takeSpend},
        {&sql.pruneSpend, pruneSpend},
        {&sql.insertDetail, "INSERT INTO details(key, data) VALUES(?, ?)"},
        {&sql.insertBodies, "INSERT INTO bodies(key, data) VALUES(?, ?)"},
        {&sql.sameId, "SELECT key FROM heads WHERE key BETWEEN ? AND ? AND id = ?"},
        {&sql.nextGap, "SELECT min(key) + 1 FROM heads h WHERE key BETWEEN ? AND ?"
                       " AND NOT EXISTS(SELECT 1 FROM heads WHERE key = h.key + 1)"},
        {&sql.lastNear, "SELECT max(key) FROM heads WHERE key BETWEEN ? AND ?"},
        {&sql.readCounter, "SELECT value FROM counters WHERE name = ?"},
        {&sql.addCounter, "UPDATE counters SET value = value + ? WHERE name = ?"},
        {&sql.setCounter, "UPDATE counters SET value = ? WHERE name = ?"},
        {&sql.unindexed, "SELECT arrival, key FROM heads WHERE arrival > ? ORDER BY arrival LIMIT ?"},
        {&sql.promptOf, "SELECT data FROM details WHERE key = ?"},
        {&sql.addWords, "INSERT INTO words(rowid, prompt) VALUES(?, ?)"},
        {&sql.removeWords, "INSERT INTO words(words, rowid, prompt) VALUES('delete', ?, ?)"},
        {&sql.oldest,
         "SELECT h.key, coalesce(length(b.data), 0) FROM heads h LEFT JOIN bodies b ON b.key = h.key"
         " ORDER BY h.key LIMIT ?"},
        {&sql.arrivalOf, "SELECT arrival FROM heads WHERE key = ?"},
        {&sql.removeHead, "DELETE FROM heads WHERE key = ?"},
        {&sql.removeDetail, "DELETE FROM details WHERE key = ?"},
        {&sql.removeBodies, "DELETE FROM bodies WHERE key = ?"},
        {&sql.putTarget, "INSERT OR REPLACE INTO target_stats(label, seen, data) VALUES(?, ?, ?)"},
        {&sql.trimTargets, "DELETE FROM target_stats WHERE label IN"
                           " (SELECT label FROM target_stats ORDER BY seen DESC LIMIT -1 OFFSET ?)"},
        {&sql.pageCount, "PRAGMA page_count"},
        {&sql.freePages, "PRAGMA freelist_count"},
    };
    for (const auto &[statement, text] : wanted) {
        auto prepared = m_database->prepare(text);
        if (!prepared)
            return failed(prepared.error());
        *statement = std::move(*prepared);
    }
    return {};
}

Result<void> TraceWriter::readState()
{
    const auto number = [this](std::string_view sql, std::int64_t fallback,
                               std::int64_t &into) -> Result<void> {
        auto value = m_database->integer(sql, fallback);
        if (!value)
            return failed(value.error());
        into = *value;
        return {};
    };
    auto read = number("SELECT value FROM counters WHERE name = 'records'", 0, m_records);
    if (read)
        read = number("SELECT value FROM counters WHERE name = 'indexed'", 0, m_indexed);
    if (read)
        read = number("SELECT max(arrival) FROM heads", 0, m_lastArrival);
    if (read)
        read = number("SELECT min(key) FROM heads", kNoRows, m_oldest);
    m_lastArrival = std::max(m_lastArrival, m_indexed);
    return read;
}

Result<void> TraceWriter::write(const std::vector<Record> &records)
{
    m_erased = 0;
    Transaction transaction(*m_database);
    if (auto begun = transaction.begin(); !begun)
        return failed(begun.error());
    // Asked anew each time: another process may write to the same file.
    const auto last = single(m_sql->lastArrival, 0);
    const auto indexed = single(m_sql->readCounter.add(std::string_view("indexed")), 0);
    if (!last || !indexed)
        return fail(last ? indexed.error() : last.error());
    // Never at or below what is indexed, also when the rows up to there are gone.
    std::int64_t arrival = std::max({*last, *indexed, m_lastArrival});
    m_summed = arrival;
    for (const Record &record : records) {
        if (auto stored = insert(record, ++arrival); !stored)
            return stored;
    }
    if (auto summed = addSums(); !summed)
        return summed;
    if (auto counted = addToCounter("records", static_cast<std::int64_t>(records.size()) - m_erased);
        !counted)
        return counted;
    const auto total = m_database->integer("SELECT value FROM counters WHERE name = 'records'");
    if (auto done = transaction.commit(); !done)
        return failed(done.error());
    m_records = total.value_or(m_records);
    m_lastArrival = arrival;
    arrival -= static_cast<std::int64_t>(records.size());
    for (const Record &record : records) {
        m_oldest = std::min(m_oldest, rowKey(record.head.id));
        m_prompts.add(++arrival, record.detail.promptText);
    }
    return {};
}

Result<void> TraceWriter::insert(const Record &record, std::int64_t arrival)
{
    RowKey key = rowKey(record.head.id);
    addHead(m_sql->insertHead, key, arrival, record.head);
    int code = m_sql->insertHead.run();
    if (code == SQLITE_CONSTRAINT_PRIMARYKEY) {
        const auto free = freeKey(record.head.id);
        if (!free)
            return fail(free.error());
        key = *free;
        addHead(m_sql->insertHead, key, arrival, record.head);
        code = m_sql->insertHead.run();
    }
    if (code != SQLITE_DONE)
        return failed("cannot store a trace");
    const std::string detail = encodeDetail(record.detail);
    if (m_sql->insertDetail.add(key).addBlob(m_compressor.compress(detail)).run() != SQLITE_DONE)
        return failed("cannot store a trace's details");
    const std::string bodies = joinBodies(record.detail);
    if (bodies.empty())
        return {};
    if (m_sql->insertBodies.add(key).addBlob(m_compressor.compress(bodies)).run() != SQLITE_DONE)
        return failed("cannot store a trace's bodies");
    return {};
}

/// The key that `id` asks for is taken: by an earlier record of the same request, which goes, or by another
/// of the same millisecond, whose next free neighbour it then gets.
Result<RowKey> TraceWriter::freeKey(std::string_view id)
{
    constexpr RowKey kNear = 64; // beyond that many neighbours the gap is not worth looking for
    const RowKey wanted = rowKey(id);
    const auto same = single(m_sql->sameId.add(wanted).add(wanted + kProbeSpan).add(id), kNoRows);
    if (!same)
        return same;
    if (*same != kNoRows) {
        // Its sums are taken away with it, so they must be there.
        if (auto summed = addSums(); !summed)
            return fail(summed.error());
        if (m_sql->takeSpend.add(*same).run() != SQLITE_DONE) // what is pruned was spent all the same, what is replaced was not
            return failed("cannot take back what was spent");
        if (auto erased = erase(*same); !erased)
            return fail(erased.error());
        return *same;
    }
    const auto gap = single(m_sql->nextGap.add(wanted).add(wanted + kNear), kNoRows);
    if (!gap || *gap != kNoRows)
        return gap;
    auto last = single(m_sql->lastNear.add(wanted).add(wanted + kProbeSpan), wanted);
    if (last)
        ++*last;
    return last;
}

Result<void> TraceWriter::addSums()
{
    const auto last = single(m_sql->lastArrival, m_summed);
    if (!last)
        return fail(last.error());
    if (*last > m_summed && m_sql->addSums.add(m_summed).run() != SQLITE_DONE)
        return failed("cannot add up a minute");
    if (*last > m_summed && m_sql->addSpend.add(m_summed).run() != SQLITE_DONE)
        return failed("cannot add up what was spent");
    m_summed = std::max(m_summed, *last);
    return {};
}

Result<void> TraceWriter::addToCounter(std::string_view name, std::int64_t difference)
{
    if (difference != 0 && m_sql->addCounter.add(difference).add(name).run() != SQLITE_DONE)
        return failed("cannot count");
    return {};
}

Result<std::int64_t> TraceWriter::single(Statement &statement, std::int64_t fallback)
{
    const int code = statement.step();
    const std::int64_t value =
        code == SQLITE_ROW ? statement.optionalInteger(0).value_or(fallback) : fallback;
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        const Failure failure = failed("cannot read");
        statement.reset();
        return failure;
    }
    statement.reset();
    return value;
}

std::int64_t TraceWriter::bytesOnDisk() const
{
    std::int64_t bytes = 0;
    for (const char *suffix : {"", "-wal"}) {
        std::error_code missing;
        const auto size = std::filesystem::file_size(m_database->path() + suffix, missing);
        bytes += missing ? 0 : static_cast<std::int64_t>(size);
    }
    return bytes;
}

Failure TraceWriter::failed(std::string_view what)
{
    return failed(m_database->error(what));
}

Failure TraceWriter::failed(Error error)
{
    m_trouble = m_database->trouble();
    return fail(std::move(error));
}

} // namespace pm::trace
