// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "dialects/dialect.h"

#include <cstddef>
#include <string>
#include <vector>

// Writing of the turns of a request; a file for each role. For the OpenAI Chat dialect's own files only.
namespace pm::openai {

/// Writes turn after turn of one request. What it is given must outlive it; used once.
class MessageWriter
{
public:
    MessageWriter(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses)
        : m_out(out)
        , m_request(request)
        , m_target(target)
        , m_losses(losses)
    {
    }
    /// The value of `messages`. Errors: NotSupported, naming the place in the request.
    Result<void> writeAll();

private:
    /// A picture or file that its tool message could not hold, and the call it belongs to.
    struct Moved
    {
        const Part *part;
        const ToolResultPart *result;
        std::string at;
    };

    std::size_t openLoopBegin() const;
    void schemaInstruction();
    void system(const Message &message);
    void assistant(const Message &message, bool inOpenLoop);
    Result<void> userRun(std::size_t begin, std::size_t end);
    Result<void> toolResult(const ToolResultPart &result, const std::string &at, std::vector<Moved> &moved);
    Result<void> movedMedia(const std::vector<Moved> &moved);
    Result<void> user(const Message &message, const std::string &at);
    void noteCacheMark(const Part &part);
    void writeCall(const ToolCallPart &call, bool inOpenLoop);

    json::Writer &m_out;
    const ChatRequest &m_request;
    const TargetTraits &m_target;
    Losses &m_losses;
    bool m_echoes = false; ///< any turn has reasoning, so every assistant turn must show some
};

} // namespace pm::openai
