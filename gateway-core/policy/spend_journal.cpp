// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/spend_journal.h"

#include "base/hash.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pm::policy {

namespace {

/// As it lies in the file, in this machine's order of bytes.
struct Layout
{
    std::uint32_t check = 0; ///< over all that follows
    std::uint8_t kind = 0;
    std::uint8_t per = 0;
    std::uint16_t textSize = 0;
    std::uint64_t number = 0;
    std::int64_t begin = 0;
    std::int64_t end = 0;
    std::int64_t microUsd = 0;
    std::array<char, Account::kMaxText> text{};
};
static_assert(sizeof(Layout) == kJournalRecord);

std::uint32_t checkOf(const std::array<char, kJournalRecord> &bytes)
{
    const std::uint64_t hash = fnv1a({bytes.data() + sizeof(Layout::check), bytes.size() - sizeof(Layout::check)});
    return static_cast<std::uint32_t>(hash ^ (hash >> 32));
}

Failure storageError(const std::string &what, const std::string &path)
{
    return pm::fail(ErrorKind::Storage, what + " " + path + ": " + std::strerror(errno));
}

/// All of `bytes`, or an error; a kill between two parts leaves a record that is not whole.
bool writeAt(int file, std::string_view bytes, std::int64_t offset)
{
    while (!bytes.empty()) {
        const ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), offset);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
        offset += written;
    }
    return true;
}

Result<std::string> readAll(int file, const std::string &path)
{
    constexpr off_t kMost = 1 << 30;
    struct stat info
    {
    };
    if (::fstat(file, &info) != 0)
        return storageError("cannot read", path);
    if (info.st_size > kMost)
        return pm::fail(ErrorKind::Storage, path + " is larger than 1 GiB; move it away");
    std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
    std::size_t read = 0;
    while (read < bytes.size()) {
        const ssize_t got = ::pread(file, bytes.data() + read, bytes.size() - read, static_cast<off_t>(read));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return storageError("cannot read", path);
        read += static_cast<std::size_t>(got);
    }
    return bytes;
}

std::string encodeAll(std::span<const JournalRecord> records)
{
    std::string bytes;
    bytes.reserve(records.size() * kJournalRecord);
    for (const JournalRecord &record : records) {
        const auto one = encodeRecord(record);
        bytes.append(one.data(), one.size());
    }
    return bytes;
}

} // namespace

std::array<char, kJournalRecord> encodeRecord(const JournalRecord &record)
{
    Layout layout;
    const std::string text = record.account.text();
    layout.kind = static_cast<std::uint8_t>(record.kind);
    layout.per = static_cast<std::uint8_t>(record.account.per);
    layout.textSize = static_cast<std::uint16_t>(text.size());
    layout.number = record.number;
    layout.begin = record.span.begin;
    layout.end = record.span.end;
    layout.microUsd = record.microUsd;
    std::memcpy(layout.text.data(), text.data(), text.size());
    std::array<char, kJournalRecord> bytes{};
    std::memcpy(bytes.data(), &layout, sizeof layout);
    const std::uint32_t check = checkOf(bytes);
    std::memcpy(bytes.data(), &check, sizeof check);
    return bytes;
}

std::optional<JournalRecord> decodeRecord(std::span<const char, kJournalRecord> given)
{
    std::array<char, kJournalRecord> bytes{};
    std::memcpy(bytes.data(), given.data(), bytes.size());
    Layout layout;
    std::memcpy(&layout, bytes.data(), sizeof layout);
    const bool isKnown = layout.kind >= 1 && layout.kind <= 3
                         && layout.per <= static_cast<std::uint8_t>(config::Budget::Per::Total);
    if (layout.check != checkOf(bytes) || !isKnown || layout.textSize > layout.text.size())
        return std::nullopt;
    JournalRecord record;
    record.kind = static_cast<JournalRecord::Kind>(layout.kind);
    record.number = layout.number;
    record.span = {layout.begin, layout.end};
    record.microUsd = layout.microUsd;
    record.account = Account::fromText({layout.text.data(), layout.textSize},
                                       static_cast<config::Budget::Per>(layout.per));
    return record;
}

SpendJournal::~SpendJournal()
{
    for (const int file : {m_file, m_lock}) {
        if (file >= 0)
            ::close(file);
    }
}

Result<SpendJournal::Loaded> SpendJournal::open(const std::string &path)
{
    m_path = path;
    const std::string lockPath = path + ".lock"; // the journal itself is replaced now and then
    m_lock = ::open(lockPath.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (m_lock < 0)
        return storageError("cannot write", lockPath);
    if (::flock(m_lock, LOCK_EX | LOCK_NB) != 0)
        return pm::fail(ErrorKind::Storage, "another Pointsman counts in " + path);
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return storageError("cannot write", path);
    const auto bytes = readAll(file, path);
    if (!bytes) {
        ::close(file);
        return tl::unexpected(bytes.error());
    }
    Loaded loaded;
    const std::size_t whole = bytes->size() / kJournalRecord;
    for (std::size_t i = 0; i < whole; ++i) {
        const std::span<const char, kJournalRecord> one(bytes->data() + i * kJournalRecord, kJournalRecord);
        if (auto record = decodeRecord(one))
            loaded.records.push_back(std::move(*record));
        else
            ++loaded.damaged;
    }
    loaded.wasCut = bytes->size() % kJournalRecord != 0;
    m_file = file;
    m_size = static_cast<std::int64_t>(whole * kJournalRecord); // what is not whole is written over
    return loaded;
}

Result<void> SpendJournal::append(std::span<const JournalRecord> records)
{
    if (!isOpen())
        return {};
    const std::string bytes = encodeAll(records);
    const auto size = static_cast<std::int64_t>(bytes.size());
    // Each writer has a place of its own before it writes: no lock, and no torn record can shift the ones behind it.
    const std::int64_t offset = m_size.fetch_add(size, std::memory_order_relaxed);
    if (!writeAt(m_file, bytes, offset))
        return storageError("cannot write", m_path);
    return {};
}

Result<void> SpendJournal::replace(const std::vector<JournalRecord> &records, bool toDisk)
{
    if (!isOpen())
        return {};
    const std::string fresh = m_path + ".new";
    const int file = ::open(fresh.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        return storageError("cannot write", fresh);
    const std::string bytes = encodeAll(records);
    const bool isWritten = writeAt(file, bytes, 0) && (!toDisk || ::fdatasync(file) == 0);
    if (!isWritten || std::rename(fresh.c_str(), m_path.c_str()) != 0) {
        const Failure failure = storageError("cannot write", fresh);
        ::close(file);
        ::unlink(fresh.c_str());
        return failure;
    }
    ::close(m_file);
    m_file = file;
    m_size = static_cast<std::int64_t>(bytes.size());
    return {};
}

} // namespace pm::policy
