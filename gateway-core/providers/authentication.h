// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "http/upstream.h"
#include "providers/provider.h"

#include <string>
#include <utility>
#include <vector>

namespace pm {

/// The authentication fields of `call`, which must be complete: where the provider wants requests signed, the signature
/// covers method, URL, fields and body, and holds for some minutes from `now`. Empty for an empty key.
std::vector<std::pair<std::string, Secret>> authentication(const Provider &provider, const Secret &key,
                                                           const http::UpstreamRequest &call, SystemTime now);

/// The parts of `key` that must not be shown: the key itself, and the secret and session token within an AWS key, which
/// error messages about signatures quote.
std::vector<std::string_view> secretParts(const Provider &provider, const Secret &key);

/// Where the provider lists its models: for key tests.
std::string modelsUrl(const Provider &provider);

} // namespace pm
