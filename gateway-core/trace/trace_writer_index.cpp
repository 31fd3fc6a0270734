// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/detail_codec.h"
#include "trace/trace_writer.h"

#include <algorithm>

// The word index keeps no copy of the prompts (`content=''`): what goes in, and what must be named again to
// take it out, is read from the details. Both sides read the same stored text, so that the index cannot drift
// from it.
namespace pm::trace {

Result<bool> TraceWriter::indexSome(int count)
{
    Transaction transaction(*m_database);
    if (auto begun = transaction.begin(); !begun)
        return failed(begun.error());
    const auto from = single(m_sql->readCounter.add(std::string_view("indexed")), 0);
    if (!from)
        return fail(from.error());
    std::int64_t seen = *from;
    int rows = 0;
    Statement &unindexed = m_sql->unindexed;
    unindexed.add(*from).add(std::int64_t(count));
    int code = SQLITE_ROW;
    while ((code = unindexed.step()) == SQLITE_ROW) {
        ++rows;
        seen = unindexed.integer(0);
        const std::optional<std::string> fresh = m_prompts.take(seen);
        const std::string prompt = fresh ? *fresh : promptOf(unindexed.integer(1));
        if (!prompt.empty() && m_sql->addWords.add(unindexed.integer(1)).add(prompt).run() != SQLITE_DONE) {
            const Failure failure = failed("cannot index a prompt");
            unindexed.reset();
            return failure;
        }
    }
    const bool broke = code != SQLITE_DONE;
    unindexed.reset();
    if (broke)
        return failed("cannot read what to index");
    if (rows < count)
        seen = std::max(seen, m_lastArrival); // the last ones may have been pruned before they were indexed
    if (m_sql->setCounter.add(seen).add(std::string_view("indexed")).run() != SQLITE_DONE)
        return failed("cannot note what is indexed");
    if (auto done = transaction.commit(); !done)
        return failed(done.error());
    m_indexed = seen;
    return hasUnindexed();
}

Result<void> TraceWriter::eraseWords(RowKey key)
{
    const auto arrival = single(m_sql->arrivalOf.add(key), kNoRows);
    if (!arrival)
        return fail(arrival.error());
    const auto indexed = single(m_sql->readCounter.add(std::string_view("indexed")), 0);
    if (!indexed)
        return fail(indexed.error());
    if (*arrival > *indexed)
        return {};
    const std::string prompt = promptOf(key);
    if (!prompt.empty() && m_sql->removeWords.add(key).add(prompt).run() != SQLITE_DONE)
        return failed("cannot remove a prompt from the index");
    return {};
}

std::string TraceWriter::promptOf(RowKey key)
{
    Statement &detail = m_sql->promptOf;
    const bool found = detail.add(key).step() == SQLITE_ROW;
    const auto json = found ? m_decompressor.decompress(detail.view(0)) : Result<std::string>();
    detail.reset();
    return json ? decodePrompt(*json).value_or("") : std::string();
}

} // namespace pm::trace
