// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

// What mock_upstream answers: whole HTTP messages, made once.
namespace mock {

struct Replies
{
    std::string reply;       ///< head and body
    std::string streamHead;  ///< head and what a stream begins with
    std::string streamEvent; ///< one content event
    std::string streamEnd;   ///< what a stream ends with, and the last chunk
};

const Replies &openAi();
const Replies &anthropic();

} // namespace mock
