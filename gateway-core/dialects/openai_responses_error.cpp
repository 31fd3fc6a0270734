// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_responses.h"

#include "dialects/openai_responses_fields.h"

namespace pm {

Error OpenAiResponses::readError(int status, std::string_view body) const
{
    return openai::readErrorBody(status, body);
}

std::string OpenAiResponses::writeError(const Error &error, std::string_view) const
{
    return openai::writeErrorBody(error); // the request id travels in a header of this dialect
}

std::string OpenAiResponses::writeTokenCount(std::int64_t tokens) const
{
    return "{\"object\":\"response.input_tokens\",\"input_tokens\":" + std::to_string(tokens) + "}";
}

} // namespace pm
