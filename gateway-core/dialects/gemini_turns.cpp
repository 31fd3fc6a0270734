// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/gemini_turns.h"

#include "dialects/gemini_fields.h"

#include <algorithm>
#include <utility>

namespace pm::gemini {

namespace {

using Kind = TurnPart::Kind;

/// The line that Claude Code puts first in its system prompt: for Anthropic alone.
bool isAttribution(std::string_view text)
{
    return text.starts_with("x-anthropic-billing-header:");
}

TurnPart made(Kind kind, std::string text)
{
    TurnPart part;
    part.kind = kind;
    part.text = std::move(text);
    return part;
}

TurnPart of(const Part &part, Kind kind = Kind::Part)
{
    TurnPart made;
    made.kind = kind;
    made.part = &part;
    return made;
}

/// First pass: messages to turns of alternating roles, signatures to where the API wants them.
class Collector
{
public:
    Collector(const TargetTraits &target, Losses &losses)
        : m_target(target)
        , m_losses(losses)
    {
    }

    /// `inOpenLoop`: the model has not answered yet on what its calls gave back.
    void take(const Message &message, bool inOpenLoop)
    {
        m_inOpenLoop = inOpenLoop;
        if (!message.name.empty())
            note(m_losses, "messages: name");
        for (const Part &part : message.parts) {
            if (part.cache)
                note(m_losses, "cache_control");
            if (message.role == Role::System)
                system(part);
            else
                spoken(message.role == Role::User, part);
        }
        placeSignature();
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
        if (isAttribution(text->text))
            return note(m_losses, "system: x-anthropic-billing-header line");
        if (m_found.turns.empty())
            return m_found.system.push_back(text->text);
        note(m_losses, "system message moved into user turn");
        add(true, made(Kind::Text, "[system] " + text->text));
    }
    void spoken(bool isUser, const Part &part)
    {
        if (const auto *thinking = part.as<ThinkingPart>()) {
            if (m_inOpenLoop && thinking->signature.empty() && !thinking->text.empty())
                note(m_losses, "thinking");
            return reasoning(thinking->signature, isUser);
        }
        if (const auto *redacted = part.as<RedactedThinkingPart>())
            return reasoning(redacted->data, isUser);
        if (const auto *call = part.as<ToolCallPart>())
            return this->call(isUser, *call, part);
        placeSignature();
        if (const auto *text = part.as<TextPart>()) {
            if (!text->text.empty())
                add(isUser, of(part));
        } else if (const auto *refusal = part.as<RefusalPart>()) {
            if (!refusal->text.empty())
                add(isUser, made(Kind::Text, refusal->text));
        } else if (part.as<ToolResultPart>() && !isUser) {
            note(m_losses, "blocks in a message of the wrong role");
        } else {
            add(isUser, of(part));
        }
    }
    /// Thoughts themselves are not sent back; what they signed is, on the part that follows.
    void reasoning(const Signature &signature, bool isUser)
    {
        placeSignature();
        if (!isUser && isReadableBy(signature, m_target.family))
            m_signature = signature.value;
        else if (!signature.empty()) // without one it is the model's own business, and over
            note(m_losses, "reasoning of another provider");
    }
    void call(bool isUser, const ToolCallPart &call, const Part &part)
    {
        if (isUser)
            return note(m_losses, "blocks in a message of the wrong role");
        TurnPart entry = of(part, Kind::Call);
        entry.id = call.id;
        entry.name = call.name;
        if (isReadableBy(call.signature, m_target.family)) {
            placeSignature();
            entry.text = call.signature.value;
        } else {
            if (!call.signature.empty())
                note(m_losses, "reasoning of another provider");
            entry.text = std::exchange(m_signature, {});
        }
        add(false, std::move(entry));
    }
    /// A signature that no call followed belonged to the text before it.
    void placeSignature()
    {
        if (!m_signature.empty())
            add(false, made(Kind::Signature, std::exchange(m_signature, {})));
    }
    void add(bool isUser, TurnPart part)
    {
        if (m_found.turns.empty() || m_found.turns.back().isUser != isUser)
            m_found.turns.push_back({isUser, {}});
        m_found.turns.back().parts.push_back(std::move(part));
    }

