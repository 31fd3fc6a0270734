// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/anthropic_block_queue.h"

#include "base/json.h"
#include "dialects/anthropic_write.h"
#include "dialects/framing/sse.h"

#include <algorithm>
#include <utility>

namespace pm::anthropic {

void ObjectProgress::take(std::string_view piece)
{
    for (const char c : piece)
        step(c);
}

void ObjectProgress::step(char c)
{
    if (m_isComplete)
        return;
    if (m_isEscaped) {
        m_isEscaped = false;
    } else if (m_inString) {
        m_isEscaped = c == '\\';
        m_inString = c != '"';
    } else if (c == '"') {
        m_inString = true;
    } else if (c == '{' || c == '[') {
        ++m_depth;
    } else if (c == '}' || c == ']') {
        m_isComplete = --m_depth <= 0;
    }
}

void BlockQueue::addText(Kind kind, std::string_view text, std::string &out)
{
    if (text.empty())
        return;
    if (m_queue.empty() || m_queue.back().kind != kind || m_queue.back().isClosed) {
        Block block;
        block.kind = kind;
        push(std::move(block), out);
    }
    addPiece(m_queue.back(), text, out);
}

void BlockQueue::addSignature(const std::string &signature, std::string &out)
{
    if (m_queue.empty() || m_queue.back().kind != Kind::Thinking || m_queue.back().isClosed) {
        Block block;
        block.kind = Kind::Thinking;
        push(std::move(block), out);
    }
    Block &block = m_queue.back();
    block.isClosed = true;
    if (isLive(block))
        writeDelta("signature_delta", "signature", signature, out);
    else
        block.signature = signature;
}

void BlockQueue::addRedacted(const std::string &data, std::string &out)
{
    Block block;
    block.kind = Kind::Redacted;
    block.waiting = data;
    block.isClosed = true;
    m_waiting += data.size();
    push(std::move(block), out);
}

void BlockQueue::startCall(int call, const std::string &id, const std::string &name, std::string &out)
{
    Block block;
    block.kind = Kind::ToolUse;
    block.call = call;
    block.id = id;
    block.name = name;
    push(std::move(block), out);
}

void BlockQueue::addArguments(int call, std::string_view piece, std::string &out)
{
    for (Block &block : m_queue) {
        if (block.kind != Kind::ToolUse || block.call != call)
            continue;
        addPiece(block, piece, out);
        return advance(out);
    }
}

void BlockQueue::push(Block block, std::string &out)
{
    m_queue.push_back(std::move(block));
    if (m_queue.size() == 1)
        openLive(out);
    advance(out);
}

void BlockQueue::addPiece(Block &block, std::string_view piece, std::string &out)
{
    if (piece.empty())
        return;
    if (block.kind == Kind::ToolUse)
        block.progress.take(piece);
    if (isLive(block))
        return writePiece(block.kind, piece, out);
    block.waiting.append(piece);
    m_waiting += piece.size();
}

void BlockQueue::advance(std::string &out)
{
    const auto isDone = [](const Block &block) {
        return block.kind != Kind::ToolUse || block.progress.isComplete();
    };
    while (m_queue.size() > 1 && isDone(m_queue.front()))
        closeLive(out);
}

void BlockQueue::drain(std::string &out)
{
    while (!m_queue.empty())
        closeLive(out);
}

void BlockQueue::openLive(std::string &out)
{
    Block &block = m_queue.front();
    std::string waiting = std::exchange(block.waiting, {});
    m_waiting -= std::min(m_waiting, waiting.size());
    json::Writer data;
    data.beginObject();
    data.member("type", "content_block_start");
    data.member("index", m_index);
    data.key("content_block");
    switch (block.kind) {
    case Kind::Text:
        writeTextBlock(data, "");
        break;
    case Kind::Thinking:
        writeThinkingBlock(data, {});
        break;
    case Kind::Redacted:
        writeRedactedBlock(data, {std::exchange(waiting, {})});
        break;
    case Kind::ToolUse:
        beginToolUseBlock(data, block.id, block.name, {});
        data.endObject();
        break;
    }
    data.endObject();
    appendSse(out, "content_block_start", data.text());
    if (!waiting.empty())
        writePiece(block.kind, waiting, out);
    if (!block.signature.empty())
        writeDelta("signature_delta", "signature", block.signature, out);
}

void BlockQueue::closeLive(std::string &out)
{
    json::Writer data;
    data.beginObject();
    data.member("type", "content_block_stop");
    data.member("index", m_index);
    data.endObject();
    appendSse(out, "content_block_stop", data.text());
    ++m_index;
    m_queue.pop_front();
    if (!m_queue.empty())
        openLive(out);
}

void BlockQueue::writePiece(Kind kind, std::string_view piece, std::string &out)
{
    switch (kind) {
    case Kind::Text:
        return writeDelta("text_delta", "text", piece, out);
    case Kind::Thinking:
        return writeDelta("thinking_delta", "thinking", piece, out);
    case Kind::ToolUse:
        return writeDelta("input_json_delta", "partial_json", piece, out);
    case Kind::Redacted:
        return;
    }
}

void BlockQueue::writeDelta(std::string_view type, std::string_view member, std::string_view value,
                            std::string &out)
{
    json::Writer data;
    data.beginObject();
    data.member("type", "content_block_delta");
    data.member("index", m_index);
    data.key("delta");
    data.beginObject();
    data.member("type", type);
    data.member(member, value);
    data.endObject();
    data.endObject();
    appendSse(out, "content_block_delta", data.text());
}

} // namespace pm::anthropic
