// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/chat.h"

#include <string_view>

namespace pm::test {

/// Reads a v2/chat request as Cohere's servers do, which the program itself has no use for: only to see what a written
/// one says. Takes well-formed requests; of others it reads what it can.
ChatRequest readCohereRequest(std::string_view body);

} // namespace pm::test