    const TargetTraits &m_target;
    Losses &m_losses;
    Conversation m_found;
    std::string m_signature; ///< waits for its call
    bool m_inOpenLoop = false;
};

/// Second pass: one response for each call, in order, at the start of the turn behind it.
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
                orphansToText(m_turns[i]);
                continue;
            }
            std::vector<TurnPart> calls;
            for (const TurnPart &part : m_turns[i].parts) {
                if (part.kind == Kind::Call)
                    calls.push_back(part);
            }
            if (calls.empty())
                continue;
            if (i + 1 == m_turns.size())
                m_turns.push_back({true, {}});
            answer(calls, m_turns[i + 1].parts);
        }
    }

private:
    static const ToolResultPart *resultOf(const TurnPart &part)
    {
        return part.part && part.kind == Kind::Part ? part.part->as<ToolResultPart>() : nullptr;
    }
    void answer(const std::vector<TurnPart> &calls, std::vector<TurnPart> &parts)
    {
        std::vector<TurnPart> results;
        for (const TurnPart &call : calls) {
            const auto found = std::find_if(parts.begin(), parts.end(), [&](const TurnPart &part) {
                const ToolResultPart *result = resultOf(part);
                return result && result->toolCallId == call.id;
            });
            TurnPart result = made(Kind::MissingResult, {});
            if (found != parts.end()) {
                result = std::move(*found);
                result.kind = Kind::Result;
                parts.erase(found);
            } else {
                note(m_losses, "tool call without a result: answered as an error");
            }
            result.id = call.id;
            result.name = call.name;
            results.push_back(std::move(result));
        }
        results.insert(results.end(), std::make_move_iterator(parts.begin()), std::make_move_iterator(parts.end()));
        parts = std::move(results);
    }
    /// A result whose call is gone (cut histories) still says something.
    void orphansToText(Turn &turn)
    {
        std::vector<TurnPart> kept;
        for (TurnPart &part : turn.parts) {
            const ToolResultPart *result = resultOf(part);
            if (!result) {
                kept.push_back(std::move(part));
                continue;
            }
            note(m_losses, "tool result without its call: given as text");
            std::string words = "[tool result " + result->toolCallId + "]";
            for (const Part &inner : result->content) {
                if (const auto *text = inner.as<TextPart>())
                    words += " " + text->text;
            }
            kept.push_back(made(Kind::Text, std::move(words)));
            for (const Part &inner : result->content) {
                if (inner.as<ImagePart>() || inner.as<DocumentPart>() || inner.as<AudioPart>())
                    kept.push_back(of(inner));
            }
        }
        turn.parts = std::move(kept);
    }

    std::vector<Turn> &m_turns;
    Losses &m_losses;
};

bool hasResults(const Message &message)
{
    const auto isResult = [](const Part &part) { return part.as<ToolResultPart>() != nullptr; };
    return message.role == Role::User && std::any_of(message.parts.begin(), message.parts.end(), isResult);
}

/// Where the turns begin that belong to calls the model has not yet answered on; the end when it has.
std::size_t openLoopBegin(const std::vector<Message> &messages)
{
    std::size_t begin = messages.size();
    if (messages.empty() || !hasResults(messages.back()))
        return begin;
    while (begin > 0 && (messages[begin - 1].role != Role::User || hasResults(messages[begin - 1])))
        --begin;
    return begin;
}

/// Gemini 3 refuses a step whose first call has no signature. History that another model made has none.
void signFirstCalls(std::vector<Turn> &turns)
{
    for (Turn &turn : turns) {
        const auto first = std::find_if(turn.parts.begin(), turn.parts.end(),
                                        [](const TurnPart &part) { return part.kind == Kind::Call; });
        if (first != turn.parts.end() && first->text.empty())
            first->text = kNoSignature;
    }
}

} // namespace

Conversation arrange(const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    Collector collector(target, losses);
    const std::size_t loop = openLoopBegin(request.messages);
    for (std::size_t i = 0; i < request.messages.size(); ++i)
        collector.take(request.messages[i], i >= loop);
    Conversation found = collector.result();
    if (found.turns.empty() || !found.turns.front().isUser) {
        note(losses, "a user turn put first");
        found.turns.insert(found.turns.begin(), {true, {made(Kind::Text, ".")}});
    }
    Pairing(found.turns, losses).run();
    signFirstCalls(found.turns);
    return found;
}

} // namespace pm::gemini
