// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Vectors as texts: found in an answer without reading their numbers, so that a batch of thousands costs one
// pass and no digit changes. Pure functions. The JSON they are given must have passed json::Document::parse.
namespace pm::embeddings {

/// The elements of the array that `text` is, without white space around them; empty for what is no array.
std::vector<std::string_view> elements(std::string_view text);

/// The value of the top-level member `name`; nothing when it is absent or null.
std::optional<std::string_view> member(std::string_view object, std::string_view name);

/// `text` when it is an array of numbers. Error: UpstreamBroken.
Result<std::string> vectorText(std::string_view text);

/// Base64 of little-endian float32 as a vector's text, each number the shortest that reads back the same.
/// Error: UpstreamBroken for what is no such thing.
Result<std::string> vectorFromBase64(std::string_view base64);

/// The same the other way, without quotes. `vector` is a vector's text.
std::string base64FromVector(std::string_view vector);

/// UpstreamBroken: the provider's embeddings answer, and what is wrong with it.
Failure broken(std::string_view what);

/// Error when `body` is no JSON object, or is one that tells of an error.
Result<void> checkReply(std::string_view body);

/// `body` with every top-level "model" set to `model`; added where there is none.
Result<std::string> withModel(std::string_view body, std::string_view model);

} // namespace pm::embeddings
