// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/response_file.h"

#include <filesystem>

namespace pm {

namespace {

constexpr const char *kTable =
    "CREATE TABLE IF NOT EXISTS responses(id TEXT PRIMARY KEY, owner TEXT NOT NULL, provider TEXT NOT NULL,"
    " previous TEXT NOT NULL, created INTEGER NOT NULL, input TEXT NOT NULL, response TEXT NOT NULL) WITHOUT ROWID";

} // namespace

Result<void> ResponseFile::openOnce()
{
    namespace fs = std::filesystem;
    std::error_code failed;
    const fs::path folder = fs::path(m_path).parent_path();
    if (!fs::exists(folder, failed)) {
        fs::create_directories(folder, failed);
        fs::permissions(folder, fs::perms::owner_all, failed);
    }
    auto database = trace::Database::open(m_path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, 2000);
    if (!database)
        return tl::unexpected(database.error());
    fs::permissions(m_path, fs::perms::owner_read | fs::perms::owner_write, failed); // prompts are in it
    for (const char *sql : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", kTable}) {
        if (auto done = database->exec(sql); !done)
            return done;
    }
    m_database.emplace(std::move(*database));
    return {};
}

Result<void> ResponseFile::open(const std::function<void(StoredResponse)> &take)
{
    m_database.reset();
    auto opened = openOnce();
    if (opened)
        opened = load(take);
    const bool isDamaged = !opened && opened.error().message.find("not a database") != std::string::npos;
    if (!isDamaged && (opened || !m_database || m_database->trouble() != trace::Trouble::Damaged))
        return opened;
    m_database.reset();
    std::error_code failed;
    std::filesystem::rename(m_path, m_path + ".damaged", failed);
    for (const char *companion : {"-wal", "-shm"})
        std::filesystem::remove(m_path + companion, failed);
    return openOnce();
}

Result<void> ResponseFile::load(const std::function<void(StoredResponse)> &take)
{
    auto rows = m_database->prepare(
        "SELECT id, owner, provider, previous, created, input, response FROM responses ORDER BY created, id");
    if (!rows)
        return tl::unexpected(rows.error());
    int code = rows->step();
    for (; code == SQLITE_ROW; code = rows->step())
        take({rows->text(0), rows->text(1), rows->text(2), rows->text(3), rows->integer(4), rows->text(5), rows->text(6)});
    if (code != SQLITE_DONE)
        return tl::unexpected(m_database->error("read"));
    return {};
}

Result<void> ResponseFile::put(const StoredResponse &response)
{
    if (!m_database)
        return fail(ErrorKind::Storage, m_path + ": is not open");
    auto insert = m_database->prepare("INSERT OR REPLACE INTO responses VALUES(?,?,?,?,?,?,?)");
    if (!insert)
        return tl::unexpected(insert.error());
    insert->add(response.id).add(response.owner).add(response.provider).add(response.previousId);
    insert->add(response.createdAt).add(response.input).add(response.response);
    if (insert->run() != SQLITE_DONE)
        return tl::unexpected(m_database->error("write"));
    return {};
}

Result<void> ResponseFile::remove(const std::string &id)
{
    if (!m_database)
        return fail(ErrorKind::Storage, m_path + ": is not open");
    auto erase = m_database->prepare("DELETE FROM responses WHERE id=?");
    if (!erase)
        return tl::unexpected(erase.error());
    erase->add(std::string_view(id));
    if (erase->run() != SQLITE_DONE)
        return tl::unexpected(m_database->error("delete"));
    return {};
}

} // namespace pm
