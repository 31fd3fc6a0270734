// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_key_sections.h"

// Sections of Helicone's gateway as a whole that this version does not act on: files that have them load, or
// are refused with the remedy.
namespace pm::config {

namespace {

using T = KeyType;

constexpr Key kKeys[] = {
    {"cache-store", T::Later, "", "remove it; every request goes to a provider"},
    {"rate-limit-store", T::Later, "", kLimitsLater},
    {"guardrails", T::Later, "", "remove it; nothing would be checked"},
    {"budgets", T::Later, "", kLimitsLater, "", 0, 0, "budget"},
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
