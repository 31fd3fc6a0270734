// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/chat_facts.h"

#include <map>
#include <optional>

namespace pm::test {

/// The same JSON with members in the order of their names and without white space; other text as it is.
std::string canonical(std::string_view json);
/// What a grammar demands, without its envelope; empty for none.
std::string grammarOf(std::string_view grammar);

/// Collects statements. What is empty or not set says nothing.
class FactList
{
public:
    void setting(std::string what, std::string value) { add(std::move(what), std::move(value), Fact::Kind::Setting); }
    void words(std::string what, std::string value) { add(std::move(what), std::move(value), Fact::Kind::Words); }
    void number(std::string what, std::optional<std::int64_t> value);
    void number(std::string what, std::optional<double> value);
    void mark(const std::string &where, const std::optional<CacheMark> &mark);
    void message(const Message &message);
    Facts take() { return std::move(m_facts); }

private:
    void add(std::string what, std::string value, Fact::Kind kind);
    void part(const std::string &who, const Part &part);
    void text(const std::string &who, const TextPart &text);
    void media(const std::string &what, const MediaSource &source);
    void call(const ToolCallPart &call);
    void result(const ToolResultPart &result);
    void signature(std::string what, const Signature &signature);

    Facts m_facts;
    std::map<std::string, std::string> m_calls; ///< id -> its number
    int m_callCount = 0;
    int m_citations = 0;
};

} // namespace pm::test
