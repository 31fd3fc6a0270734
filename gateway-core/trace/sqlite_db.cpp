// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/sqlite_db.h"

#include <cerrno>
#include <cstring>

namespace pm::trace {

Trouble troubleOf(int sqliteCode)
{
    switch (sqliteCode & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return Trouble::None;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return Trouble::Busy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Trouble::Damaged;
    case SQLITE_FULL: return Trouble::NoSpace;
    default: return Trouble::Other;
    }
}

Statement &Statement::add(std::int64_t value)
{
    sqlite3_bind_int64(m_statement.get(), ++m_added, value);
    return *this;
}

Statement &Statement::add(std::optional<std::int64_t> value)
{
    if (value)
        return add(*value);
    sqlite3_bind_null(m_statement.get(), ++m_added);
    return *this;
}

Statement &Statement::add(std::string_view text)
{
    // A null pointer would bind NULL, and columns of text are never NULL.
    const char *bytes = text.data() ? text.data() : "";
    sqlite3_bind_text64(m_statement.get(), ++m_added, bytes, text.size(), SQLITE_STATIC, SQLITE_UTF8);
    return *this;
}

Statement &Statement::addBlob(std::string_view bytes)
{
    sqlite3_bind_blob64(m_statement.get(), ++m_added, bytes.data(), bytes.size(), SQLITE_STATIC);
    return *this;
}

int Statement::run()
{
    const int code = step();
    reset();
    return code;
}

void Statement::reset()
{
    sqlite3_reset(m_statement.get());
    m_added = 0;
}

std::optional<std::int64_t> Statement::optionalInteger(int column) const
{
    if (sqlite3_column_type(m_statement.get(), column) == SQLITE_NULL)
        return std::nullopt;
    return integer(column);
}

std::string_view Statement::view(int column) const
{
    const void *bytes = sqlite3_column_blob(m_statement.get(), column);
    if (!bytes)
        return {};
    return {static_cast<const char *>(bytes),
            static_cast<std::size_t>(sqlite3_column_bytes(m_statement.get(), column))};
}

Result<Database> Database::open(const std::string &path, int flags, int busyMillis)
{
    Database database;
    database.m_path = path;
    sqlite3 *handle = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    database.m_handle.reset(handle);
    if (code != SQLITE_OK)
        return fail(database.error("cannot open"));
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, busyMillis);
    return database;
}

Result<void> Database::exec(const char *sql) const
{
    if (sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        return fail(error("cannot run a statement"));
    return {};
}

Result<Statement> Database::prepare(std::string_view sql) const
{
    sqlite3_stmt *statement = nullptr;
    if (sqlite3_prepare_v2(handle(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr) != SQLITE_OK)
        return fail(error("cannot prepare a statement"));
    return Statement(statement);
}

Result<std::int64_t> Database::integer(std::string_view sql, std::int64_t fallback) const
{
    auto statement = prepare(sql);
    if (!statement)
        return fail(statement.error());
    const int code = statement->step();
    if (code == SQLITE_DONE)
        return fallback;
    if (code != SQLITE_ROW)
        return fail(error("cannot read"));
    return statement->optionalInteger(0).value_or(fallback);
}

Error Database::error(std::string_view what) const
{
    std::string message = m_path;
    message.append(": ").append(what);
    if (!handle())
        return Error{ErrorKind::Storage, message + ": out of memory"};
    message.append(": ").append(sqlite3_errmsg(handle()));
    const int code = sqlite3_errcode(handle()) & 0xff;
    const int system = sqlite3_system_errno(handle());
    if ((code == SQLITE_IOERR || code == SQLITE_CANTOPEN || code == SQLITE_FULL) && system != 0)
        message.append(" (").append(std::strerror(system)).append(")");
    return Error{ErrorKind::Storage, std::move(message)};
}

Trouble Database::trouble() const
{
    if (!handle())
        return Trouble::Other;
    // SQLite calls only ENOSPC full; a quota or a limit on file sizes comes as a write that failed.
    switch (const int code = sqlite3_extended_errcode(handle())) {
    case SQLITE_IOERR_WRITE:
    case SQLITE_IOERR_TRUNCATE:
    case SQLITE_IOERR_SHMSIZE: return Trouble::NoSpace;
    default: return troubleOf(code);
    }
}

Transaction::~Transaction()
{
    if (m_isOpen)
        sqlite3_exec(m_database.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<void> Transaction::begin()
{
    auto begun = m_database.exec("BEGIN IMMEDIATE");
    m_isOpen = begun.has_value();
    return begun;
}

Result<void> Transaction::commit()
{
    auto done = m_database.exec("COMMIT");
    if (done)
        m_isOpen = false;
    return done;
}

} // namespace pm::trace
