// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>

// As much of a request as mock_upstream looks at.
namespace mock {

/// The number right after `key` in `text`; `otherwise` where there is none.
long numberAfter(std::string_view text, std::string_view key, long otherwise);

/// Bytes of the body, 0 where the head does not say. Case of the name is not looked at beyond what clients
/// really send.
std::size_t contentLength(std::string_view head);

bool wantsStream(std::string_view body);

} // namespace mock
