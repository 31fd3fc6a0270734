// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat_repair.h"

#include "dialects/framing/surrogates.h"
#include "dialects/openai_chat.h"
#include "dialects/openai_chat_fields.h"
#include "dialects/openai_chat_write.h"

#include <algorithm>
#include <array>

// The fields that stand beside the messages.
namespace pm {

namespace openai {

namespace {

/// The members of a body, to be changed and joined again. Values that stay keep their bytes, and all keep their order.
class FieldList
{
public:
    explicit FieldList(std::string_view body)
        : m_body(body)
    {
    }

    Result<void> read()
    {
        const auto members = json::members(m_body);
        if (!members)
            return fail(members.error());
        for (const json::Member &member : *members) {
            m_fields.push_back({std::string(member.name(m_body)),
                                std::string(m_body.substr(member.value.begin, member.value.end - member.value.begin))});
        }
        return {};
    }
    void set(std::string_view name, std::string value)
    {
        m_hasChanged = true;
        for (auto &[key, old] : m_fields) {
            if (key == name) {
                old = std::move(value);
                return;
            }
        }
        m_fields.push_back({std::string(name), std::move(value)});
    }
    void remove(std::string_view name)
    {
        m_hasChanged =
            std::erase_if(m_fields, [&](const auto &field) { return field.first == name; }) > 0 || m_hasChanged;
    }
    void rename(std::string_view from, std::string_view to)
    {
        for (auto &[key, value] : m_fields) {
            m_hasChanged = m_hasChanged || key == from;
            key = key == from ? std::string(to) : key;
        }
    }
    std::string text() const
    {
        if (!m_hasChanged)
            return std::string(m_body);
        std::string out = "{";
        for (const auto &[key, value] : m_fields) // names as they were written, escapes and all
            out.append(out.size() > 1 ? "," : "").append("\"").append(key).append("\":").append(value);
        return out + "}";
    }

private:
    std::string_view m_body;
    std::vector<std::pair<std::string, std::string>> m_fields;
    bool m_hasChanged = false;
};

/// Beside the core set; a server that refuses what it does not know refuses these.
constexpr std::array<std::string_view, 16> kExtras{
    "user",         "store",      "metadata",         "service_tier",      "verbosity", "logit_bias",
    "seed",         "modalities", "prediction",       "prompt_cache_key",  "audio",     "safety_identifier",
    "top_logprobs", "logprobs",   "presence_penalty", "frequency_penalty",
};

/// Repairs one body; used once.
class Repair
{
public:
    Repair(std::string_view body, json::Element root, const TargetTraits &target, Losses &losses)
        : m_root(root)
        , m_target(target)
        , m_odd(target.deviations)
        , m_losses(losses)
        , m_fields(body)
    {
    }

    Result<std::string> run()
    {
        if (auto read = m_fields.read(); !read)
            return fail(read.error());
        if (auto refused = refuseWhatChangesTheAnswer(); !refused)
            return fail(refused.error());
        dropFields();
        if (m_odd.randomSeed)
            m_fields.rename("seed", "random_seed");
        if (m_target.toolChoiceRequiredIsAny && json::findString(m_root, "tool_choice") == "required")
            m_fields.set("tool_choice", "\"any\"");
        clampTemperature();
        askForThinking();
        if (m_odd.toolStream && hasTools() && json::findBool(m_root, "stream").value_or(false))
            m_fields.set("tool_stream", "true");
        if (m_odd.strictAllOrNone)
            evenStrict();
        if (const auto messages = json::find(m_root, "messages"); messages && messages->is_array()) {
            if (std::string repaired = repairedMessages(*messages, m_target, m_losses); !repaired.empty())
                m_fields.set("messages", std::move(repaired));
        }
        return m_fields.text();
    }

private:
    bool hasTools() const
    {
        const auto tools = json::findArray(m_root, "tools");
        return tools && tools->size() > 0;
    }
    Failure refused(std::string param) const
    {
        Error error{ErrorKind::NotSupported, param + " cannot be asked of " + m_target.provider + "; leave it out"};
        error.param = std::move(param);
        return fail(std::move(error));
    }
    Result<void> refuseWhatChangesTheAnswer() const
    {
        if (m_odd.oneAnswer && json::findInt(m_root, "n").value_or(1) > 1)
            return refused("n");
        if (m_odd.noLogprobs && json::findBool(m_root, "logprobs").value_or(false))
            return refused("logprobs");
        const auto stop = json::find(m_root, "stop");
        if (m_odd.noStop && stop && !(stop->is_array() && items(*stop).size() == 0))
            return refused("stop");
        const auto choice = json::find(m_root, "tool_choice");
        const bool isForced = choice && (choice->is_object() || json::findString(m_root, "tool_choice") == "required");
        if (m_odd.noForcedTool && isForced)
            return refused("tool_choice");
        if (m_odd.noTools && hasTools() && json::findString(m_root, "tool_choice") != "none")
            return refused("tools");
        return {};
    }

