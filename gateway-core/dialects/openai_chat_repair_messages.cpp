// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat_repair.h"

#include "base/text.h"
#include "dialects/openai_chat_fields.h"
#include "dialects/openai_chat_write.h"

#include <algorithm>
#include <array>

// The messages.
namespace pm::openai {

namespace {

/// One message as it will be written: members by name, values as JSON text.
struct Turn
{
    std::string role;
    std::vector<std::pair<std::string, std::string>> members;

    std::string *find(std::string_view name)
    {
        for (auto &[key, value] : members) {
            if (key == name)
                return &value;
        }
        return nullptr;
    }
};

std::string asJson(std::string_view text)
{
    std::string out;
    json::appendQuoted(out, text);
    return out;
}

Turn made(const std::string &role, std::string_view content)
{
    return {role, {{"role", asJson(role)}, {"content", asJson(content)}}};
}

/// tool_calls with each id respelled.
std::string withNineCharIds(json::Element calls)
{
    json::Writer out;
    out.beginArray();
    for (const json::Element call : items(calls)) {
        if (!call.is_object()) {
            out.raw(json::text(call));
            continue;
        }
        out.beginObject();
        for (const auto member : fields(call)) {
            if (member.key == "id" && member.value.is_string())
                out.member(member.key, nineCharId(member.value.get_string().value_unsafe()));
            else
                out.memberRaw(member.key, json::text(member.value));
        }
        out.endObject();
    }
    out.endArray();
    return out.take();
}

/// A message's content as the inside of a list of parts.
std::string asParts(const std::string &content)
{
    if (content.starts_with('['))
        return content.substr(1, content.size() - 2);
    if (content == "null" || content == "\"\"")
        return {};
    return R"({"type":"text","text":)" + content + "}";
}

/// Two contents as one: texts with an empty line between, else all parts of both.
std::string joined(const std::string &first, const std::string &second)
{
    const bool areTexts = first.starts_with('"') && second.starts_with('"');
    if (areTexts && first != "\"\"" && second != "\"\"")
        return first.substr(0, first.size() - 1) + "\\n\\n" + second.substr(1);
    if (areTexts)
        return first == "\"\"" ? second : first;
    const std::string a = asParts(first);
    const std::string b = asParts(second);
    return "[" + a + (a.empty() || b.empty() ? "" : ",") + b + "]";
}

class MessageRepair
{
public:
    MessageRepair(const TargetTraits &target, Losses &losses)
        : m_target(target)
        , m_odd(target.deviations)
        , m_losses(losses)
    {
    }

    std::string run(json::Element messages)
    {
        for (const json::Element message : items(messages)) {
            if (!message.is_object())
                return {}; // it is for the server to say so
            take(message);
        }
        if (m_target.echoReasoning)
            echo();
        if (m_odd.answerAfterTool)
            answerAfterTools();
        if (m_odd.alternates)
            alternate();
        return m_hasChanged ? written() : std::string();
    }

private:
    bool isDropped(const std::string &role, std::string_view name)
    {
        constexpr std::array<std::string_view, 3> kReasoning{"reasoning_content", "reasoning", "reasoning_details"};
        if (name == "name" && m_odd.noNames && role != "tool" && role != "function") {
            lose(m_losses, "messages: name");
            return true;
        }
        // Servers that take only what they know do not know these; the model's past thoughts are no loss.
        const bool isReasoning = std::find(kReasoning.begin(), kReasoning.end(), name) != kReasoning.end();
        return isReasoning && m_target.strictFields && !m_target.echoReasoning && !m_odd.reasoningDetails;
    }
    void take(json::Element message)
    {
        Turn turn;
        turn.role = json::findString(message, "role").value_or("");
        for (const auto member : fields(message)) {
            const std::string name(member.key);
            if (isDropped(turn.role, name)) {
                m_hasChanged = true;
                continue;
            }
            std::string value = json::text(member.value);
            if (m_odd.nineCharIds)
                respellIds(name, member.value, value);
            turn.members.emplace_back(name, std::move(value));
        }
        m_turns.push_back(std::move(turn));
    }
    void respellIds(const std::string &name, json::Element value, std::string &text)
    {
        const std::string before = text;
        if (name == "tool_calls" && value.is_array())
            text = withNineCharIds(value);
        else if (name == "tool_call_id" && value.is_string())
            text = asJson(nineCharId(value.get_string().value_unsafe()));
        m_hasChanged = m_hasChanged || text != before;
    }

