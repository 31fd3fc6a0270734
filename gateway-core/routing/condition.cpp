// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/condition.h"

#include "base/text.h"
#include "config/scalars.h"
#include "routing/request_fields.h"

#include <re2/re2.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace pm::routing {

using config::Condition;
using Op = Condition::Op;

struct CompiledCondition::Part
{
    Condition::Kind kind = Condition::Kind::All;
    std::vector<Part> parts;
    std::string field;
    Op op = Op::Eq;
    std::vector<std::string> values;
    std::optional<double> number; ///< of the first value
    std::shared_ptr<const RE2> pattern;

    explicit Part(const Condition &condition);
    bool matches(const RequestFields &fields) const;
    bool test(const std::optional<std::string> &value) const;
    bool isOneOf(const std::string &value) const;
    bool compares(const std::string &value) const;
};

namespace {

/// Words of a configuration and of a request: TRUE and true, 1 and 1.0.
bool meanSame(const std::string &a, const std::string &b)
{
    if (a == b)
        return true;
    const auto x = config::parseNumber(a);
    const auto y = x ? config::parseNumber(b) : std::nullopt;
    if (x && y)
        return *x == *y;
    const std::string lower = lowerAscii(a);
    return (lower == "true" || lower == "false") && lower == lowerAscii(b);
}

bool holds(Op op, int order)
{
    switch (op) {
    case Op::Gt:
        return order > 0;
    case Op::Gte:
        return order >= 0;
    case Op::Lt:
        return order < 0;
    default:
        return order <= 0;
    }
}

} // namespace

CompiledCondition::Part::Part(const Condition &condition)
    : kind(condition.kind)
    , field(condition.field)
    , op(condition.op)
    , values(condition.values)
{
    for (const Condition &part : condition.parts)
        parts.emplace_back(part);
    if (!values.empty())
        number = config::parseNumber(values.front());
    if (op == Op::Regex && !values.empty()) {
        RE2::Options options;
        options.set_log_errors(false);
        pattern = std::make_shared<const RE2>(values.front(), options);
    }
}

bool CompiledCondition::Part::matches(const RequestFields &fields) const
{
    const auto fits = [&](const Part &part) { return part.matches(fields); };
    switch (kind) {
    case Condition::Kind::All:
        return std::all_of(parts.begin(), parts.end(), fits);
    case Condition::Kind::Any:
        return std::any_of(parts.begin(), parts.end(), fits);
    case Condition::Kind::Not:
        return !std::all_of(parts.begin(), parts.end(), fits);
    case Condition::Kind::Test:
        return test(fields.value(field));
    }
    return false;
}

bool CompiledCondition::Part::isOneOf(const std::string &value) const
{
    return std::any_of(values.begin(), values.end(), [&](const std::string &one) { return meanSame(one, value); });
}

bool CompiledCondition::Part::compares(const std::string &value) const
{
    if (values.empty())
        return false;
    const auto given = number ? config::parseNumber(value) : std::nullopt;
    if (number && given)
        return holds(op, *given < *number ? -1 : *given > *number ? 1 : 0);
    return !number && holds(op, value.compare(values.front())); // "abc" is no size beside 5
}

bool CompiledCondition::Part::test(const std::optional<std::string> &value) const
{
    switch (op) {
    case Op::Exists:
        return value.has_value() == (values.empty() || lowerAscii(values.front()) == "true");
    case Op::Ne:
    case Op::Nin:
        return !value || !isOneOf(*value);
    case Op::Eq:
    case Op::In:
        return value && isOneOf(*value);
    case Op::Regex:
        return value && pattern && pattern->ok() && RE2::PartialMatch(*value, *pattern);
    case Op::Gt:
    case Op::Gte:
    case Op::Lt:
    case Op::Lte:
        return value && compares(*value);
    }
    return false;
}

CompiledCondition::CompiledCondition(const Condition &condition)
    : m_root(std::make_unique<Part>(condition))
    , m_text(config::conditionText(condition))
{
}

CompiledCondition::~CompiledCondition() = default;

bool CompiledCondition::matches(const RequestFields &fields) const
{
    return m_root->matches(fields);
}

} // namespace pm::routing
