// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/chat.h"

#include <optional>
#include <string_view>

// What pictures and files are, where nobody says so. Pure functions.
namespace pm {

/// A "data:" URL taken apart; nothing for another URL or one that is not base64.
std::optional<MediaSource> fromDataUrl(std::string_view url);

/// The media type that the first bytes show; empty when they show none that is known.
std::string_view sniffedMediaType(std::string_view base64);

} // namespace pm
