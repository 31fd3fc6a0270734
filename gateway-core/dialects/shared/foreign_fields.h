// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialects/dialect.h"

// What a request holds that many formats have no place for, so that their writers name it. Pure functions.
namespace pm::shared {

/// True when a picture asks for a resolution, in results too; "auto" is what leaving it out means.
bool asksForDetail(const ChatRequest &request);

/// True when a document that is not plain text has a title, in results too. The title of a text goes before it.
bool hasDocumentTitle(const ChatRequest &request);

/// True when a prompt-cache breakpoint stands anywhere: behind the prompt, a part, a part of a result or a tool.
bool hasCacheMark(const ChatRequest &request);

/// True when a thought comes with its maker's signature.
bool hasThinkingSignature(const ChatRequest &request);

/// Names what Claude has no field for in any of its formats: sampling, the cache's key, metadata.
void noteUnknownToClaude(const ChatRequest &request, Losses &losses);

} // namespace pm::shared
