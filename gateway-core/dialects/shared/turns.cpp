// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/shared/turns.h"

#include "dialects/shared/names.h"

#include <algorithm>
#include <set>

namespace pm::shared {

namespace {

TurnBlock textBlock(std::string text)
{
    return {TurnBlock::Kind::Text, nullptr, {}, std::move(text)};
}

TurnBlock partBlock(const Part &part)
{
    return {TurnBlock::Kind::Part, &part, {}, {}};
}

Failure soundNotSupported(std::size_t message, std::string_view format)
{
    Error error;
    error.kind = ErrorKind::NotSupported;
    error.param = "messages[" + std::to_string(message) + "]";
    error.message = error.param + ": the " + std::string(format) + " format has no audio; choose a model that hears";
    return fail(std::move(error));
}

bool hasSound(const Part &part)
{
    const auto *result = part.as<ToolResultPart>();
    return part.as<AudioPart>() ||
           (result && std::any_of(result->content.begin(), result->content.end(), hasSound));
}

/// First pass: messages to turns of alternating roles, without what the API does not take.
class Collector
{
public:
    Collector(const TargetTraits &target, std::string_view format, Losses &losses)
        : m_target(target)
        , m_format(format)
        , m_losses(losses)
    {
    }

    Result<void> take(const Message &message, std::size_t index)
    {
        if (!message.name.empty())
            note(m_losses, "messages: name");
        for (const Part &part : message.parts) {
            if (hasSound(part))
                return soundNotSupported(index, m_format);
            if (message.role == Role::System)
                system(part);
            else
                spoken(message.role == Role::User, part);
        }
        return {};
    }
    Conversation result() { return std::move(m_found); }

private:
    void system(const Part &part)
    {
        const auto *text = part.as<TextPart>();
        if (!text)
            return note(m_losses, "system message: what is not text");
        if (isBlank(text->text))
            return;
        // Bedrock refuses it, whoever made the model.
        if (isAttribution(text->text) && (m_target.family != "anthropic" || m_format != "Anthropic"))
            return note(m_losses, "system: x-anthropic-billing-header line");
        if (m_found.turns.empty())
            return m_found.system.push_back(&part);
        note(m_losses, "system message moved into user turn");
        noteMark(part);
        add(true, textBlock("[system] " + text->text));
    }
    void spoken(bool isUser, const Part &part)
    {
        if (const auto *text = part.as<TextPart>(); text && isBlank(text->text))
            return;
        if (const auto *thinking = part.as<ThinkingPart>(); thinking && !mayThink(thinking->signature))
            return note(m_losses, "reasoning of another provider");
        if (const auto *redacted = part.as<RedactedThinkingPart>();
            redacted && !isReadableBy(redacted->data, m_target.family))
            return note(m_losses, "reasoning of another provider");
        if (const auto *call = part.as<ToolCallPart>(); call && !call->signature.empty())
            note(m_losses, "reasoning of another provider"); // none of these formats signs calls
        if (const auto *refusal = part.as<RefusalPart>()) {
            noteMark(part);
            if (!isBlank(refusal->text))
                add(isUser, textBlock(refusal->text));
            return;
        }
        if (!isUser && (part.as<ImagePart>() || part.as<DocumentPart>()))
            return note(m_losses, "picture or document in an assistant message");
        add(isUser, partBlock(part));
    }
    /// Of a part whose words go elsewhere without it.
    void noteMark(const Part &part)
    {
        if (part.cache)
            note(m_losses, "cache_control");
    }
    /// Only Anthropic reads its signatures, and it refuses all others. A look-alike may want its thinking
    /// back.
    bool mayThink(const Signature &signature) const
    {
        return m_target.family == "anthropic" ? isReadableBy(signature, "anthropic") : m_target.echoReasoning;
    }
    void add(bool isUser, TurnBlock block)
    {
        if (m_found.turns.empty() || m_found.turns.back().isUser != isUser)
            m_found.turns.push_back({isUser, {}});
        m_found.turns.back().blocks.push_back(std::move(block));
    }

    const TargetTraits &m_target;
    std::string_view m_format;
    Losses &m_losses;
    Conversation m_found;
};

/// Second pass: every call gets an id that is unique and allowed, and one result at the start of the next
/// turn.
class Pairing
{
public:
    Pairing(std::vector<Turn> &turns, Losses &losses)
        : m_turns(turns)
        , m_losses(losses)
    {
    }

    void run()
    {
        for (std::size_t i = 0; i < m_turns.size(); ++i) {
            if (m_turns[i].isUser) {
                m_open.clear(); // of the turn before, whose results were taken below
                orphansToText(m_turns[i]);
                continue;
            }
            nameCalls(m_turns[i]);
            if (m_open.empty())
                continue;
            if (i + 1 == m_turns.size())
                m_turns.push_back({true, {}});
            answer(m_turns[i + 1]);
        }
    }

private:
    struct Open
    {
        std::string clientId;
        std::string id;
        bool isAnswered = false;
    };

