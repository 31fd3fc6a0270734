// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "http/upstream_script.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What the files of the demo provider share; nobody else includes this. All functions are pure.
namespace pm::demo {

constexpr std::int64_t kCreated = 1767225600; ///< 2026-01-01: answers depend on the request alone

/// POST /chat/completions, plain or streamed. `body` is the text of `request`, for ids.
http::Script answerChat(json::Element request, std::string_view body);

struct Call
{
    std::string name;
    std::string arguments;
};

/// What is answered, before it is cut into chunks.
struct Answer
{
    std::string id;
    std::string model;
    std::vector<std::string> words; ///< their concatenation is the content
    std::vector<Call> calls;
    std::string_view finish = "stop";
    std::int64_t promptTokens = 0;
    std::chrono::milliseconds pace{0}; ///< before each word
    bool includeUsage = false;
    std::int64_t completionTokens() const
    {
        std::size_t count = words.size();
        for (const Call &call : calls)
            count += 1 + call.arguments.size() / 4;
        return static_cast<std::int64_t>(count);
    }
};

http::Script whole(const Answer &answer);
http::Script streamed(const Answer &answer);

/// POST /embeddings: unit vectors made from a hash of each input.
http::Script answerEmbeddings(json::Element request);

/// A value for a JSON schema: required members only, the first of an enum, the least of a range. Local
/// references are followed; nesting is bounded, and null stands where it ends.
std::string exampleFor(json::Element schema);

http::Script answerJson(int status, std::string json);
/// An error body in OpenAI's shape.
http::Script answerError(int status, std::string_view type, std::string_view code, std::string_view message);

std::string hexOf(std::uint64_t value);

} // namespace pm::demo
