// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "traces/chat_reader.h"

#include <QJsonArray>
#include <QJsonObject>

namespace pm::ui {

/// Compact JSON of a value, for arguments and unknown parts.
QString jsonText(const QJsonValue &value);

/// One part of a content list, of any of the dialects. Nothing for parts that carry nothing to see.
void appendPart(std::vector<ChatBlock> &blocks, const QJsonObject &part);

/// A message's content: a string, or a list of parts.
std::vector<ChatBlock> readContent(const QJsonValue &content);

/// OpenAI's tool_calls and reasoning beside the content.
void appendOpenAiExtras(std::vector<ChatBlock> &blocks, const QJsonObject &message);

} // namespace pm::ui
