// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/disk_file.h"

#include <cstring>
#include <filesystem>

namespace pm::policy {

namespace {

constexpr int kVersion = 1;
constexpr int kLevel = 3;
/// What a row takes beside its blobs: page fill, indices.
constexpr std::int64_t kRowBytes = 512;

constexpr const char *kSetUp[] = {
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA journal_size_limit=16777216",
    "CREATE TABLE IF NOT EXISTS answers(id INTEGER PRIMARY KEY, hash BLOB NOT NULL, slot INTEGER NOT NULL,"
    " router TEXT NOT NULL, requested TEXT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL,"
    " stored INTEGER NOT NULL, used INTEGER NOT NULL, size INTEGER NOT NULL, about TEXT NOT NULL, bytes BLOB NOT NULL,"
    " request BLOB NOT NULL)",
    "CREATE UNIQUE INDEX IF NOT EXISTS answers_hash ON answers(hash, slot)",
    "CREATE INDEX IF NOT EXISTS answers_used ON answers(used)",
    "PRAGMA user_version=1",
};

std::string_view viewOf(const Sha256 &hash)
{
    return {reinterpret_cast<const char *>(hash.data()), hash.size()};
}

Sha256 hashIn(std::string_view bytes)
{
    Sha256 hash{};
    std::memcpy(hash.data(), bytes.data(), std::min(bytes.size(), hash.size()));
    return hash;
}

/// Compressed where that helps nothing it would be read all the same: a frame knows itself.
std::string packed(trace::Compressor &compressor, std::string_view bytes)
{
    return std::string(compressor.compress(bytes));
}

} // namespace

DiskFile::DiskFile(std::string path)
    : m_path(std::move(path)), m_compressor(kLevel)
{
}

Result<void> DiskFile::openOnce()
{
    namespace fs = std::filesystem;
    std::error_code failed;
    const fs::path folder = fs::path(m_path).parent_path();
    if (!folder.empty() && !fs::exists(folder, failed)) {
        fs::create_directories(folder, failed);
        fs::permissions(folder, fs::perms::owner_all, failed);
    }
    auto database = trace::Database::open(m_path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, 2000);
    if (!database)
        return tl::unexpected(database.error());
    fs::permissions(m_path, fs::perms::owner_read | fs::perms::owner_write, failed);
    m_database.emplace(std::move(*database));
    const auto version = m_database->integer("PRAGMA user_version");
    if (!version)
        return tl::unexpected(version.error());
    if (*version > kVersion)
        return fail(ErrorKind::Storage, m_path + ": was written by a newer version");
    for (const char *sql : kSetUp) {
        if (auto done = m_database->exec(sql); !done)
            return done;
    }
    return count();
}

Result<void> DiskFile::count()
{
    const auto bytes = m_database->integer("SELECT TOTAL(size) FROM answers");
    const auto entries = bytes ? m_database->integer("SELECT COUNT(*) FROM answers") : bytes;
    if (!entries)
        return tl::unexpected(entries.error());
    m_bytes = *bytes;
    m_entries = *entries;
    return {};
}

Result<void> DiskFile::open()
{
    auto opened = openOnce();
    if (opened)
        return opened;
    const std::string &message = opened.error().message;
    const bool isForeign = message.find("not a database") != std::string::npos
                           || message.find("newer version") != std::string::npos;
    if (!isForeign && (!m_database || m_database->trouble() != trace::Trouble::Damaged))
        return opened;
    m_database.reset();
    std::error_code failed;
    std::filesystem::rename(m_path, m_path + ".damaged", failed);
    for (const char *companion : {"-wal", "-shm"})
        std::filesystem::remove(m_path + companion, failed);
    return openOnce();
}

Result<void> DiskFile::forEach(const std::function<void(const Sha256 &)> &take)
{
    auto rows = m_database->prepare("SELECT hash FROM answers");
    if (!rows)
        return tl::unexpected(rows.error());
    int code = rows->step();
    for (; code == SQLITE_ROW; code = rows->step())
        take(hashIn(rows->view(0)));
    return code == SQLITE_DONE ? Result<void>() : tl::unexpected(m_database->error("read"));
}

Result<CacheShelf> DiskFile::find(const Sha256 &hash, std::int64_t now)
{
    auto rows = m_database->prepare("SELECT about, bytes, request FROM answers WHERE hash=?");
    if (!rows)
        return tl::unexpected(rows.error());
    rows->addBlob(viewOf(hash));
    CacheShelf shelf;
    int code = rows->step();
    for (; code == SQLITE_ROW; code = rows->step()) {
        auto answer = decodeAnswer(rows->view(0));
        auto bytes = m_decompressor.decompress(rows->view(1));
        auto request = m_decompressor.decompress(rows->view(2));
        if (!answer || !bytes || !request)
            continue; // one row's damage is one miss
        answer->bytes = std::move(*bytes);
        answer->request = std::move(*request);
        shelf.push_back(std::make_shared<const CachedAnswer>(std::move(*answer)));
    }
    if (code != SQLITE_DONE)
        return tl::unexpected(m_database->error("read"));
    if (shelf.empty())
        return shelf;
    auto touch = m_database->prepare("UPDATE answers SET used=? WHERE hash=? AND used<?");
    if (touch)
        touch->add(now).addBlob(viewOf(hash)).add(now).run();
    return shelf;
}

Result<void> DiskFile::put(const Sha256 &hash, const CachedAnswer &answer, std::int64_t now)
{
    auto old = m_database->prepare("DELETE FROM answers WHERE hash=? AND slot=? RETURNING size");
    if (!old)
        return tl::unexpected(old.error());
    old->addBlob(viewOf(hash)).add(std::int64_t(answer.slot));
    int code = old->step();
    for (; code == SQLITE_ROW; code = old->step()) {
        m_bytes -= old->integer(0);
        --m_entries;
    }
    if (code != SQLITE_DONE)
        return tl::unexpected(m_database->error("write"));
    const std::string about = encodeAnswer(answer);
    const std::string bytes = packed(m_compressor, answer.bytes);
    const std::string request = packed(m_compressor, answer.request);
    const auto size = static_cast<std::int64_t>(about.size() + bytes.size() + request.size()) + kRowBytes;
    auto insert = m_database->prepare("INSERT INTO answers(hash, slot, router, requested, provider, model, stored, used, size,"
                                      " about, bytes, request) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)");
    if (!insert)
        return tl::unexpected(insert.error());
    insert->addBlob(viewOf(hash)).add(std::int64_t(answer.slot)).add(answer.router).add(answer.requestedModel);
    insert->add(answer.provider).add(answer.model).add(answer.storedAt).add(now).add(size);
    insert->add(about).addBlob(bytes).addBlob(request);
    if (insert->run() != SQLITE_DONE)
        return tl::unexpected(m_database->error("write"));
    m_bytes += size;
    ++m_entries;
    return {};
}

Result<std::uint64_t> DiskFile::purge(const CachePurge &which, const std::function<void(const Sha256 &)> &gone)
{
    auto rows = m_database->prepare("SELECT id, hash, router, requested, provider, model, stored, size FROM answers");
    auto erase = m_database->prepare("DELETE FROM answers WHERE id=?");
    if (!rows || !erase)
        return tl::unexpected(m_database->error("read"));
    std::vector<std::pair<std::int64_t, std::int64_t>> meant; // id, size
    CachedAnswer answer;
    int code = rows->step();
    for (; code == SQLITE_ROW; code = rows->step()) {
        const Sha256 hash = hashIn(rows->view(1));
        answer.router = rows->text(2);
        answer.requestedModel = rows->text(3);
        answer.provider = rows->text(4);
        answer.model = rows->text(5);
        answer.storedAt = rows->integer(6);
        if (!which.fits(hash, answer))
            continue;
        meant.emplace_back(rows->integer(0), rows->integer(7));
        gone(hash);
    }
    if (code != SQLITE_DONE)
        return tl::unexpected(m_database->error("read"));
    for (const auto &[id, size] : meant) {
        if (erase->add(id).run() != SQLITE_DONE)
            return tl::unexpected(m_database->error("delete"));
        m_bytes -= size;
        --m_entries;
    }
    return meant.size();
}

Result<std::uint64_t> DiskFile::makeRoom(std::int64_t maxBytes, const std::function<void(const Sha256 &)> &gone)
{
    std::uint64_t count = 0;
    while (m_bytes > maxBytes && m_entries > 0) {
        auto oldest = m_database->prepare("DELETE FROM answers WHERE id IN (SELECT id FROM answers ORDER BY used, id LIMIT 16)"
                                          " RETURNING hash, size");
        if (!oldest)
            return tl::unexpected(oldest.error());
        int code = oldest->step();
        for (; code == SQLITE_ROW; code = oldest->step()) {
            gone(hashIn(oldest->view(0)));
            m_bytes -= oldest->integer(1);
            --m_entries;
            ++count;
        }
        if (code != SQLITE_DONE)
            return tl::unexpected(m_database->error("delete"));
    }
    return count;
}

Result<void> DiskFile::begin()
{
    return m_database->exec("BEGIN IMMEDIATE");
}

Result<void> DiskFile::commit()
{
    auto done = m_database->exec("COMMIT");
    if (done)
        return done;
    (void)m_database->exec("ROLLBACK");
    (void)count(); // what was counted is not there
    return done;
}

std::vector<CacheUse::OfRouter> DiskFile::routersOf(const std::string &path)
{
    std::vector<CacheUse::OfRouter> routers;
    const auto database = trace::Database::open(path, SQLITE_OPEN_READONLY, 500);
    auto rows = database ? database->prepare("SELECT router, COUNT(*), SUM(size) FROM answers GROUP BY router ORDER BY router")
                         : tl::unexpected(database.error());
    while (rows && rows->step() == SQLITE_ROW) {
        routers.push_back({rows->text(0), static_cast<std::uint64_t>(rows->integer(1)),
                           static_cast<std::uint64_t>(rows->integer(2))});
    }
    return routers;
}

} // namespace pm::policy
