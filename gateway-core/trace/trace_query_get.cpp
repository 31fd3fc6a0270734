// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/detail_codec.h"
#include "trace/trace_reader.h"

namespace pm::trace {

namespace {

constexpr std::size_t kShortestPart = 6;

} // namespace

Result<std::optional<RowKey>> Query::Private::keyOf(const Database &database, const std::string &id)
{
    auto statement = database.prepare("SELECT key FROM heads WHERE key BETWEEN ? AND ? AND id = ?");
    if (!statement)
        return fail(statement.error());
    const RowKey wanted = rowKey(id);
    const int code = statement->add(wanted).add(wanted + kProbeSpan).add(id).step();
    if (code == SQLITE_ROW)
        return statement->integer(0);
    if (code != SQLITE_DONE)
        return fail(database.error("cannot look for a trace"));
    return std::nullopt;
}

/// By the whole id, else by its beginning, else by its end. A beginning is a range of keys; an end is looked for in the
/// index that holds the ids, all of it.
Result<RowKey> Query::Private::resolve(const Database &database, const std::string &id)
{
    const auto exact = keyOf(database, id);
    if (!exact)
        return fail(exact.error());
    if (exact->has_value())
        return **exact;
    if (id.size() < kShortestPart)
        return fail(ErrorKind::NotFound, "no trace " + id + "; give the whole id, or at least "
                                             + std::to_string(kShortestPart) + " characters of its beginning or end");
    const RowKeyRange range = rowKeyRange(id);
    const auto size = static_cast<std::int64_t>(id.size());
    auto byBeginning = database.prepare("SELECT key FROM heads WHERE key BETWEEN ? AND ?"
                                        " AND substr(id, 1, ?) = ? COLLATE NOCASE LIMIT 2");
    auto byEnd = database.prepare("SELECT key FROM heads INDEXED BY heads_arrival"
                                  " WHERE substr(id, ?) = ? COLLATE NOCASE LIMIT 2");
    if (!byBeginning || !byEnd)
        return fail(byBeginning ? byEnd.error() : byBeginning.error());
    byBeginning->add(range.first).add(range.last).add(size).add(id);
    byEnd->add(-size).add(id);
    for (Statement *statement : {&*byBeginning, &*byEnd}) {
        int code = statement->step();
        if (code == SQLITE_ROW) {
            const RowKey key = statement->integer(0);
            code = statement->step();
            if (code == SQLITE_ROW)
                return fail(ErrorKind::NotFound, "several traces begin or end with " + id + "; give more of the id");
            if (code == SQLITE_DONE)
                return key;
        }
        if (code != SQLITE_DONE)
            return fail(database.error("cannot look for a trace"));
    }
    return fail(ErrorKind::NotFound, "no trace " + id + " in " + m_path + "; it may have been too old to be kept");
}

Result<Record> Query::Private::get(const std::string &id)
{
    const auto database = this->database();
    if (!database)
        return fail(database.error());
    if (!*database)
        return fail(ErrorKind::NotFound, "no trace " + id + "; nothing has been stored in " + m_path + " yet");
    const auto key = resolve(**database, id);
    if (!key)
        return fail(key.error());
    auto statement = (*database)->prepare("SELECT " + headColumns() + " FROM heads h WHERE h.key = ?");
    if (!statement)
        return fail(statement.error());
    if (statement->add(*key).step() != SQLITE_ROW)
        return fail(ErrorKind::NotFound, "the trace " + id + " has just been removed");
    Record record;
    record.head = readHead(*statement);
    if (auto read = readDetail(**database, *key, record.detail); !read)
        return fail(ErrorKind::Storage, m_path + ": trace " + record.head.id + ": " + read.error().message);
    return record;
}

Result<void> Query::Private::readDetail(const Database &database, RowKey key, Detail &detail)
{
    auto statement =
        database.prepare("SELECT d.data, b.data FROM details d LEFT JOIN bodies b ON b.key = d.key WHERE d.key = ?");
    if (!statement)
        return fail(statement.error());
    if (statement->add(key).step() != SQLITE_ROW)
        return fail(ErrorKind::Storage, "its details are missing");
    const auto json = m_decompressor.decompress(statement->view(0));
    if (!json)
        return fail(json.error());
    auto decoded = decodeDetail(*json);
    if (!decoded)
        return fail(decoded.error());
    detail = std::move(*decoded);
    const std::string_view frame = statement->view(1);
    if (frame.empty())
        return {};
    const auto bodies = m_decompressor.decompress(frame);
    if (!bodies)
        return fail(bodies.error());
    return splitBodies(*json, *bodies, detail);
}

} // namespace pm::trace
