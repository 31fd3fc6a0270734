// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_key_sections.h"

// Limits: the section `rate-limit` of a router, whose rows also stand for `global` and `unified-api`.
namespace pm::config {

namespace {

using T = KeyType;

constexpr double kMostCount = 1e12; ///< requests or tokens
constexpr double kLeastUsd = 0.001;
constexpr double kMostUsd = 999'999;
constexpr double kMostBurst = 999'999'999'999;
constexpr double kMostSpan = 366 * kDay;
constexpr std::string_view kBySense = "Who has one of their own.";
constexpr std::string_view kBurstSense =
    "What may be taken at once. Missing: as much as comes back in the span.";
constexpr std::string_view kSpans = "second|minute|hour|day|week";

constexpr Key kKeys[] = {
    {"routers.*.rate-limit", T::Section, "",
     "How much may pass, and how much at once. See policies/limits.md."},
    {"routers.*.rate-limit.per-api-key", T::Section, "",
     "Requests of each client: of its key, or where there are none, of its program."},
    {"routers.*.rate-limit.per-api-key.capacity", T::Integer, "500", "Requests at once, and in each span.",
     "", 1, kMostCount},
    {"routers.*.rate-limit.per-api-key.refill-frequency", T::Duration, "1s",
     "Span in which all of them come back.", kSpans, 1, kMostSpan},
    {"routers.*.rate-limit.requests", T::Section, "", "Requests."},
    {"routers.*.rate-limit.requests.capacity", T::Integer, "500", "At once, and in each span.", "", 1,
     kMostCount},
    {"routers.*.rate-limit.requests.refill-frequency", T::Duration, "1s",
     "Span in which all of them come back.", kSpans, 1, kMostSpan},
    {"routers.*.rate-limit.requests.by", T::Identity, "api-key", kBySense},
    {"routers.*.rate-limit.tokens", T::Section, "", "Tokens, of prompt and answer."},
    {.path = "routers.*.rate-limit.tokens.capacity",
     .type = T::Integer,
     .sense = "At once, and in each span.",
     .least = 1,
     .most = kMostCount,
     .isRequired = true},
    {"routers.*.rate-limit.tokens.refill-frequency", T::Duration, "1m",
     "Span in which all of them come back.", kSpans, 1, kMostSpan},
    {"routers.*.rate-limit.tokens.by", T::Identity, "api-key", kBySense},
    {"routers.*.rate-limit.cost", T::Section, "",
     "Money. A budget, by calendar and across restarts, is another thing."},
    {.path = "routers.*.rate-limit.cost.usd",
     .type = T::Number,
     .sense = "US dollars at once, and in each span.",
     .least = kLeastUsd,
     .most = kMostUsd,
     .isRequired = true},
    {"routers.*.rate-limit.cost.per", T::Duration, "day", "Span in which all of it comes back.", kSpans, 1,
     kMostSpan},
    {"routers.*.rate-limit.cost.by", T::Identity, "api-key", kBySense},
    {"routers.*.rate-limit.limits", T::List, "[]",
     "Any limits, besides the short forms above. All hold together."},
    {"routers.*.rate-limit.limits.[]", T::Section, "", "One limit: either requests, tokens or usd."},
    {"routers.*.rate-limit.limits.[].requests", T::Integer, "", "Requests that come back in each span.", "",
     1, kMostCount},
    {"routers.*.rate-limit.limits.[].tokens", T::Integer, "", "Tokens that come back in each span.", "", 1,
     kMostCount},
    {"routers.*.rate-limit.limits.[].usd", T::Number, "", "US dollars that come back in each span.", "",
     kLeastUsd, kMostUsd},
    {.path = "routers.*.rate-limit.limits.[].per",
     .type = T::Duration,
     .sense = "The span.",
     .words = kSpans,
     .least = 1,
     .most = kMostSpan,
     .isRequired = true},
    {"routers.*.rate-limit.limits.[].burst", T::Number, "", kBurstSense, "", kLeastUsd, kMostBurst},
    {"routers.*.rate-limit.limits.[].by", T::Identity, "api-key", kBySense},
    {.path = "routers.*.rate-limit.concurrency",
     .type = T::Section,
     .sense = "Requests under way at once; others wait in order.",
     .orMany = true},
    {.path = "routers.*.rate-limit.concurrency.requests",
     .type = T::Integer,
     .sense = "At once.",
     .least = 1,
     .most = 1'000'000,
     .isRequired = true},
    {"routers.*.rate-limit.concurrency.by", T::Identity, "router", "Who has places of their own."},
    {"routers.*.rate-limit.concurrency.queue", T::Integer, "100", "That may wait; more are refused at once.",
     "", 0, 100'000},
    {"routers.*.rate-limit.concurrency.max-wait", T::Duration, "30s", "Longest wait; then they are refused.",
     "", 1, kHour},
    {"routers.*.rate-limit.store", T::Elsewhere, "", "rate-limit-store says where all limits are counted"},
    {"routers.*.rate-limit.cleanup-interval", T::Elsewhere, "",
     "what is not needed any more is forgotten by itself"},
};

} // namespace

std::span<const Key> limitKeys()
{
    return kKeys;
}

} // namespace pm::config
