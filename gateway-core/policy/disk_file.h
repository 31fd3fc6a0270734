// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/cache_store.h"
#include "trace/sqlite_db.h"
#include "trace/zstd_frames.h"

#include <functional>
#include <optional>
#include <string>

namespace pm::policy {

/// The file of a DiskStore: an SQLite database for its owner alone, prompts are in it. On the store's thread.
class DiskFile
{
public:
    explicit DiskFile(std::string path);

    /// A file that is damaged, or of a newer version, is moved aside and a new one begun. Error: Storage.
    Result<void> open();
    /// Names the hash of each entry.
    Result<void> forEach(const std::function<void(const Sha256 &)> &take);

    /// Marks what it finds as used now (Unix seconds).
    Result<CacheShelf> find(const Sha256 &hash, std::int64_t now);
    Result<void> put(const Sha256 &hash, const CachedAnswer &answer, std::int64_t now);
    Result<std::uint64_t> purge(const CachePurge &which, const std::function<void(const Sha256 &)> &gone);
    /// The least used go until it is no larger than `maxBytes`. Returns how many went.
    Result<std::uint64_t> makeRoom(std::int64_t maxBytes, const std::function<void(const Sha256 &)> &gone);

    Result<void> begin();  ///< what follows is written together
    Result<void> commit();
    std::int64_t bytes() const { return m_bytes; }
    std::int64_t entries() const { return m_entries; }
    /// By a connection of its own, from any thread.
    static std::vector<CacheUse::OfRouter> routersOf(const std::string &path);

private:
    Result<void> openOnce();
    Result<void> count();

    std::string m_path;
    std::optional<trace::Database> m_database;
    trace::Compressor m_compressor;
    trace::Decompressor m_decompressor;
    std::int64_t m_bytes = 0;   ///< by the rows' own count
    std::int64_t m_entries = 0;
};

} // namespace pm::policy
