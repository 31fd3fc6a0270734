// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/chat.h"

#include <string>
#include <string_view>

// Cascade's look at an answer before the client sees it. Plain functions, any thread.
namespace pm {

struct AnswerCheck
{
    std::string_view checks;   ///< "empty,refusal,json,tools,cut,logprob": any of them
    double leastLogprob = -1;  ///< mean log-probability of a token, for logprob
    std::string_view body;     ///< of an answer in OpenAI's chat format that was no stream: where log-probabilities are
};

/// Why the answer is poor: "arguments of get_weather are no JSON object". Empty when it passes. What cannot be told,
/// such as log-probabilities that the provider did not send, passes.
std::string poorReason(const ChatReply &reply, const ChatRequest &asked, const AnswerCheck &check);

} // namespace pm
