// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_key_sections.h"

// What holds for all routers, and what the gateway does besides routing.
namespace pm::config {

namespace {

using T = KeyType;

constexpr Key kKeys[] = {
    {"active-router", T::Router, "", "Router for plain /v1 paths until another is chosen; empty: as /ai."},
    {"global", T::Section, "", "For all routers and /ai."},
    {"global.retries", T::Section, "", "For routers without `retries`, and for /ai. Keys as in a router."},
    {"global.cache", T::Section, "", "For routers without `cache`, and for /ai. Keys as in a router."},
    {"global.rate-limit", T::Section, "", "For all requests, also straight to a provider, besides a router's own. Keys as in a router."},
    {"global.guardrails", T::List, "[]", "For all routers and /ai. Items as below `guardrails`."},
    {"unified-api", T::Section, "", "For /ai, and plain /v1 paths without a router."},
    {"unified-api.retries", T::Section, "", "Goes before `global.retries`. Keys as in a router."},
    {"unified-api.cache", T::Section, "", "Goes before `global.cache`. Keys as in a router."},
    {"unified-api.rate-limit", T::Section, "", "Keys as in a router."},
    {"unified-api.guardrails", T::List, "[]", "Besides `global.guardrails`. Items as below `guardrails`."},

    {"traces", T::Section, "", "What is kept of requests, on this machine."},
    {"traces.bodies", T::Word, "full", "full keeps bodies, header fields (keys starred) and figures: route, attempts, errors, status, times, tokens, cost. "
     "metadata keeps header fields and figures; without prompts there is nothing to search or replay. "
     "off keeps figures alone.",
     "full|metadata|off"},
    {"traces.max-age", T::Duration, "30d", "Older ones are deleted. Whole hours.", "", kHour, 3660 * kDay},
    {"traces.max-size", T::Size, "2GiB", "On disk; beyond it the oldest go.", "", 1024.0 * 1024, 1024 * kGiB},
    {"traces.max-body", T::Size, "8MiB", "Kept of one body.", "", 0, kGiB},
    {"traces.redact", T::List, "[]", "Regular expressions (RE2); what matches is starred before it is kept."},
    {"traces.redact.[]", T::Pattern, "", "A regular expression."},
    {"media", T::Section, "", "Pictures and documents that a request names by URL, for providers that take no URLs."},
    {"media.fetch", T::Bool, "true", "Fetch them; false: such a request goes to other targets, or is refused."},
    {"media.max-size", T::Size, "20MiB", "Of all that one request names.", "", 1024, kGiB},
    {"media.allow-hosts", T::List, "[]", "Hosts that may stand at private addresses; others must be on the public internet."},
    {"media.allow-hosts.[]", T::Text, "", "A host name or address, without port."},
    {"discover", T::Section, "", "Servers found by themselves."},
    {"discover.local", T::Bool, "true", "Look for Ollama, LM Studio, llama.cpp and vLLM on this machine."},
    {"discover.discover-decay", T::Elsewhere, "", "latency memory is fixed"},
    {"discover.default-rtt", T::Elsewhere, "", "targets not seen yet are tried first"},
    {"discover.monitor", T::Elsewhere, "", "routers.NAME.circuit-breaker says when a target rests"},
};

} // namespace

std::span<const Key> generalKeys()
{
    return kKeys;
}

} // namespace pm::config
