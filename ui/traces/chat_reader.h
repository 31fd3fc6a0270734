// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <vector>

// Reads a conversation out of stored bodies for people to look at: OpenAI chat and responses, Anthropic
// messages, whole or as event streams, and the common form (pipeline/understood.h). Tolerant: what it does not
// know it leaves out or shows as JSON. Safe from any thread.
namespace pm::ui {

struct ChatBlock
{
    enum class Kind { Text, Reasoning, ToolCall, ToolResult, Image, Other };
    Kind kind = Kind::Text;
    QString name; ///< of the tool; media type of the image
    QString text; ///< arguments of a call, size of an image, else what was said
    bool operator==(const ChatBlock &) const = default;
};

struct ChatMessage
{
    QString role; ///< "system", "user", "assistant", "tool"
    std::vector<ChatBlock> blocks;
    bool isAnswer = false; ///< came back; the others were sent
    bool isCached = false; ///< marked for the provider's prompt cache
    bool isCut = false;    ///< the stream or the stored body ended before it did
};

struct Conversation
{
    std::vector<ChatMessage> messages;
    QStringList tools; ///< names of the tools offered
    QString problem;   ///< why there is nothing or not all of it
};

/// The messages of a request body.
Conversation readRequest(const QByteArray &body);
/// The answer, JSON or server-sent events; empty blocks when there is none in it.
ChatMessage readAnswer(const QByteArray &body);

} // namespace pm::ui
