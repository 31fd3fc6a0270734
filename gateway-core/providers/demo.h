// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/upstream_script.h"

#include <string>
#include <string_view>

namespace pm {

/// The built-in model. Deterministic; speaks the OpenAI chat format as if it were a provider, so that everything
/// else is exercised for real. Models:
///   demo          echoes the last user text after a greeting
///   demo-fast     the same without pauses
///   demo-slow     the same, 250 ms a word
///   demo-error-N  answers with HTTP status N
/// Asked to ("call TOOL", "use TOOL", or tool_choice), it calls an offered tool, with arguments made from its schema.
/// "pace=20ms" in the user text sets the pause between words. Embeddings are a hash of the text, unit length.
/// `path` is what follows the base URL: /chat/completions, /embeddings, /models.
http::Script answerDemo(std::string_view path, std::string_view body);

} // namespace pm
