// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "chat/chat.h"

#include <optional>
#include <string>
#include <vector>

// Reading of requests, by the part of the request. For the Anthropic dialect's own files only.
namespace pm::anthropic {

/// One content block of a request. Nothing for a block that the vocabulary cannot hold; its name is then
/// added to `uncarried`. Error: BadRequest, naming `at` or the field below it.
Result<std::optional<Part>> readBlock(json::Element block, const std::string &at,
                                      std::vector<std::string> &uncarried);

/// A string, or an array of blocks.
Result<std::vector<Part>> readContent(json::Element content, const std::string &at,
                                      std::vector<std::string> &uncarried);

/// The source of an image or document.
Result<MediaSource> readSource(json::Element block, const std::string &at,
                               std::vector<std::string> &uncarried);

/// tools, tool_choice.
Result<void> readTools(json::Element root, ChatRequest &request);

/// thinking, output_config, output_format.
Result<void> readOutputSettings(json::Element root, ChatRequest &request);

} // namespace pm::anthropic
