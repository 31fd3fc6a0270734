// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

// `when` of a route's rules: what a request has to be like. Plain values, any thread.
namespace pm::config {

/// A test of one field, or several conditions together. No parts and Kind::All: always true.
struct Condition
{
    enum class Kind { All, Any, Not, Test };
    /// Sizes compare numbers where both sides are numbers, else texts; Regex searches (RE2 syntax).
    enum class Op { Eq, Ne, In, Nin, Regex, Gt, Gte, Lt, Lte, Exists };

    Kind kind = Kind::All;
    std::vector<Condition> parts;    ///< of All and Any; one of Not
    std::string field;               ///< of Test: "request.has-image", "metadata.team"
    Op op = Op::Eq;
    std::vector<std::string> values; ///< one; of In and Nin any number; of Exists "true" or "false"

    bool isAlways() const { return kind == Kind::All && parts.empty(); }
    bool operator==(const Condition &) const = default;
};

/// A field that conditions may ask for; THE TABLE is in condition.cpp.
struct ConditionField
{
    std::string_view name;  ///< "request.has-image"; ends with '.' where any name may follow: "metadata."
    std::string_view sense; ///< for the reference page
};
const std::vector<ConditionField> &conditionFields();

struct ConditionOp
{
    Condition::Op op;
    std::string_view name; ///< "gt"
    std::string_view sign; ///< for people: ">"
    bool takesList = false;
};
const std::vector<ConditionOp> &conditionOps();
const ConditionOp &opRow(Condition::Op op);
/// In a line, for people: "metadata.team is ml and request.input-tokens > 60000".
std::string conditionText(const Condition &condition);

} // namespace pm::config
