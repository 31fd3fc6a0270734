// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

// Providers' errors are told apart, and ours are written, by tables. The rows are each dialect's own; how a
// table is searched, and what every provider means by an HTTP status, stands here. Pure functions.
namespace pm::errors {

/// How much of a provider's error body is kept for the trace, in bytes.
constexpr std::size_t kMostBody = std::size_t(64) * 1024;

/// A word of error bodies (a type, a code, or a phrase of the message) and what it means.
struct WordRow
{
    std::string_view word;
    ErrorKind kind;
};

/// The kind of the row whose word is `word`; nothing when there is none.
std::optional<ErrorKind> kindOfWord(std::span<const WordRow> rows, std::string_view word);

/// The kind of the first row whose word stands anywhere in `text`; nothing when there is none.
std::optional<ErrorKind> kindByPhrase(std::span<const WordRow> rows, std::string_view text);

/// What every provider means by `status`, else by its hundred. Nothing for a status below 400.
std::optional<ErrorKind> kindOfStatus(int status);

/// What a dialect calls a kind in the error bodies that it writes.
struct WireRow
{
    ErrorKind kind;
    std::string_view type;
    std::string_view code = {}; ///< empty where the dialect has none
};

/// The row of `kind`; null when there is none.
const WireRow *findWire(std::span<const WireRow> rows, ErrorKind kind);

/// For UpstreamAuth: says that it is the gateway's key that was refused, and drops the provider's code.
/// "invalid_api_key" in any dialect would tell the client that its own key is wrong.
void blameProviderKey(Error &error);

} // namespace pm::errors
