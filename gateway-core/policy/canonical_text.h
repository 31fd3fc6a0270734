// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "chat/chat.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

// A request's parts as one text, whatever format they came in. Pure, any thread.
namespace pm::policy {

/// Text of members with lengths nowhere: every text is quoted, so that none runs into the next.
class CanonicalText
{
public:
    explicit CanonicalText(std::string &out) : m_out(out) {}

    void name(std::string_view name) { m_out.append(name).append(":"); }
    void text(std::string_view name_, std::string_view value);
    void json(std::string_view name_, std::string_view value);
    template <typename Number>
    void number(std::string_view name_, const std::optional<Number> &value)
    {
        if (!value)
            return;
        name(name_);
        json::Writer writer;
        if constexpr (std::is_same_v<Number, bool>)
            writer.boolean(*value);
        else
            writer.number(*value);
        m_out.append(writer.text()).append(",");
    }
    void flag(std::string_view name_, bool value)
    {
        if (value)
            m_out.append(name_).append(",");
    }
    std::string &out() { return m_out; }

private:
    std::string &m_out;
};

/// Ids of calls are drawn at random: what counts is which result belongs to which call.
class CallNames
{
public:
    std::string of(const std::string &id)
    {
        return std::to_string(m_numbers.emplace(id, m_numbers.size()).first->second);
    }

private:
    std::map<std::string, std::size_t> m_numbers;
};

void addSettings(CanonicalText &out, const ChatRequest &request);
void addTools(CanonicalText &out, const ChatRequest &request);
void addMessage(CanonicalText &out, const Message &message, CallNames &calls);

} // namespace pm::policy
