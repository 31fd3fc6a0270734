// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Names of vendors in other gateways, and addresses. Pure, any thread.
namespace pm::config::import {

/// Our name of a vendor, by what LiteLLM and Portkey call it; empty when we have none. Our own names are
/// known too.
std::string_view vendorNamed(std::string_view foreign);
/// The vendor whose models are called so ("gpt-…", "claude-…"); empty when that is not plain.
std::string_view vendorOfModel(std::string_view model);
/// The vendor whose name a slug begins with, as in "openai-prod"; empty when there is none.
std::string_view vendorOfSlug(std::string_view slug);

/// An address that may stand in a configuration: http(s), without user, query and fragment. Others may hold
/// keys.
bool isPlainUrl(std::string_view url);
/// "https://api.example.com:8080" and "/v1" of an address; without a slash at the end, loopback as 127.0.0.1.
std::pair<std::string, std::string> splitUrl(std::string_view url);
/// Both say the same place. A format's usual "/v1" may be missing on one side.
bool isSamePlace(std::string_view a, std::string_view b);
/// A whole request address without what belongs to the format: …/chat/completions, …/messages, …/models.
std::string withoutOperation(std::string_view url);

/// `text` as a provider's or router's name: letters, digits, '-', '_', at most `most`; "x" when nothing is
/// left.
std::string legalName(std::string_view text, std::size_t most);

/// A header field whose value is no secret and matters upstream.
bool isPlainHeader(std::string_view name);

} // namespace pm::config::import
