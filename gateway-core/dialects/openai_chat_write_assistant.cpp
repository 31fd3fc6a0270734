// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat_message_writer.h"

#include "base/json.h"
#include "dialects/openai_chat_fields.h"
#include "dialects/openai_chat_reasoning.h"
#include "dialects/openai_chat_write.h"

// Assistant turns of requests.
namespace pm::openai {

namespace {

/// An assistant turn sorted into the places that a message of this dialect has.
struct Answer
{
    std::string text;
    std::string thinking;
    std::string refusal;
    std::vector<const ToolCallPart *> calls;
    bool hasSignature = false;
};

Answer sortAnswer(const std::vector<Part> &parts)
{
    Answer answer;
    bool afterCall = false;
    for (const Part &part : parts) {
        if (const auto *text = part.as<TextPart>()) {
            answer.text += afterCall && !answer.text.empty() ? "\n\n" : ""; // it has no place after the call
            answer.text += text->text;
            afterCall = false;
        } else if (const auto *thinking = part.as<ThinkingPart>()) {
            answer.thinking += thinking->text;
            answer.hasSignature = answer.hasSignature || !thinking->signature.empty();
        } else if (part.as<RedactedThinkingPart>()) {
            answer.hasSignature = true;
        } else if (const auto *refusal = part.as<RefusalPart>()) {
            answer.refusal += refusal->text;
        } else if (const auto *call = part.as<ToolCallPart>()) {
            answer.calls.push_back(call);
            afterCall = true;
        }
    }
    return answer;
}

} // namespace

void MessageWriter::assistant(const Message &message, bool inOpenLoop)
{
    for (const Part &each : message.parts) {
        noteCacheMark(each);
        if (isMedia(each) || each.as<DocumentPart>())
            lose(m_losses, "picture or document in an assistant message");
    }
    const Answer answer = sortAnswer(message.parts);
    // Past thinking is no loss: providers drop it themselves. Within an open tool loop it is.
    if (inOpenLoop && !answer.thinking.empty() && !m_echoes)
        lose(m_losses, "thinking");
    const bool givesDetails = m_target.deviations.reasoningDetails;
    if (inOpenLoop && answer.hasSignature && !givesDetails)
        lose(m_losses, "thinking signature");
    m_out.beginObject();
    m_out.member("role", "assistant");
    if (answer.text.empty() && (!answer.calls.empty() || !answer.refusal.empty()))
        m_out.memberNull("content");
    else
        m_out.member("content", answer.text);
    if (!answer.refusal.empty())
        m_out.member("refusal", answer.refusal);
    if (m_echoes)
        m_out.member("reasoning_content", answer.thinking);
    if (givesDetails)
        writeReasoningDetails(m_out, message.parts, m_target.family);
    if (!message.name.empty())
        m_out.member("name", message.name);
    if (!answer.calls.empty()) {
        m_out.key("tool_calls");
        m_out.beginArray();
        for (const ToolCallPart *call : answer.calls)
            writeCall(*call, inOpenLoop);
        m_out.endArray();
    }
    m_out.endObject();
}

void MessageWriter::writeCall(const ToolCallPart &call, bool inOpenLoop)
{
    const std::string name = targetToolName(call.name, m_losses);
    const bool isCustom = m_target.customTools && isCustomTool(m_request, call.name);
    if (call.signature.empty() || isReadableBy(call.signature, m_target.family))
        return writeToolCall(m_out, call, name, isCustom);
    if (inOpenLoop)
        lose(m_losses, "thinking signature");
    ToolCallPart plain = call;
    plain.signature = {};
    writeToolCall(m_out, plain, name, isCustom);
}

} // namespace pm::openai
