// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "providers/provider.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Who has what besides conversations and embeddings: THE TABLE is in services.cpp. Plain functions, any thread.
namespace pm {

/// What is known of a built-in provider; empty for one that has nothing else.
std::vector<Offer> knownOffers(std::string_view provider);

/// The same as a configuration says it of a provider that speaks `format`.
std::vector<Offer> offersOf(DialectId format, const std::vector<config::Service> &services);

/// How `provider` serves what a client asks for in that format; nothing when it has it not. A provider of which nothing
/// is known may have everything: `Offer::isKnown` is false then.
std::optional<Offer> offerOf(const Provider &provider, config::Service service, DialectId client);

/// Where the call goes. `path` is that of the API, "images/generations", encoded, without version; `version` is the one
/// that the client wrote before it, or empty; `query` what follows '?'.
std::string serviceUrl(const Provider &provider, const Offer &offer, std::string_view path, std::string_view version,
                       std::string_view query, std::string_view model);

} // namespace pm
