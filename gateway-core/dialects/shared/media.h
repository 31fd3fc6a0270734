// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "chat/chat.h"

#include <optional>
#include <string>
#include <string_view>

// Where bytes of pictures and documents come from. Pure functions.
namespace pm::shared {

/// A "data:" URL taken apart; nothing for another URL or one that is not base64.
std::optional<MediaSource> fromDataUrl(std::string_view url);

/// As one URL: base64 as "data:" with its media type, or `otherType` where it has none; else the source's own.
void writeUrl(json::Writer &out, const MediaSource &source, std::string_view otherType);

/// The media type that the first bytes show, for clients that leave it out; empty when they show none that is known.
std::string_view sniffedMediaType(std::string_view base64);

/// The media type that the source names, else the one that its first bytes show; empty when neither tells.
std::string mediaTypeOf(const MediaSource &source);

} // namespace pm::shared
