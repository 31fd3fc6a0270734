// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "source.h"

#include <mutex>
#include <random>

namespace pm::ui::sample {

/// Made-up traffic for tests and the preview: the same for the same seed. Records may be added while it is
/// read.
class Store
{
public:
    void add(trace::Record record);
    /// Newest first, by `matches`.
    trace::Page list(const trace::Filter &filter, const std::string &beforeId, int limit) const;
    Result<trace::Record> get(const std::string &id) const;
    trace::Totals totals(std::int64_t since) const;
    std::vector<std::string> distinct(const std::string &field) const;
    std::int64_t count() const;
    std::vector<trace::Head> heads() const;

private:
    mutable std::mutex m_mutex;
    std::vector<trace::Record> m_records; ///< oldest first; guarded by m_mutex
};

/// As trace::Filter::matches is specified.
bool matches(const trace::Filter &filter, const trace::Head &head);

/// A request that ended `ageMicros` before `now`, answered like most are.
trace::Record makeRecord(std::mt19937_64 &rng, std::int64_t startedAt);
/// The request of the sketches: openai overloaded, anthropic answered, a tool call in the answer.
trace::Record makeFallbackRecord(std::int64_t startedAt);
/// OpenAI's format in, Anthropic's out: with losses that stand in the body, one of them twice, and one that does not.
trace::Record makeTranslatedRecord(std::int64_t startedAt);
/// A rule chose, prices ordered, the first one failed, others were left out.
trace::Record makeExplainedRecord(std::int64_t startedAt);
trace::Record makeFailedRecord(std::int64_t startedAt);
/// Answered from the cache, with what policies said of it.
trace::Record makeCachedRecord(std::int64_t startedAt);
trace::Record makeCancelledRecord(std::int64_t startedAt);
trace::Head makeRunningHead(std::int64_t startedAt);

/// `count` records over the last `minutes`, with a slow spell in the middle.
void fill(Store &store, int count, int minutes, std::int64_t now);

std::vector<ProviderStatus> providers();
std::vector<RouterStatus> routers();
GatewayStatus status();

/// A Source over `store`; `feed` is emptied by takeFeed.
Source makeSource(std::shared_ptr<Store> store, std::shared_ptr<std::vector<trace::Head>> feed);

} // namespace pm::ui::sample
