// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/client_key.h"

#include <atomic>
#include <memory>
#include <unordered_map>

namespace pm::policy {

/// The made keys as requests look them up: by hash. Immutable but for the marks of use; any thread.
class ClientKeyIndex
{
public:
    struct Entry
    {
        ClientKey key;
        std::shared_ptr<std::atomic<std::int64_t>> used; ///< Unix seconds of the last use; shared with later indexes
    };

    ClientKeyIndex() = default;
    /// Takes over the marks of `before`, which may be null.
    ClientKeyIndex(std::vector<ClientKey> keys, const ClientKeyIndex *before);
    /// Of a file that cannot be read: nobody's key is known, and keys are asked for all the same.
    static std::shared_ptr<const ClientKeyIndex> unreadable();

    /// The key whose secret this is, also one that is revoked or expired; null when there is none.
    const Entry *find(std::string_view secret) const;
    const Entry *ofHash(const std::string &hash) const; ///< null when there is none
    const std::vector<Entry> &entries() const { return m_entries; }
    /// Are keys asked for? As soon as one was ever made, also when all of them are revoked.
    bool areAsked() const { return m_isUnreadable || !m_entries.empty(); }
    bool isUnreadable() const { return m_isUnreadable; }

private:
    std::vector<Entry> m_entries; ///< by name
    std::unordered_map<std::string, std::size_t> m_byHash;
    bool m_isUnreadable = false;
};
using ClientKeyIndexPtr = std::shared_ptr<const ClientKeyIndex>;

/// The file of made keys: client-keys.json in the data directory, for the user alone, replaced atomically. The command line
/// changes it while a gateway runs, which watches it; each change reads what is there first, under a lock. Any thread.
class ClientKeyFile
{
public:
    static constexpr std::size_t kMostKeys = 10'000;
    explicit ClientKeyFile(std::string dataDir) : m_dir(std::move(dataDir)) {}

    std::string path() const;
    /// A missing file is no keys. Error: Storage.
    Result<std::vector<ClientKey>> read() const;
    /// Makes a key as `wanted` has it (its hash, times and mark are made) and gives its secret, which stands nowhere else.
    /// Errors: BadRequest for a name that is no name or is taken, Storage. A revoked key's name may be had again.
    Result<Secret> create(ClientKey wanted, std::int64_t now) const;
    /// From now on it is refused. Errors: NotFound with the names, Storage.
    Result<void> revoke(const std::string &name, std::int64_t now) const;
    /// Writes down the days of use that `index` has seen, when they are others than in the file. Error: Storage.
    Result<void> keepUse(const ClientKeyIndex &index) const;

private:
    template <typename Change>
    Result<void> change(Change change) const;
    Result<void> write(const std::vector<ClientKey> &keys) const;

    std::string m_dir; ///< empty: there can be no keys
};

} // namespace pm::policy
