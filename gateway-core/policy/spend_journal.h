// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "policy/spend_store.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace pm::policy {

/// One line of the journal: 128 bytes, so that each has a place of its own, and one that is torn or damaged harms no other.
struct JournalRecord
{
    enum class Kind : std::uint8_t {
        Total = 1, ///< spent so far
        Reserve,
        Settle, ///< ends what `number` has reserved on this account
    };
    Kind kind = Kind::Total;
    std::uint64_t number = 0; ///< of the reservation
    Span span;
    std::int64_t microUsd = 0;
    Account account;
    bool operator==(const JournalRecord &) const = default;
};

constexpr std::size_t kJournalRecord = 128; ///< bytes
std::array<char, kJournalRecord> encodeRecord(const JournalRecord &record);
/// Nothing for bytes that are no record, or a damaged one.
std::optional<JournalRecord> decodeRecord(std::span<const char, kJournalRecord> bytes);

/// A file of records that is only appended to, or replaced as a whole. Each append() is one write, so that what it wrote
/// stands when the process is killed; a power cut may take what the system had not written yet. append() from any number of
/// threads at a time, replace() alone.
class SpendJournal
{
public:
    struct Loaded
    {
        std::vector<JournalRecord> records;
        std::size_t damaged = 0; ///< records that could not be read; they are left out
        bool wasCut = false;     ///< the last one was not whole
    };

    SpendJournal() = default;
    ~SpendJournal();
    SpendJournal(const SpendJournal &) = delete;
    SpendJournal &operator=(const SpendJournal &) = delete;

    /// Reads what is there and makes the file if it is missing, for the user only. Error: Storage, also when another
    /// process has it open.
    Result<Loaded> open(const std::string &path);
    bool isOpen() const { return m_file >= 0; }
    /// Error: Storage; what was written of it is left out at the next open().
    Result<void> append(std::span<const JournalRecord> records);
    /// Puts these in place of all that is there, atomically. Error: Storage, and the old file stays. `toDisk`: waits until
    /// the disk has it.
    Result<void> replace(const std::vector<JournalRecord> &records, bool toDisk);
    std::int64_t size() const { return m_size.load(std::memory_order_relaxed); } ///< bytes

private:
    std::string m_path;
    int m_lock = -1; ///< file that says whose the journal is
    int m_file = -1;
    std::atomic<std::int64_t> m_size{0};
};

} // namespace pm::policy
