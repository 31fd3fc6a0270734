// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "chat/chat.h"
#include "dialects/framing/surrogates.h"

#include <cstdint>
#include <string>
#include <vector>

namespace pm::anthropic {

/// The content blocks of one streamed answer that have begun and not ended. Reads the content_block events
/// into deltas; blocks of a server's own tools and of kinds still to come are passed over. Errors are
/// UpstreamBroken. Owned by one stream reader.
class OpenBlocks
{
public:
    using Deltas = std::vector<ChatDelta>;

    /// `root` is the event's data.
    Result<void> start(json::Element root, Deltas &out);
    /// `marked`: the event went through markLoneSurrogates.
    Result<void> add(json::Element root, bool marked, Deltas &out);
    void stop(json::Element root, Deltas &out);
    /// Ends those that were never stopped.
    void stopAll(Deltas &out);

    bool hasCalls() const { return m_calls > 0; }

private:
    enum class Kind { Text, Thinking, ToolUse, Other };
    struct Block
    {
        std::int64_t index = 0;
        Kind kind = Kind::Other;
        int call = 0;              ///< for ToolUse
        bool hasArguments = false; ///< for ToolUse
        std::string input;         ///< for ToolUse: what came whole with the start, "{}" when nothing
        bool hasText = false;            ///< for Text
        std::vector<Citation> citations; ///< for Text: they may come before its words, and belong behind them
        SurrogateJoiner joiner;
    };

    void open(std::int64_t index, json::Element content, Deltas &out);
    void openCall(Block &block, json::Element content, Deltas &out);
    void close(Block &block, Deltas &out);
    void addPiece(Block &block, std::string piece, Deltas &out);
    Block *find(std::int64_t index);
    Block &put(std::int64_t index, Kind kind);

    static constexpr std::size_t kMost = 256;
    static constexpr std::size_t kMostCitations = 512; ///< of one block

    std::vector<Block> m_blocks;
    int m_calls = 0;
};

} // namespace pm::anthropic
