// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/anthropic_open_blocks.h"

#include "base/json.h"
#include "dialects/anthropic_fields.h"

#include <algorithm>

namespace pm::anthropic {

namespace {

Failure broken(std::string_view what)
{
    return fail(ErrorKind::UpstreamBroken, "the provider's stream has " + std::string(what));
}

std::int64_t indexOf(json::Element root)
{
    return json::findInt(root, "index").value_or(0);
}

std::string textOf(json::Element object, std::string_view name)
{
    return std::string(json::findString(object, name).value_or(""));
}

} // namespace

OpenBlocks::Block *OpenBlocks::find(std::int64_t index)
{
    const auto found = std::find_if(m_blocks.begin(), m_blocks.end(),
                                    [&](const Block &block) { return block.index == index; });
    return found == m_blocks.end() ? nullptr : &*found;
}

OpenBlocks::Block &OpenBlocks::put(std::int64_t index, Kind kind)
{
    Block block;
    block.index = index;
    block.kind = kind;
    m_blocks.push_back(std::move(block));
    return m_blocks.back();
}

Result<void> OpenBlocks::start(json::Element root, Deltas &out)
{
    const auto content = json::findObject(root, "content_block");
    if (!content)
        return broken("a content_block_start without content_block");
    const std::int64_t index = indexOf(root);
    if (Block *left = find(index)) // never stopped
        close(*left, out);
    if (m_blocks.size() >= kMost)
        return broken("too many open blocks");
    open(index, *content, out);
    return {};
}

void OpenBlocks::open(std::int64_t index, json::Element content, Deltas &out)
{
    const auto type = json::findString(content, "type").value_or("");
    if (type == "text") {
        addPiece(put(index, Kind::Text), textOf(content, "text"), out);
    } else if (type == "thinking") {
        addPiece(put(index, Kind::Thinking), textOf(content, "thinking"), out);
        if (std::string signature = textOf(content, "signature"); !signature.empty())
            out.push_back(SignatureDelta{{std::move(signature), {}}});
    } else if (type == "redacted_thinking") {
        put(index, Kind::Other);
        out.emplace_back(RedactedThinkingDelta{{textOf(content, "data"), {}}});
    } else if (type == "tool_use") {
        openCall(put(index, Kind::ToolUse), content, out);
    } else {
        put(index, Kind::Other);
    }
}

void OpenBlocks::openCall(Block &block, json::Element content, Deltas &out)
{
    block.call = m_calls++;
    const auto input = json::findObject(content, "input");
    block.input = input ? json::text(*input) : "{}";
    out.emplace_back(ToolCallStart{block.call, textOf(content, "id"), textOf(content, "name")});
}

void OpenBlocks::addPiece(Block &block, std::string piece, Deltas &out)
{
    if (piece.empty())
        return;
    switch (block.kind) {
    case Kind::Text:
        block.hasText = true;
        out.emplace_back(TextDelta{std::move(piece)});
        break;
    case Kind::Thinking:
        out.emplace_back(ThinkingDelta{std::move(piece)});
        break;
    case Kind::ToolUse:
        block.hasArguments = true;
        out.emplace_back(ToolCallDelta{block.call, std::move(piece)});
        break;
    case Kind::Other:
        break;
    }
}

Result<void> OpenBlocks::add(json::Element root, bool marked, Deltas &out)
{
    const auto delta = json::findObject(root, "delta");
    if (!delta)
        return broken("a content_block_delta without delta");
    const auto type = json::findString(*delta, "type").value_or("");
    const std::int64_t index = indexOf(root);
    Block *block = find(index);
    if (type == "text_delta" || type == "thinking_delta") {
        const bool isText = type == "text_delta";
        if (!block && m_blocks.size() >= kMost)
            return broken("too many open blocks");
        if (!block) // some servers leave out the start
            block = &put(index, isText ? Kind::Text : Kind::Thinking);
        addPiece(*block, block->joiner.join(textOf(*delta, isText ? "text" : "thinking"), marked), out);
    } else if (type == "input_json_delta") {
        if (!block)
            return broken("tool input for a block that was never started");
        addPiece(*block, block->joiner.join(textOf(*delta, "partial_json"), marked), out);
    } else if (type == "citations_delta") {
        const auto citation = json::findObject(*delta, "citation");
        if (block && citation && block->citations.size() < kMostCitations)
            block->citations.push_back(readCitation(*citation));
    } else if (type == "signature_delta") {
        out.push_back(SignatureDelta{{textOf(*delta, "signature"), {}}});
    }
    return {};
}

void OpenBlocks::close(Block &block, Deltas &out)
{
    addPiece(block, block.joiner.flush(), out);
    if (block.hasText) {
        for (Citation &citation : block.citations)
            out.emplace_back(CitationDelta{std::move(citation)});
    }
    if (block.kind == Kind::ToolUse && !block.hasArguments)
        addPiece(block, block.input, out);
    m_blocks.erase(m_blocks.begin() + (&block - m_blocks.data()));
}

void OpenBlocks::stop(json::Element root, Deltas &out)
{
    if (Block *block = find(indexOf(root)))
        close(*block, out);
}

void OpenBlocks::stopAll(Deltas &out)
{
    while (!m_blocks.empty())
        close(m_blocks.front(), out);
}

} // namespace pm::anthropic
