// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

// SQLite's C interface with owners. A connection and its statements belong to one thread at a time.
namespace pm::trace {

/// What kind of failure, as far as the store acts differently on it.
enum class Trouble {
    None,
    Busy,    ///< another process holds the file
    Damaged, ///< not a database, or one with broken pages
    NoSpace, ///< disk or quota full, the file may not grow, or the disk does not take it
    Other,
};
Trouble troubleOf(int sqliteCode);

/// A prepared statement. Arguments are added in order; texts and blobs must live until reset().
class Statement
{
public:
    Statement() = default;
    explicit Statement(sqlite3_stmt *statement) : m_statement(statement) {}

    Statement &add(std::int64_t value);
    Statement &add(std::optional<std::int64_t> value);
    Statement &add(std::string_view text);
    Statement &addBlob(std::string_view bytes);

    /// SQLITE_ROW, SQLITE_DONE or an error code.
    int step() { return sqlite3_step(m_statement.get()); }
    /// step() for a statement without rows, then reset(). SQLITE_DONE or an error code.
    int run();
    void reset();

    std::int64_t integer(int column) const { return sqlite3_column_int64(m_statement.get(), column); }
    std::optional<std::int64_t> optionalInteger(int column) const;
    std::string text(int column) const { return std::string(view(column)); }
    /// Bytes of a text or blob, valid until the next step or reset.
    std::string_view view(int column) const;

private:
    struct Finalize
    {
        void operator()(sqlite3_stmt *statement) const { sqlite3_finalize(statement); }
    };
    std::unique_ptr<sqlite3_stmt, Finalize> m_statement;
    int m_added = 0;
};

/// A connection.
class Database
{
public:
    /// `flags` as for sqlite3_open_v2. Error: Storage with path and reason.
    static Result<Database> open(const std::string &path, int flags, int busyMillis);

    Result<void> exec(const char *sql) const;
    Result<Statement> prepare(std::string_view sql) const;
    /// The first column of the first row, or `fallback` when there is none.
    Result<std::int64_t> integer(std::string_view sql, std::int64_t fallback = 0) const;

    /// A Storage error from what just failed: "<path>: <what>: <reason>".
    Error error(std::string_view what) const;
    Trouble trouble() const;
    const std::string &path() const { return m_path; }
    sqlite3 *handle() const { return m_handle.get(); }

private:
    struct Close
    {
        void operator()(sqlite3 *handle) const { sqlite3_close_v2(handle); }
    };
    std::unique_ptr<sqlite3, Close> m_handle;
    std::string m_path;
};

/// Undoes what was begun unless commit() succeeded.
class Transaction
{
public:
    explicit Transaction(const Database &database) : m_database(database) {}
    Transaction(const Transaction &) = delete;
    Transaction &operator=(const Transaction &) = delete;
    ~Transaction();
    Result<void> begin(); ///< takes the write lock at once, so that nothing after it can be refused as busy
    Result<void> commit();

private:
    const Database &m_database;
    bool m_isOpen = false;
};

} // namespace pm::trace