    void nameCalls(Turn &turn)
    {
        m_open.clear();
        for (TurnBlock &block : turn.blocks) {
            const auto *call = block.part ? block.part->as<ToolCallPart>() : nullptr;
            if (!call)
                continue;
            block.kind = TurnBlock::Kind::Call;
            block.id = uniqueId(call->id);
            m_open.push_back({call->id, block.id});
        }
    }
    /// Some providers count their calls from 0 again in each answer; the API wants ids to differ.
    std::string uniqueId(const std::string &clientId)
    {
        const std::string base = clientId.empty() ? "call" : toolId(clientId);
        std::string id = base;
        for (std::size_t n = 2; !m_used.insert(id).second; ++n)
            id = base + "_" + std::to_string(n);
        return id;
    }
    void answer(Turn &turn)
    {
        std::vector<TurnBlock> results;
        std::vector<TurnBlock> rest;
        for (TurnBlock &block : turn.blocks) {
            const auto *result = block.part ? block.part->as<ToolResultPart>() : nullptr;
            Open *open = result ? openCall(result->toolCallId) : nullptr;
            if (!open) {
                rest.push_back(std::move(block));
                continue;
            }
            open->isAnswered = true;
            block.kind = TurnBlock::Kind::Result;
            block.id = open->id;
            results.push_back(std::move(block));
        }
        for (const Open &open : m_open) {
            if (open.isAnswered)
                continue;
            note(m_losses, "tool call without a result: answered as an error");
            results.push_back({TurnBlock::Kind::MissingResult, nullptr, open.id, {}});
        }
        results.insert(results.end(), std::make_move_iterator(rest.begin()),
                       std::make_move_iterator(rest.end()));
        turn.blocks = std::move(results);
    }
    Open *openCall(const std::string &clientId)
    {
        const auto found = std::find_if(m_open.begin(), m_open.end(), [&](const Open &open) {
            return !open.isAnswered && open.clientId == clientId;
        });
        return found == m_open.end() ? nullptr : &*found;
    }
    /// A result whose call is gone (cut histories) still says something.
    void orphansToText(Turn &turn)
    {
        std::vector<TurnBlock> kept;
        for (TurnBlock &block : turn.blocks) {
            const auto *result = block.part ? block.part->as<ToolResultPart>() : nullptr;
            if (!result || block.kind == TurnBlock::Kind::Result) {
                kept.push_back(std::move(block));
                continue;
            }
            note(m_losses, "tool result without its call: given as text");
            std::string words = "[tool result " + result->toolCallId + "]";
            for (const Part &part : result->content) {
                if (const auto *text = part.as<TextPart>())
                    words += " " + text->text;
            }
            kept.push_back(textBlock(std::move(words)));
            for (const Part &part : result->content) {
                if (part.as<ImagePart>() || part.as<DocumentPart>())
                    kept.push_back(partBlock(part));
            }
        }
        turn.blocks = std::move(kept);
    }

    std::vector<Turn> &m_turns;
    Losses &m_losses;
    std::vector<Open> m_open;
    std::set<std::string> m_used;
};

/// Calls in user turns cannot be written; only a foreign reader could make them.
void dropMisplaced(std::vector<Turn> &turns, Losses &losses)
{
    for (Turn &turn : turns) {
        const auto isMisplaced = [&](const TurnBlock &block) {
            if (!block.part)
                return false;
            return turn.isUser ? block.part->as<ToolCallPart>() || block.part->as<ThinkingPart>() ||
                                     block.part->as<RedactedThinkingPart>()
                               : block.part->as<ToolResultPart>() != nullptr;
        };
        const auto from = std::remove_if(turn.blocks.begin(), turn.blocks.end(), isMisplaced);
        if (from != turn.blocks.end())
            note(losses, "blocks in a message of the wrong role");
        turn.blocks.erase(from, turn.blocks.end());
        if (turn.blocks.empty())
            turn.blocks.push_back(textBlock("."));
    }
}

bool startsWithThinking(const Turn &turn)
{
    const Part *first = turn.blocks.front().part;
    return first && (first->as<ThinkingPart>() || first->as<RedactedThinkingPart>());
}

bool loopLacksThinking(const std::vector<Turn> &turns)
{
    if (turns.size() < 2)
        return false;
    const Turn &last = turns.back();
    const TurnBlock::Kind first = last.blocks.front().kind;
    const bool isLoop =
        last.isUser && (first == TurnBlock::Kind::Result || first == TurnBlock::Kind::MissingResult);
    return isLoop && !startsWithThinking(turns[turns.size() - 2]);
}

} // namespace

Result<Conversation> arrange(const ChatRequest &request, const TargetTraits &target, std::string_view format,
                             Losses &losses)
{
    Collector collector(target, format, losses);
    for (std::size_t i = 0; i < request.messages.size(); ++i) {
        if (auto taken = collector.take(request.messages[i], i); !taken)
            return fail(taken.error());
    }
    Conversation found = collector.result();
    dropMisplaced(found.turns, losses);
    if (found.turns.empty() || !found.turns.front().isUser) {
        note(losses, "a user turn put first");
        found.turns.insert(found.turns.begin(), {true, {textBlock(".")}});
    }
    Pairing(found.turns, losses).run();
    found.loopLacksThinking = loopLacksThinking(found.turns);
    return found;
}

} // namespace pm::shared
