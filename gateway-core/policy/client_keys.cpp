// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/client_keys.h"

#include "base/text.h"
#include "policy/budget_span.h"

#include <QDir>
#include <QFile>
#include <QLockFile>
#include <QSaveFile>

#include <algorithm>

namespace pm::policy {

namespace {

constexpr qint64 kMostBytes = 32 * 1024 * 1024;
constexpr int kLockWait = 5000; // ms

Failure storageError(const std::string &path, const QString &why)
{
    return fail(ErrorKind::Storage, path + ": " + why.toStdString());
}

bool isLess(const ClientKey &a, const ClientKey &b)
{
    return a.name < b.name;
}

std::int64_t dayOf(std::int64_t seconds)
{
    return seconds > 0 ? spanOf(config::Budget::Per::Day, SystemTime(std::chrono::seconds(seconds))).begin : 0;
}

} // namespace

ClientKeyIndex::ClientKeyIndex(std::vector<ClientKey> keys, const ClientKeyIndex *before)
{
    std::sort(keys.begin(), keys.end(), isLess);
    for (ClientKey &key : keys) {
        const Entry *known = before ? before->ofHash(key.hash) : nullptr;
        auto used = known ? known->used : std::make_shared<std::atomic<std::int64_t>>(key.usedAt);
        m_byHash.emplace(key.hash, m_entries.size());
        m_entries.push_back({std::move(key), std::move(used)});
    }
}

std::shared_ptr<const ClientKeyIndex> ClientKeyIndex::unreadable()
{
    auto index = std::make_shared<ClientKeyIndex>();
    index->m_isUnreadable = true;
    return index;
}

const ClientKeyIndex::Entry *ClientKeyIndex::find(std::string_view secret) const
{
    if (m_entries.empty() || !isClientSecret(secret))
        return nullptr;
    // Who tries secrets learns nothing from the time that looking up their hashes takes.
    return ofHash(hashOf(secret));
}

const ClientKeyIndex::Entry *ClientKeyIndex::ofHash(const std::string &hash) const
{
    const auto found = m_byHash.find(hash);
    return found == m_byHash.end() ? nullptr : &m_entries[found->second];
}

std::string ClientKeyFile::path() const
{
    return m_dir.empty() ? std::string() : m_dir + "/client-keys.json";
}

Result<std::vector<ClientKey>> ClientKeyFile::read() const
{
    std::vector<ClientKey> keys;
    QFile file(QString::fromStdString(path()));
    if (m_dir.empty() || !file.exists())
        return keys;
    if (!file.open(QIODevice::ReadOnly))
        return storageError(path(), file.errorString());
    const std::string text = file.read(kMostBytes + 1).toStdString();
    const auto parsed = json::Document::parse(text);
    const auto list = parsed && parsed->root().is_object() ? json::findArray(parsed->root(), "keys") : std::nullopt;
    if (!list || static_cast<qint64>(text.size()) > kMostBytes)
        return storageError(path(), QStringLiteral("this is no file of client keys; put it right, or move it away"));
    const json::Array items = *list;
    for (const json::Element item : items) {
        auto key = readClientKey(item, 0);
        if (!key)
            return storageError(path(), QString::fromStdString(key.error().message));
        keys.push_back(std::move(*key));
    }
    return keys;
}

Result<void> ClientKeyFile::write(const std::vector<ClientKey> &keys) const
{
    json::Writer out;
    out.beginObject();
    out.key("keys");
    out.beginArray();
    for (const ClientKey &key : keys)
        writeClientKey(out, key, true);
    out.endArray();
    out.endObject();
    const QByteArray bytes = QByteArray::fromStdString(out.take() + "\n");
    QSaveFile file(QString::fromStdString(path()));
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner)
        || file.write(bytes) != bytes.size() || !file.commit())
        return storageError(path(), file.errorString());
    return {};
}

/// Reads, lets `change` change, and writes when it says true, with no other process in between.
template <typename Change>
Result<void> ClientKeyFile::change(Change change) const
{
    if (m_dir.empty())
        return fail(ErrorKind::Storage, "client keys need a data directory");
    QDir().mkpath(QString::fromStdString(m_dir));
    QLockFile lock(QString::fromStdString(path() + ".lock"));
    if (!lock.tryLock(kLockWait))
        return storageError(path(), QStringLiteral("another program is changing it"));
    auto keys = read();
    if (!keys)
        return tl::unexpected(keys.error());
    const Result<bool> isChanged = change(*keys);
    if (!isChanged)
        return tl::unexpected(isChanged.error());
    return *isChanged ? write(*keys) : Result<void>();
}

Result<Secret> ClientKeyFile::create(ClientKey wanted, std::int64_t now) const
{
    if (const auto sound = checkClientKey(wanted); !sound)
        return tl::unexpected(sound.error());
    const Secret secret = makeClientSecret();
    constexpr std::size_t kShown = 7;
    wanted.hash = hashOf(secret.reveal());
    wanted.shown = secret.reveal().substr(0, kShown);
    wanted.createdAt = now;
    wanted.revokedAt = wanted.usedAt = 0;
    const auto made = change([&](std::vector<ClientKey> &keys) -> Result<bool> {
        const auto same = std::find_if(keys.begin(), keys.end(), [&](const ClientKey &key) { return key.name == wanted.name; });
        if (same != keys.end() && same->revokedAt == 0) {
            return fail(ErrorKind::BadRequest, "there is a client key \"" + wanted.name
                                                   + "\" already; revoke it first, or choose another name");
        }
        if (same != keys.end())
            keys.erase(same);
        if (keys.size() >= kMostKeys)
            return fail(ErrorKind::BadRequest, "there are " + std::to_string(kMostKeys) + " client keys already");
        keys.push_back(wanted);
        return true;
    });
    if (!made)
        return tl::unexpected(made.error());
    return secret;
}

Result<void> ClientKeyFile::revoke(const std::string &name, std::int64_t now) const
{
    return change([&](std::vector<ClientKey> &keys) -> Result<bool> {
        std::vector<std::string> names;
        for (ClientKey &key : keys) {
            names.push_back(key.name);
            if (key.name != name)
                continue;
            const bool isNew = key.revokedAt == 0;
            key.revokedAt = isNew ? now : key.revokedAt;
            return isNew;
        }
        return fail(ErrorKind::NotFound, "there is no made client key \"" + name.substr(0, 64) + "\""
                                             + (names.empty() ? std::string() : "; there are: " + joinNames(nearest(name, names))));
    });
}

Result<void> ClientKeyFile::keepUse(const ClientKeyIndex &index) const
{
    const auto isLater = [](const ClientKeyIndex::Entry &entry) { return dayOf(*entry.used) > entry.key.usedAt; };
    if (std::none_of(index.entries().begin(), index.entries().end(), isLater))
        return {};
    return change([&](std::vector<ClientKey> &keys) -> Result<bool> {
        bool isChanged = false;
        for (ClientKey &key : keys) {
            const ClientKeyIndex::Entry *entry = index.ofHash(key.hash);
            if (!entry || dayOf(*entry->used) <= key.usedAt)
                continue;
            key.usedAt = dayOf(*entry->used);
            isChanged = true;
        }
        return isChanged;
    });
}

} // namespace pm::policy
