// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat.h"

#include "dialects/shared/openai_error.h"

namespace pm {

Error OpenAiChat::readError(int status, std::string_view body) const
{
    return openai::readErrorBody(status, body);
}

std::string OpenAiChat::writeError(const Error &error, std::string_view) const
{
    return openai::writeErrorBody(error); // the request id travels in a header of this dialect
}

} // namespace pm
