// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "chat/chat.h"
#include "dialects/framing/surrogates.h"

#include <optional>
#include <string>
#include <vector>

namespace pm::openai {

/// The tool calls of one streamed answer, put together from whatever servers send: late or repeated ids and
/// names, no index, one index for several calls, arguments as objects, plain-text custom calls, the old
/// function_call. A call opens when its name is known, and gets a made-up id when arguments come before an
/// id. Indices that go out count from 0 in the order of opening. Not thread-safe; owned by one stream reader.
class StreamedCalls
{
public:
    /// One entry of delta.tool_calls. `marked`: see SurrogateJoiner. `seed` goes into made-up ids.
    Result<void> take(json::Element entry, bool marked, std::string_view seed, std::vector<ChatDelta> &out);
    /// delta.function_call.
    Result<void> takeOld(json::Element call, bool marked, std::string_view seed, std::vector<ChatDelta> &out);
    /// The answer is complete: opens what waited, closes custom calls. Error: a call has arguments but no
    /// name.
    Result<void> close(std::string_view seed, std::vector<ChatDelta> &out);

    bool hasOpened() const { return m_opened > 0; }

private:
    struct Call
    {
        std::optional<std::int64_t> wireIndex;
        std::string id;
        std::string name;
        Signature signature; ///< Gemini's
        std::string waiting; ///< arguments that came before the call could open
        int index = -1;      ///< ours; -1 until it opens
        bool isCustom = false;
        SurrogateJoiner joiner;
    };

    Call *find(std::optional<std::int64_t> wireIndex, std::string_view id, std::string_view name);
    void open(Call &call, std::string_view seed, std::vector<ChatDelta> &out);
    Result<void> addArguments(Call &call, std::string text, std::string_view seed,
                              std::vector<ChatDelta> &out);
    Result<void> absorb(Call &call, json::Element inner, bool marked, std::string_view seed,
                        std::vector<ChatDelta> &out);

    std::vector<Call> m_calls;
    int m_opened = 0;
    std::size_t m_waitingBytes = 0;
};

} // namespace pm::openai
