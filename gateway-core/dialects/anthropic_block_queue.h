// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/chat.h"

#include <deque>
#include <string>
#include <string_view>

namespace pm::anthropic {

/// Tells when the text of a JSON object, coming in pieces, is complete: its outermost bracket has closed.
class ObjectProgress
{
public:
    void take(std::string_view piece);
    bool isComplete() const { return m_isComplete; }

private:
    void step(char c);

    int m_depth = 0;
    bool m_inString = false;
    bool m_isEscaped = false;
    bool m_isComplete = false;
};

/// Writes the content_block events of one streamed answer. Blocks of this format never interleave and never
/// reopen, so they stand in a queue: the first is live and streams, later ones gather their pieces until it
/// is complete. Where calls come one after the other, as nearly always, nothing waits. Owned by one stream
/// writer.
class BlockQueue
{
public:
    enum class Kind { Text, Thinking, Redacted, ToolUse };

    /// Goes on with the last block when it is of this kind and open, else with a new one.
    void addText(Kind kind, std::string_view text, std::string &out);
    /// Ends the thinking block; opens an empty one when there is none: with its display off, thinking is a
    /// signature alone.
    void addSignature(const std::string &signature, std::string &out);
    void addRedacted(const std::string &data, std::string &out);
    void startCall(int call, const std::string &id, const std::string &name, std::string &out);
    /// Pieces for a call that is not open are passed over: nothing that the format has could carry them.
    void addArguments(int call, std::string_view piece, std::string &out);
    /// Writes out what waits and closes everything.
    void drain(std::string &out);

    /// More waits than may; the stream must fail.
    bool isOverfull() const { return m_waiting > kMostWaiting; }

    static constexpr std::size_t kMostWaiting = 16 * 1024 * 1024;

private:
    struct Block
    {
        Kind kind = Kind::Text;
        int call = -1;         ///< for ToolUse
        std::string id;        ///< for ToolUse
        std::string name;      ///< for ToolUse
        std::string waiting;   ///< pieces that came before the block was live; the data of Redacted
        std::string signature; ///< that came before the block was live
        bool isClosed = false; ///< nothing more will come
        ObjectProgress progress;
    };

    void push(Block block, std::string &out);
    void addPiece(Block &block, std::string_view piece, std::string &out);
    void advance(std::string &out);
    void openLive(std::string &out);
    void closeLive(std::string &out);
    void writePiece(Kind kind, std::string_view piece, std::string &out);
    void writeDelta(std::string_view type, std::string_view member, std::string_view value, std::string &out);
    bool isLive(const Block &block) const { return &block == &m_queue.front(); }

    std::deque<Block> m_queue; ///< the first is live
    std::size_t m_waiting = 0;
    std::int64_t m_index = 0; ///< of the live block
};

} // namespace pm::anthropic