    /// Takes a field out; it is a loss unless it says nothing (null, false, 0, 1 answer, nothing in it).
    void drop(std::string_view name, bool isLoss = true)
    {
        const auto value = json::find(m_root, name);
        if (isLoss && value) {
            const std::string text = json::text(*value);
            const bool isNothing = text == "null" || text == "false" || text == "0" || text == "0.0" || text == "[]" ||
                                   text == "{}" || (name == "n" && text == "1");
            if (!isNothing)
                lose(m_losses, std::string(name));
        }
        m_fields.remove(name);
    }
    bool isKept(std::string_view name) const
    {
        return (name == "seed" && m_odd.randomSeed) || (m_target.provider == "mistral" && name.ends_with("_penalty"));
    }
    void dropFields()
    {
        if (m_target.strictFields) {
            for (const std::string_view name : kExtras) {
                if (!isKept(name))
                    drop(name);
            }
        }
        const auto also = [&](bool isOdd, std::string_view name) {
            if (isOdd)
                drop(name);
        };
        also(m_odd.noLogprobs, "logprobs");
        also(m_odd.noLogprobs, "top_logprobs");
        also(m_odd.noLogitBias, "logit_bias");
        also(m_odd.noPenalties, "presence_penalty");
        also(m_odd.noPenalties, "frequency_penalty");
        also(m_odd.oneAnswer, "n");
        also(m_odd.noStop, "stop");
        also(!m_target.parallelToolCallsField, "parallel_tool_calls");
        if (!m_target.streamUsage)
            drop("stream_options", false); // the usage comes unasked
        for (const std::string_view name : {"tools", "tool_choice"}) {
            if (m_odd.noTools)
                drop(name, false);
        }
    }
    void clampTemperature()
    {
        const auto asked = json::findDouble(m_root, "temperature");
        if (m_odd.mostTemperature <= 0 || !asked || *asked <= m_odd.mostTemperature)
            return;
        json::Writer most;
        most.number(m_odd.mostTemperature);
        lose(m_losses, "temperature: lowered to " + most.text());
        m_fields.set("temperature", most.take());
    }
    void askForThinking()
    {
        const auto effort = json::findString(m_root, "reasoning_effort");
        if (m_odd.thinking == ThinkingField::None || !effort)
            return;
        const bool isOn = *effort != "none";
        m_fields.remove("reasoning_effort");
        switch (m_odd.thinking) {
        case ThinkingField::Type:
            if (!json::find(m_root, "thinking"))
                m_fields.set("thinking", isOn ? R"({"type":"enabled"})" : R"({"type":"disabled"})");
            break;
        case ThinkingField::Enable:
            if (!json::find(m_root, "enable_thinking"))
                m_fields.set("enable_thinking", isOn ? "true" : "false");
            break;
        case ThinkingField::Reasoning:
            if (!json::find(m_root, "reasoning")) {
                std::string value = R"({"enabled":false})";
                if (isOn) {
                    value = R"({"effort":)";
                    json::appendQuoted(value, *effort);
                    value += '}';
                }
                m_fields.set("reasoning", std::move(value));
            }
            return;
        case ThinkingField::None:
            break;
        }
        if (isOn && *effort != "medium")
            lose(m_losses, "reasoning_effort: given as on");
    }

    /// Where some tools are strict and some not, none is.
    void evenStrict()
    {
        const auto tools = json::findArray(m_root, "tools");
        if (!tools)
            return;
        std::size_t strict = 0;
        for (const json::Element tool : *tools) {
            const auto function = json::findObject(tool, "function");
            strict += function && json::findBool(*function, "strict").value_or(false) ? 1 : 0;
        }
        if (strict == 0 || strict == tools->size())
            return;
        lose(m_losses, "tools: strict");
        json::Writer out;
        out.beginArray();
        for (const json::Element tool : *tools)
            writeLoose(out, tool);
        out.endArray();
        m_fields.set("tools", out.take());
    }
    static void writeLoose(json::Writer &out, json::Element tool)
    {
        if (!tool.is_object())
            return out.raw(json::text(tool));
        out.beginObject();
        for (const auto member : fields(tool)) {
            out.key(member.key);
            if (member.key != "function" || !member.value.is_object()) {
                out.raw(json::text(member.value));
                continue;
            }
            out.beginObject();
            for (const auto inner : fields(member.value)) {
                if (inner.key != "strict")
                    out.memberRaw(inner.key, json::text(inner.value));
            }
            out.endObject();
        }
        out.endObject();
    }

    json::Element m_root;
    const TargetTraits &m_target;
    const OpenAiDeviations &m_odd;
    Losses &m_losses;
    FieldList m_fields;
};

} // namespace

bool isRegular(const TargetTraits &target)
{
    return target.deviations == OpenAiDeviations() && !target.strictFields && !target.echoReasoning &&
           !target.toolChoiceRequiredIsAny && target.parallelToolCallsField && target.streamUsage;
}

Result<std::string> repairedBody(std::string body, const TargetTraits &target, Losses &losses)
{
    if (isRegular(target))
        return body;
    const auto document = parseLenient(body);
    if (!document || !document->root().is_object())
        return body; // it is for others to say so
    return Repair(body, document->root(), target, losses).run();
}

} // namespace openai

Result<std::string> OpenAiChat::repaired(std::string body, const TargetTraits &target, Losses &losses) const
{
    return openai::repairedBody(std::move(body), target, losses);
}

} // namespace pm
