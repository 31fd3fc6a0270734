// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/schema.h"

#include "trace/head_rows.h"
#include "trace/spend_rows.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace pm::trace {

namespace {

namespace fs = std::filesystem;

// heads: what lists show, one narrow row each; `key` is RowKey. `arrival` counts records as they were stored,
// which is
//   not the order of their starts: followers (tail) and the word index go by it. The index on it carries the
//   id, so that looking for the end of an id reads that index instead of the table.
// One index for each menu of the filter. They hold (value, key), so a page of one value is a range, in order.
// details: the rest as JSON, zstd (from format 2 on with traceDictionary()). bodies: request and response
// bytes, one after the other, zstd; their lengths stand in
//   the details.
// words: full text of the prompts, without a copy of the text: the text to delete comes from the details.
// minutes: sums over the heads that began in each minute, so that a month is summed up in milliseconds.
// counters: `records`, so that nobody counts rows; `indexed`, the arrival up to which `words` has seen the
// details.
constexpr const char *kFirst = R"sql(
CREATE TABLE heads(
    key INTEGER PRIMARY KEY, id TEXT NOT NULL, arrival INTEGER NOT NULL, started INTEGER NOT NULL,
    outcome INTEGER NOT NULL, state INTEGER NOT NULL, status INTEGER NOT NULL, method TEXT NOT NULL,
    path TEXT NOT NULL, router TEXT NOT NULL, endpoint TEXT NOT NULL, client_dialect TEXT NOT NULL,
    app TEXT NOT NULL, requested_model TEXT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL,
    stream INTEGER NOT NULL, attempts INTEGER NOT NULL, first_content_us INTEGER NOT NULL,
    total_us INTEGER NOT NULL, gateway_us INTEGER NOT NULL, uncached_input INTEGER, cache_read INTEGER,
    cache_write_5m INTEGER, cache_write_1h INTEGER, output INTEGER, reasoning INTEGER,
    usage_estimated INTEGER NOT NULL, cost_micro_usd INTEGER, error_kind TEXT NOT NULL,
    error_message TEXT NOT NULL, prompt_start TEXT NOT NULL, stream_events INTEGER NOT NULL);
CREATE INDEX heads_arrival ON heads(arrival, id);
CREATE INDEX heads_router ON heads(router);
CREATE INDEX heads_provider ON heads(provider);
CREATE INDEX heads_model ON heads(model);
CREATE INDEX heads_app ON heads(app);
CREATE INDEX heads_outcome ON heads(outcome);
CREATE TABLE details(key INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE bodies(key INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE VIRTUAL TABLE words USING fts5(prompt, content='', columnsize=0);
CREATE TABLE counters(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO counters VALUES('records', 0), ('indexed', 0);
)sql";

/// `minutes` and the triggers that keep it.
std::string sumsSql()
{
    std::string columns;
    std::string names;
    std::string added;
    std::string adding;
    std::string taking;
    for (const SumColumn &column : sumColumns("NEW.")) {
        const std::string name(column.name);
        columns += ", " + name + " INTEGER NOT NULL";
        names += ", " + name;
        added += ", " + column.sql;
        adding += (adding.empty() ? "" : ", ") + name + " = " + name + " + excluded." + name;
    }
    for (const SumColumn &column : sumColumns("OLD.")) {
        const std::string name(column.name);
        taking += (taking.empty() ? "" : ", ") + name + " = " + name + " - (" + column.sql + ")";
    }
    const std::string minute = "started / " + std::to_string(kMicrosPerMinute);
    return "CREATE TABLE minutes(minute INTEGER PRIMARY KEY" + columns +
           ");CREATE TRIGGER head_added AFTER INSERT ON heads BEGIN INSERT INTO minutes(minute" + names +
           ") VALUES(NEW." + minute + added + ") ON CONFLICT(minute) DO UPDATE SET " + adding +
           "; END;CREATE TRIGGER head_removed AFTER DELETE ON heads BEGIN UPDATE minutes SET " + taking +
           " WHERE minute = OLD." + minute + "; DELETE FROM minutes WHERE minute = OLD." + minute +
           " AND requests <= 0; END;";
}

/// What makes format 1 of nothing. A later change of the tables is another row and never touches this one.
std::string firstFormat()
{
    return kFirst + sumsSql();
}

/// Programs that know format 1 alone could not read rows written with a dictionary. And a trigger adds to
/// `minutes` row by row, which cost a fifth of storing a record: TraceWriter adds up each batch in one
/// statement instead. Removals are few and stay with theirs.
std::string sumsByBatch()
{
    return "DROP TRIGGER head_added;";
}

/// What is known of each target between two runs (trace/target_rows.h).
std::string targetStats()
{
    return "CREATE TABLE target_stats(label TEXT PRIMARY KEY, seen INTEGER NOT NULL, data TEXT NOT NULL)"
           " WITHOUT ROWID;";
}

/// What the policies say of a request, and who asked.
std::string policyColumns()
{
    return "ALTER TABLE heads ADD COLUMN cache TEXT NOT NULL DEFAULT '';"
           "ALTER TABLE heads ADD COLUMN client TEXT NOT NULL DEFAULT '';"
           "ALTER TABLE heads ADD COLUMN session TEXT NOT NULL DEFAULT '';"
           "ALTER TABLE heads ADD COLUMN saved_micro_usd INTEGER;";
}

using Migration = std::string (*)();
constexpr std::array<Migration, 5> kMigrations{firstFormat, sumsByBatch, targetStats, policyColumns, spendTableSql};

/// Makes what is missing of a folder's path, for the user only (create_directories would go by the umask).
Result<void> makeFolder(const fs::path &folder)
{
    if (folder.empty() || ::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST)
        return {};
    if (errno == ENOENT && folder.has_parent_path() && folder != folder.parent_path()) {
        if (auto made = makeFolder(folder.parent_path()); !made)
            return made;
        if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST)
            return {};
    }
    return fail(ErrorKind::Storage, "cannot make the folder " + folder.string() + ": " +
                                        std::strerror(errno) + "; choose another one with --data-dir");
}

/// Makes an empty file that only the user may read; SQLite gives its side files the same mode.
Result<void> makeFile(const std::string &path)
{
    if (auto made = makeFolder(fs::path(path).parent_path()); !made)
        return made;
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return fail(ErrorKind::Storage,
                    "cannot write " + path + ": " + std::strerror(errno) +
                        "; check the permissions or choose another folder with --data-dir");
    ::close(file);
    return {};
}

Result<void> migrate(const Database &database)
{
    Transaction transaction(database);
    if (auto begun = transaction.begin(); !begun)
        return begun;
    const auto version = fileVersion(database); // again, now that nobody else can be changing it
    if (!version)
        return fail(version.error());
    for (int next = *version; next < schemaVersion(); ++next) {
        if (auto done = database.exec(kMigrations[static_cast<std::size_t>(next)]().c_str()); !done)
            return done;
    }
    const std::string stamp = "PRAGMA user_version=" + std::to_string(schemaVersion());
    if (auto done = database.exec(stamp.c_str()); !done)
        return done;
    return transaction.commit();
}

Result<void> prepareFile(const Database &database)
{
    // Page size and auto_vacuum take effect in an empty file only, and before WAL. Pages of 8 KiB hold two
    // typical rows of bodies where 4 KiB would waste most of every second page.
    if (auto done = database.exec(
            "PRAGMA page_size=8192; PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL;"
            "PRAGMA synchronous=NORMAL; PRAGMA journal_size_limit=4194304; PRAGMA wal_autocheckpoint=500;"
            "PRAGMA cache_size=-8000; PRAGMA temp_store=MEMORY;");
        !done)
        return done;
    const auto version = fileVersion(database);
    if (!version)
        return fail(version.error());
    if (*version > schemaVersion())
        return fail(ErrorKind::Storage,
                    database.path() + " was written by a newer version of Pointsman (format " +
                        std::to_string(*version) + ", this one knows " + std::to_string(schemaVersion()) +
                        "); update, or move the file away");
    return *version < schemaVersion() ? migrate(database) : Result<void>{};
}

} // namespace

int schemaVersion()
{
    return static_cast<int>(kMigrations.size());
}

Result<int> fileVersion(const Database &database)
{
    const auto version = database.integer("PRAGMA user_version");
    if (!version)
        return fail(version.error());
    return static_cast<int>(*version);
}

Result<Database> openForWriting(const std::string &path, Trouble &trouble)
{
    trouble = Trouble::Other;
    if (auto made = makeFile(path); !made)
        return fail(made.error());
    auto database = Database::open(path, SQLITE_OPEN_READWRITE, kWriterBusyMillis);
    if (!database)
        return database;
    if (auto ready = prepareFile(*database); !ready) {
        trouble = database->trouble();
        return fail(ready.error());
    }
    trouble = Trouble::None;
    return database;
}

} // namespace pm::trace
