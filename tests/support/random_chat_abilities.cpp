// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/random_chat.h"

namespace pm::test {

namespace {

Abilities openAiChat()
{
    Abilities can;
    can.names = can.developers = can.lateSystem = can.imageUrls = can.imageDetail = true;
    can.documents = can.documentTitles = can.audio = true;
    can.strictTools = can.forcedChoice = can.noneChoice = can.oneCallAtATime = true;
    can.seed = can.penalties = can.logitBias = can.effort = can.verbosity = can.user = can.cacheKey = can.jsonObject = true;
    return can;
}

Abilities openAiResponses()
{
    Abilities can;
    can.stops = false;
    can.developers = can.lateSystem = can.imageUrls = can.imageDetail = true;
    can.documents = can.documentTitles = can.audio = can.resultImages = true;
    can.thinking = true;
    can.signedBy = "openai";
    can.strictTools = can.forcedChoice = can.noneChoice = can.oneCallAtATime = true;
    can.effort = can.verbosity = can.user = can.metadata = can.cacheKey = can.jsonObject = true;
    return can;
}

Abilities anthropic()
{
    Abilities can;
    can.imageUrls = can.documents = can.documentTitles = can.failedResults = can.resultImages = true;
    can.thinking = can.sealed = can.cacheMarks = true;
    can.signedBy = "anthropic";
    can.strictTools = can.forcedChoice = can.noneChoice = can.oneCallAtATime = true;
    can.topK = can.effort = can.user = true;
    return can;
}

Abilities gemini()
{
    Abilities can;
    can.documents = can.audio = can.failedResults = can.resultImages = true;
    can.callsSignedBy = "gemini";
    can.forcedChoice = can.noneChoice = can.topK = can.seed = can.effort = can.jsonObject = true;
    return can;
}

Abilities ollama()
{
    Abilities can;
    can.thinking = can.lateSystem = true;
    can.topK = can.seed = can.penalties = can.jsonObject = true;
    return can;
}

Abilities bedrock()
{
    Abilities can;
    can.documents = can.documentTitles = can.failedResults = can.resultImages = true;
    can.thinking = can.sealed = can.cacheMarks = true;
    can.signedBy = "anthropic";
    can.forcedChoice = can.topK = can.effort = can.user = true;
    return can;
}

} // namespace

Abilities abilitiesOf(DialectId format)
{
    switch (format) {
    case DialectId::OpenAiChat: return openAiChat();
    case DialectId::OpenAiResponses: return openAiResponses();
    case DialectId::AnthropicMessages: return anthropic();
    case DialectId::Gemini: return gemini();
    case DialectId::Ollama: return ollama();
    case DialectId::Bedrock: return bedrock();
    case DialectId::OpenAiCompletions:
    case DialectId::Cohere: break;
    }
    return {};
}

Abilities everything()
{
    Abilities can = openAiChat();
    can.imageUrls = can.audio = can.stops = false; // some formats refuse the whole for them
    can.failedResults = can.resultImages = can.cacheMarks = can.topK = can.metadata = true;
    can.documents = false;
    return can;
}

} // namespace pm::test
