// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_key_sections.h"

// Sections of Helicone's gateway as a whole that this version does not act on: files that have them load, or
// are refused with the remedy.
namespace pm::config {

namespace {

using T = KeyType;

constexpr Key kKeys[] = {
    {"rate-limit-store", T::Section, "", "Where limits, budgets and open circuits are counted."},
    {"rate-limit-store.type", T::Word, "memory",
     "memory, or in-memory: in this process; a restart gives limits back whole. redis: at `url`, together with all that name it.",
     "memory|in-memory|redis"},
    {"rate-limit-store.url", T::RedisUrl, "redis://localhost:6379", "Of redis.", "", 0, 0, "host-url"},
    {"rate-limit-store.password", T::KeyReference, "", "Where the password of redis is kept: env:, file: or credential:."},
    {"rate-limit-store.timeout", T::Duration, "250ms", "An answer of redis that takes longer counts as none.", "", 10, 10'000,
     "connection-timeout"},
    {"rate-limit-store.when-down", T::Word, "open",
     "While redis does not answer. open: what this instance counts by itself holds. closed: what has limits or budgets is refused.",
     "open|closed"},
    {"telemetry", T::Section, "", "Measurements for other programs."},
    {"telemetry.otlp-endpoint", T::Later, "", "remove it; traces stay on this machine"},
    {"telemetry.prometheus", T::Later, "", "remove it"},
    {"telemetry.level", T::Elsewhere, "", "the command line says how much is logged"},
    {"telemetry.format", T::Elsewhere, "", "the command line says how logs are written"},
    {"telemetry.service-name", T::Elsewhere, "", "nothing is sent that would carry it"},
    {"telemetry.propagate", T::Elsewhere, "", "trace contexts are passed through as they are"},
    {"telemetry.exporter", T::Elsewhere, "", "nothing is sent to a collector; traces stay on this machine"},
    {"helicone", T::Elsewhere, "", kNoHelicone},
    {"control-plane", T::Elsewhere, "", kNoHelicone},
    {"deployment-target", T::Elsewhere, "", kNoHelicone},
    {"database", T::Elsewhere, "", "traces are kept in a file on this machine"},
    {"minio", T::Elsewhere, "", "traces are kept in a file on this machine"},
    {"dispatcher", T::Elsewhere, "", "routers.NAME.timeouts says how long is waited"},
    {"response-headers", T::Elsewhere, "", "answers always say which provider gave them"},
    {"default-model-mapping", T::Elsewhere, "", "routers.NAME.model-mappings says what stands for a model"},
};

} // namespace

std::span<const Key> foreignKeys()
{
    return kKeys;
}

} // namespace pm::config
