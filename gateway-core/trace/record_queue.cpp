// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/record_queue.h"

#include <algorithm>
#include <utility>

namespace pm::trace {

namespace {

/// Strings, map nodes and blocks that are not counted one by one.
constexpr std::size_t kFixedWeight = sizeof(Record) + 512;

std::size_t bodyBytes(const Detail &detail)
{
    std::size_t bytes = 0;
    for (const Body *body : bodiesOf(detail)) {
        bytes += static_cast<std::size_t>(body->bytes.size());
        for (const std::string &frame : body->packed)
            bytes += frame.size();
    }
    return bytes;
}

/// Leaves the full sizes, so that what is missing shows.
void leaveBodiesOut(Detail &detail)
{
    for (Body *body : bodiesOf(detail)) {
        body->fullSize = std::max<std::int64_t>(body->fullSize, body->packedSize + body->bytes.size());
        body->bytes = QByteArray();
        body->packed.clear();
        body->packedSize = 0;
    }
}

/// What its bodies take when the store works at them.
std::size_t unpackedBytes(const Detail &detail)
{
    std::size_t bytes = 0;
    for (const Body *body : bodiesOf(detail))
        bytes += static_cast<std::size_t>(body->packedSize + body->bytes.size());
    return bytes;
}

} // namespace

std::size_t weightOf(const Record &record)
{
    const Detail &detail = record.detail;
    std::size_t bytes = kFixedWeight + bodyBytes(detail) + detail.promptText.size() +
                        record.head.path.size() + record.head.errorMessage.size() +
                        detail.chunkTimesUs.size() * sizeof(std::int64_t);
    for (const Attempt &attempt : detail.attempts)
        bytes += sizeof(Attempt) + attempt.url.size() + attempt.errorMessage.size();
    for (const PlanEntry &entry : detail.plan)
        bytes += sizeof(PlanEntry) + entry.target.size() + entry.reason.size();
    for (const std::string &loss : detail.losses)
        bytes += sizeof(std::string) + loss.size();
    for (const Verdict &verdict : detail.verdicts)
        bytes += sizeof(Verdict) + verdict.text.size();
    for (const HeaderList *headers : headersOf(detail))
        bytes += headers->bytes();
    return bytes;
}

Parcel::Parcel(Record given)
    : record(std::make_unique<Record>(std::move(given)))
    , bytes(weightOf(*record))
    , inBodies(bodyBytes(record->detail))
    , unpacked(unpackedBytes(record->detail))
{
}

bool RecordQueue::push(Parcel parcel)
{
    if (bytes() + parcel.bytes > m_maxBytes && parcel.inBodies > 0) {
        leaveBodiesOut(parcel.record->detail);
        parcel.bytes -= parcel.inBodies;
        parcel.inBodies = parcel.unpacked = 0;
        ++m_droppedBodies;
    }
    if (bytes() + parcel.bytes > 2 * m_maxBytes) {
        ++m_droppedRecords;
        return false;
    }
    m_waitingBytes += parcel.bytes;
    m_records.push_back(std::move(parcel));
    return true;
}

std::vector<std::unique_ptr<Record>> RecordQueue::take(std::size_t count)
{
    std::vector<std::unique_ptr<Record>> taken;
    taken.reserve(std::min(count, m_records.size()));
    std::size_t unpacked = 0;
    while (taken.size() < count && unpacked < kMaxUnpacked && !m_records.empty()) {
        Parcel &front = m_records.front();
        unpacked += front.unpacked;
        m_waitingBytes -= front.bytes;
        m_takenBytes += front.bytes;
        taken.push_back(std::move(front.record));
        m_records.pop_front();
    }
    return taken;
}

void RecordQueue::release()
{
    m_takenBytes = 0;
}

std::size_t RecordQueue::dropAll()
{
    const std::size_t count = m_records.size();
    m_records.clear();
    m_waitingBytes = 0;
    m_droppedRecords += count;
    return count;
}

} // namespace pm::trace
