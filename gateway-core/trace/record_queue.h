// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/trace.h"

#include <deque>
#include <memory>
#include <vector>

namespace pm::trace {

/// What `record` takes in memory, about.
std::size_t weightOf(const Record &record);

/// A record with its weights, which are found out before the store's mutex is taken: they take a look at each
/// string of it.
struct Parcel
{
    Parcel(Record given); // NOLINT(google-explicit-constructor): the record is all there is to it

    std::unique_ptr<Record> record;
    std::size_t bytes = 0;
    std::size_t inBodies = 0; ///< of these
    std::size_t unpacked = 0; ///< what the bodies take when the store works at them
};

/// Records on their way to the disk, bounded in bytes: above the limit bodies are left out, above twice the
/// limit whole records, both counted. What was taken for writing counts until release(). Not synchronised:
/// the store's mutex guards it.
class RecordQueue
{
public:
    static constexpr std::size_t kMaxUnpacked = 16 << 20;

    explicit RecordQueue(std::size_t maxBytes)
        : m_maxBytes(maxBytes)
    {
    }

    /// False when the record was dropped.
    bool push(Parcel parcel);
    /// The oldest, at most `count`, and no more once their bodies come to kMaxUnpacked. Their bytes stay
    /// counted.
    std::vector<std::unique_ptr<Record>> take(std::size_t count);
    /// The records of the last take() are written or lost.
    void release();
    /// Forgets what waits, and counts it as dropped. Returns how many.
    std::size_t dropAll();

    bool isEmpty() const { return m_records.empty(); }
    std::size_t size() const { return m_records.size(); }
    std::size_t bytes() const { return m_waitingBytes + m_takenBytes; }
    std::uint64_t droppedBodies() const { return m_droppedBodies; }
    std::uint64_t droppedRecords() const { return m_droppedRecords; }
    void countDropped(std::size_t records) { m_droppedRecords += records; }

private:
    std::deque<Parcel> m_records;
    std::size_t m_maxBytes;
    std::size_t m_waitingBytes = 0;
    std::size_t m_takenBytes = 0;
    std::uint64_t m_droppedBodies = 0;
    std::uint64_t m_droppedRecords = 0;
};

} // namespace pm::trace
