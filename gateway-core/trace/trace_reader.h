// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/head_rows.h"
#include "trace/trace_query.h"
#include "trace/zstd_frames.h"

#include <optional>
#include <sys/types.h>

namespace pm::trace {

/// Query's inside: the connection, which opens when there is a file and again when another one took its place, and one
/// function for each question. One thread at a time.
class Query::Private
{
public:
    explicit Private(std::string path) : m_path(std::move(path)) {}

    /// The connection, or null while there is no file, or one without tables.
    Result<const Database *> database();

    Result<Page> list(const Filter &filter, const std::string &beforeId, int limit);
    Result<std::vector<Head>> listAfter(const std::string &afterId, int limit);
    Result<Record> get(const std::string &id);
    Result<Totals> totals(std::int64_t sinceMicros);
    Result<std::vector<std::string>> distinct(const std::string &field);

private:
    struct Identity
    {
        dev_t device = 0;
        ino_t inode = 0;
        bool operator==(const Identity &) const = default;
    };
    struct Conditions;
    struct Found
    {
        RowKey key = 0;
        Head head;
    };

    std::optional<Identity> identityOnDisk() const;
    Result<std::optional<RowKey>> keyOf(const Database &database, const std::string &id);
    Result<std::string> bestIndex(const Database &database, const Conditions &conditions);
    Result<std::vector<Found>> read(const Database &database, Statement &statement);
    Result<std::vector<Found>> listRows(const Database &database, const Conditions &conditions, int limit);
    Result<std::vector<Found>> searchRows(const Database &database, const Conditions &conditions,
                                          const std::string &text, int limit);
    Result<RowKey> resolve(const Database &database, const std::string &id);
    Result<void> readDetail(const Database &database, RowKey key, Detail &detail);

    std::string m_path;
    std::optional<Database> m_database;
    std::optional<Identity> m_identity; ///< of the file that is open
    Decompressor m_decompressor;
};

} // namespace pm::trace
