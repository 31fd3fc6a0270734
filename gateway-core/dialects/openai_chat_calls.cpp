// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat_calls.h"

#include "base/json.h"
#include "dialects/openai_chat_fields.h"
#include "dialects/shared/custom_tools.h"

namespace pm::openai {

namespace {

constexpr std::size_t kMostCalls = 1024;
constexpr std::size_t kMostWaiting = 16 * 1024 * 1024;

} // namespace

StreamedCalls::Call *StreamedCalls::find(std::optional<std::int64_t> wireIndex, std::string_view id,
                                         std::string_view name)
{
    Call *found = nullptr;
    if (wireIndex) {
        for (Call &call : m_calls) { // the last one: an index may have been used for several calls
            if (call.wireIndex == wireIndex)
                found = &call;
        }
    } else if (!m_calls.empty()) {
        const Call &last = m_calls.back();
        const bool continues = id.empty() ? name.empty() || last.name.empty()
                                          : last.id == id || (last.id.empty() && name.empty());
        found = continues ? &m_calls.back() : nullptr;
    }
    // One index with another id and a name of its own is another call.
    if (found && !found->id.empty() && !id.empty() && found->id != id && !name.empty() &&
        !found->name.empty())
        found = nullptr;
    if (!found && m_calls.size() < kMostCalls) {
        m_calls.emplace_back();
        m_calls.back().wireIndex = wireIndex;
        found = &m_calls.back();
    }
    return found;
}

void StreamedCalls::open(Call &call, std::string_view seed, std::vector<ChatDelta> &out)
{
    call.index = m_opened++;
    if (call.id.empty())
        call.id = madeUpCallId(seed, static_cast<std::size_t>(call.index));
    out.emplace_back(ToolCallStart{call.index, call.id, call.name, call.signature});
    if (call.isCustom)
        out.emplace_back(ToolCallDelta{call.index, R"({"input":")"});
    if (!call.waiting.empty())
        out.emplace_back(ToolCallDelta{call.index, call.waiting});
    m_waitingBytes -= call.waiting.size();
    call.waiting.clear();
}

Result<void> StreamedCalls::addArguments(Call &call, std::string text, std::string_view seed,
                                         std::vector<ChatDelta> &out)
{
    if (call.isCustom)
        text = jsonInside(text);
    if (call.index < 0 && !call.name.empty() && (!call.id.empty() || !text.empty()))
        open(call, seed, out);
    if (text.empty())
        return {};
    if (call.index >= 0) {
        out.emplace_back(ToolCallDelta{call.index, std::move(text)});
        return {};
    }
    m_waitingBytes += text.size();
    if (m_waitingBytes > kMostWaiting)
        return fail(ErrorKind::UpstreamBroken,
                    "the provider sends tool arguments without end and no tool name");
    call.waiting += text;
    return {};
}

Result<void> StreamedCalls::absorb(Call &call, json::Element inner, bool marked, std::string_view seed,
                                   std::vector<ChatDelta> &out)
{
    if (call.name.empty())
        call.name = json::findString(inner, "name").value_or("");
    const auto arguments = json::find(inner, call.isCustom ? "input" : "arguments");
    std::string text;
    if (arguments && arguments->is_string())
        text = call.joiner.join(arguments->get_string().value_unsafe(), marked);
    else if (arguments)
        text = json::text(*arguments);
    return addArguments(call, std::move(text), seed, out);
}

Result<void> StreamedCalls::take(json::Element entry, bool marked, std::string_view seed,
                                 std::vector<ChatDelta> &out)
{
    if (!entry.is_object())
        return {};
    const auto custom = json::findObject(entry, "custom");
    const auto inner = custom ? custom : json::findObject(entry, "function");
    const std::string_view id = json::findString(entry, "id").value_or("");
    const std::string_view name = inner ? json::findString(*inner, "name").value_or("") : std::string_view();
    Call *call = find(json::findInt(entry, "index"), id, name);
    if (!call)
        return fail(ErrorKind::UpstreamBroken, "the provider's answer has too many tool calls");
    call->isCustom = call->isCustom || (custom && call->index < 0);
    if (call->id.empty())
        call->id = id;
    if (call->signature.empty())
        call->signature = readCallSignature(entry, {});
    return inner ? absorb(*call, *inner, marked, seed, out) : Result<void>();
}

Result<void> StreamedCalls::takeOld(json::Element call, bool marked, std::string_view seed,
                                    std::vector<ChatDelta> &out)
{
    Call *only = find(0, {}, {});
    return only ? absorb(*only, call, marked, seed, out) : Result<void>();
}

Result<void> StreamedCalls::close(std::string_view seed, std::vector<ChatDelta> &out)
{
    for (Call &call : m_calls) {
        if (const std::string held = call.joiner.flush(); !held.empty()) {
            if (auto added = addArguments(call, held, seed, out); !added)
                return added;
        }
        if (call.index < 0 && call.name.empty() && call.waiting.empty())
            continue; // an empty entry, not a call
        if (call.index < 0 && call.name.empty())
            return fail(ErrorKind::UpstreamBroken, "the provider's answer has a tool call without a name");
        if (call.index < 0)
            open(call, seed, out);
        if (call.isCustom)
            out.emplace_back(ToolCallDelta{call.index, "\"}"});
    }
    return {};
}

} // namespace pm::openai
