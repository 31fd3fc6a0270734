// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/sqlite_db.h"

// The tables of the trace file and how older files become newer ones. `PRAGMA user_version` is the number of
// migrations that a file has seen.
namespace pm::trace {

/// How long the writer waits for another process to let go of the file.
constexpr int kWriterBusyMillis = 2000;

/// The version that this program writes and reads.
int schemaVersion();

/// Opens or makes the file (0600, its folder 0700), sets WAL and what goes with it, and brings the tables up to date.
/// Error: Storage; `trouble` says what kind.
Result<Database> openForWriting(const std::string &path, Trouble &trouble);

/// The file's version; 0 for one that has no tables yet.
Result<int> fileVersion(const Database &database);

} // namespace pm::trace