    /// Either every assistant turn shows what the model thought, or none does.
    void echo()
    {
        const auto shows = [](Turn &turn) {
            const std::string *thought = turn.find("reasoning_content");
            return thought && *thought != "null" && *thought != "\"\"";
        };
        if (std::none_of(m_turns.begin(), m_turns.end(), shows))
            return;
        for (Turn &turn : m_turns) {
            std::string *thought = turn.find("reasoning_content");
            if (turn.role != "assistant" || (thought && *thought != "null"))
                continue;
            m_hasChanged = true;
            if (thought)
                *thought = "\"\"";
            else
                turn.members.emplace_back("reasoning_content", "\"\"");
        }
    }
    void answerAfterTools()
    {
        for (std::size_t i = 0; i + 1 < m_turns.size(); ++i) {
            if (m_turns[i].role != "tool" || m_turns[i + 1].role != "user")
                continue;
            lose(m_losses, "messages: an assistant turn put between tool and user");
            m_turns.insert(m_turns.begin() + std::ptrdiff_t(i) + 1, made("assistant", "Understood."));
            m_hasChanged = true;
        }
    }
    /// System turns first, then user and assistant in turns, a user first and last.
    void alternate()
    {
        std::vector<Turn> out;
        const auto isSystem = [](const std::string &role) { return role == "system" || role == "developer"; };
        for (Turn &turn : m_turns) {
            const bool isLate = isSystem(turn.role) && !out.empty() && !isSystem(out.back().role);
            const std::string role = isLate ? "user" : isSystem(turn.role) ? "system" : turn.role;
            if (role != turn.role) {
                m_hasChanged = true;
                turn.role = role;
                *turn.find("role") = asJson(role);
            }
            if (isLate)
                lose(m_losses, "system message moved into user turn");
            if (role == "assistant" && (out.empty() || isSystem(out.back().role))) {
                out.push_back(made("user", "."));
                lose(m_losses, "a user turn put first");
                m_hasChanged = true;
            }
            if (!out.empty() && out.back().role == role && merge(out.back(), turn)) {
                m_hasChanged = true;
                continue;
            }
            out.push_back(std::move(turn));
        }
        m_turns = std::move(out);
    }
    static bool merge(Turn &first, Turn &second)
    {
        std::string *into = first.find("content");
        const std::string *more = second.find("content");
        if (!into || !more || first.find("tool_calls") || second.find("tool_calls"))
            return false;
        *into = joined(*into, *more);
        return true;
    }
    std::string written() const
    {
        json::Writer out;
        out.beginArray();
        for (const Turn &turn : m_turns) {
            out.beginObject();
            for (const auto &[name, value] : turn.members)
                out.memberRaw(name, value);
            out.endObject();
        }
        out.endArray();
        return out.take();
    }

    const TargetTraits &m_target;
    const OpenAiDeviations &m_odd;
    Losses &m_losses;
    std::vector<Turn> m_turns;
    bool m_hasChanged = false;
};

} // namespace

std::string nineCharId(std::string_view id)
{
    constexpr std::size_t kSize = 9;
    const auto isPlain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    if (id.size() == kSize && std::all_of(id.begin(), id.end(), isPlain))
        return std::string(id);
    return stableHash(id).substr(0, kSize);
}

std::string repairedMessages(json::Element messages, const TargetTraits &target, Losses &losses)
{
    return MessageRepair(target, losses).run(messages);
}

} // namespace pm::openai
