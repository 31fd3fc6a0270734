// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_source.h"

namespace pm::ui::sample {

trace::Record makeCachedRecord(std::int64_t startedAt)
{
    std::mt19937_64 rng(static_cast<std::uint64_t>(startedAt) + 11);
    trace::Record record = makeRecord(rng, startedAt);
    trace::Head &head = record.head;
    head.router = "production";
    head.cache = "hit";
    head.client = "alice";
    head.session = "shop-cart";
    head.attempts = 0;
    head.savedMicroUsd = 34'100;
    head.costMicroUsd = 0;
    head.gatewayUs = head.firstContentUs = 740;
    head.totalUs = 2'900;
    record.detail.plan.clear();
    record.detail.attempts.clear();
    record.detail.routeLine = "cache: 312 s old, made by anthropic/claude-sonnet-5";
    record.detail.verdicts = {
        {"limit", "alice/requests", "waited 120 ms", "2 before it"},
        {"guardrail", "no-cards", "redacted",
         "a card number in the last user turn; the request is kept without it"},
        {"budget", "production/month", "warned", "82% of $40.00"},
        {"cache", "exact", "hit", "312 s old, made by anthropic/claude-sonnet-5, answer 1 of 3"}};
    return record;
}

} // namespace pm::ui::sample
