// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/store_file.h"

#include "base/clock.h"

#include <array>
#include <ctime>
#include <filesystem>
#include <utility>

namespace pm::trace {

namespace {

std::string fileTime()
{
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    std::array<char, 32> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &utc);
    return {text.data(), length};
}

} // namespace

bool StoreFile::open()
{
    Trouble trouble = Trouble::None;
    if (!openOnce(trouble) && !(trouble == Trouble::Damaged && startAfresh()))
        return false;
    if (hasKept() && write({}) != Outcome::Written)
        return isOpen();
    m_problem = m_warning;
    return true;
}

bool StoreFile::openOnce(Trouble &trouble)
{
    auto opened = TraceWriter::open(m_options.path, m_options.zstdLevel, trouble);
    if (!opened) {
        suffer(opened.error(), trouble);
        return false;
    }
    m_writer.emplace(std::move(*opened));
    return true;
}

bool StoreFile::startAfresh()
{
    namespace fs = std::filesystem;
    m_writer.reset();
    const std::string aside = m_options.path + ".corrupt-" + fileTime();
    std::error_code failed;
    fs::rename(m_options.path, aside, failed);
    if (failed) {
        m_problem = m_options.path + " is damaged and cannot be moved aside (" + failed.message() +
                    "); move it away, traces are kept again within a minute";
        return false;
    }
    std::error_code ignored; // there need not be any
    fs::rename(m_options.path + "-wal", aside + "-wal", ignored);
    fs::remove(m_options.path + "-shm", ignored);
    m_warning = "the trace file was damaged; it was moved to " + aside + " and a new one begun";
    m_problem = m_warning;
    Trouble trouble = Trouble::None;
    return openOnce(trouble);
}

StoreFile::Outcome StoreFile::write(std::vector<Record> records, bool isHurried)
{
    if (m_kept.empty())
        m_kept = std::move(records);
    m_writer->setHurried(isHurried);
    auto written = m_writer->write(m_kept);
    if (!written && m_writer->lastTrouble() == Trouble::Damaged && startAfresh())
        written = m_writer->write(m_kept);
    if (written) {
        m_kept.clear();
        m_problem = m_warning;
        return Outcome::Written;
    }
    if (!isOpen()) { // damaged, and could not be replaced
        m_kept.clear();
        return Outcome::Lost;
    }
    suffer(written.error(), m_writer->lastTrouble());
    return Outcome::Kept;
}

void StoreFile::suffer(const Error &error, Trouble trouble)
{
    switch (trouble) {
    case Trouble::Busy:
        m_problem = m_options.path + " is held by another process; traces wait until it lets go";
        return; // stays as it is, open or closed
    case Trouble::NoSpace:
        m_problem = error.message + "; free some space on the disk, traces are kept again within a minute";
        break;
    default:
        m_problem = error.message;
        break;
    }
    m_writer.reset();
}

void StoreFile::stumble(const Error &error)
{
    if (m_writer->lastTrouble() == Trouble::Damaged)
        startAfresh();
    else
        suffer(error, m_writer->lastTrouble());
}

bool StoreFile::writeTargets(const std::vector<TargetRow> &rows)
{
    const auto written = m_writer->writeTargets(rows);
    if (written)
        m_problem = m_warning;
    else
        stumble(written.error());
    return written.has_value();
}

bool StoreFile::indexSome(int count)
{
    const auto more = m_writer->indexSome(count);
    if (!more)
        stumble(more.error());
    return more.value_or(false);
}

bool StoreFile::prune(const Limits &limits)
{
    const auto more = m_writer->prune(limits, unixMicros(std::chrono::system_clock::now()));
    if (!more)
        stumble(more.error());
    return more.value_or(false);
}

std::chrono::steady_clock::time_point StoreFile::nextExpiry(const Limits &limits) const
{
    using namespace std::chrono;
    constexpr auto kLateness = minutes(10);
    if (!m_writer || m_writer->oldestKey() == TraceWriter::kNoRows || limits.maxAge >= Limits::kForEver)
        return steady_clock::time_point::max();
    const microseconds started(microsOf(m_writer->oldestKey()));
    const microseconds now(unixMicros(system_clock::now()));
    return steady_clock::now() + (started + limits.maxAge + kLateness - now);
}

} // namespace pm::trace
