// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/condition_yaml.h"

#include "config/scalars.h"
#include "config/yaml_path.h"

#include <re2/re2.h>

#include <algorithm>

namespace pm::config {

using yaml::Child;
using yaml::Node;

namespace {

using Op = Condition::Op;
using Kind = Condition::Kind;

const ConditionOp *findOp(std::string_view name)
{
    if (name.starts_with('$')) // as Portkey and Mongo spell them
        name.remove_prefix(1);
    for (const ConditionOp &row : conditionOps()) {
        if (row.name == name)
            return &row;
    }
    return nullptr;
}

/// "and" -> All; nothing for a field.
std::optional<Kind> groupOf(std::string_view key)
{
    if (key.starts_with('$'))
        key.remove_prefix(1);
    if (key == "and")
        return Kind::All;
    if (key == "or")
        return Kind::Any;
    if (key == "not")
        return Kind::Not;
    return std::nullopt;
}

Node scalarNode(std::string text)
{
    Node node;
    node.kind = Node::Kind::Scalar;
    node.text = std::move(text);
    return node;
}

Child entryOf(std::string key, Node value)
{
    return {std::move(key), {}, {}, std::move(value)};
}

Condition testOf(const std::string &field, const ConditionOp &row, const Node &value)
{
    Condition test;
    test.kind = Kind::Test;
    test.field = field;
    test.op = row.op;
    if (value.isList()) {
        for (const Child &item : value.children)
            test.values.push_back(item.value.text);
    } else {
        test.values.push_back(value.text);
    }
    return test;
}

/// The tests of one entry: a value, a list that means `in`, or a map of operators.
void buildTests(const Child &entry, std::vector<Condition> &into)
{
    if (entry.value.isMap()) {
        for (const Child &each : entry.value.children) {
            if (const ConditionOp *row = findOp(each.key))
                into.push_back(testOf(entry.key, *row, each.value));
        }
    } else {
        into.push_back(testOf(entry.key, opRow(entry.value.isList() ? Op::In : Op::Eq), entry.value));
    }
}

void buildEntry(const Child &entry, std::vector<Condition> &into)
{
    const auto group = groupOf(entry.key);
    if (!group)
        return buildTests(entry, into);
    Condition condition;
    condition.kind = *group;
    if (*group == Kind::Not) {
        condition.parts.push_back(buildCondition(entry.value));
    } else {
        for (const Child &item : entry.value.children)
            condition.parts.push_back(buildCondition(item.value));
    }
    into.push_back(std::move(condition));
}

std::string fieldProblem(const std::string &field)
{
    std::vector<std::string> names;
    for (const ConditionField &known : conditionFields()) {
        if (field == known.name || (known.name.ends_with('.') && field.size() > known.name.size()
                                    && field.starts_with(known.name)))
            return {};
        names.emplace_back(known.name);
    }
    const std::string meant = didYouMean(field, names);
    return "unknown field '" + field + "'"
           + (meant.empty() ? "; fields begin with request. metadata. header. client. or time." : meant);
}

void checkValue(const Child &at, const ConditionOp &row, const std::string &path, const TellProblem &tell)
{
    const Node &value = at.value;
    const std::string name(row.name);
    if (row.takesList != value.isList())
        return tell(at, path, name + (row.takesList ? " takes a list of values" : " takes one value, not a list"));
    if (value.isMap() || (value.isScalar() && value.isNull()) || value.kind == Node::Kind::Null)
        return tell(at, path, name + " needs a value");
    if (row.takesList && value.children.empty())
        return tell(at, path, name + " needs at least one value");
    for (const Child &item : value.children) {
        if (!item.value.isScalar())
            return tell(item, path, "a value here must be a text or a number");
    }
    if (row.op == Op::Exists && !parseBool(value.text))
        return tell(at, path, "exists takes true or false");
    const bool isSize = row.op == Op::Gt || row.op == Op::Gte || row.op == Op::Lt || row.op == Op::Lte;
    if (isSize && value.text.empty())
        return tell(at, path, name + " needs a number");
    if (row.op == Op::Regex) {
        RE2::Options options;
        options.set_log_errors(false);
        const RE2 pattern(value.text, options);
        if (!pattern.ok())
            tell(at, path, "not a regular expression: " + pattern.error());
    }
}

void checkTests(const Child &entry, const std::string &path, const TellProblem &tell)
{
    if (const std::string problem = fieldProblem(entry.key); !problem.empty())
        return tell(entry, path, problem);
    if (!entry.value.isMap())
        return checkValue(entry, opRow(entry.value.isList() ? Op::In : Op::Eq), path, tell);
    if (entry.value.children.empty())
        return tell(entry, path, "give a value, or an operator and a value");
    for (const Child &each : entry.value.children) {
        const std::string place = joinedPath(path, each.key);
        if (const ConditionOp *row = findOp(each.key)) {
            checkValue(each, *row, place, tell);
            continue;
        }
        std::vector<std::string> names;
        for (const ConditionOp &row : conditionOps())
            names.emplace_back(row.name);
        const std::string meant = didYouMean(each.key, names);
        tell(each, place,
             "unknown operator '" + each.key + "'"
                 + (meant.empty() ? "; there are eq, ne, in, nin, regex, gt, gte, lt, lte, exists" : meant));
    }
}

/// May the parts of an `and` stand in one map? Not when two would have the same key.
bool fitsOneMap(const std::vector<Condition> &parts)
{
    std::vector<std::string> keys;
    for (const Condition &part : parts) {
        if (part.kind == Kind::All)
            return false;
        std::string key = part.kind == Kind::Any ? "or" : part.kind == Kind::Not ? "not" : part.field;
        if (std::find(keys.begin(), keys.end(), key) != keys.end())
            return false;
        keys.push_back(std::move(key));
    }
    return true;
}

Child writeEntry(const Condition &part)
{
    if (part.kind == Kind::Not)
        return entryOf("not", writeCondition(part.parts.empty() ? Condition() : part.parts.front()));
    if (part.kind != Kind::Test) {
        Node list;
        list.kind = Node::Kind::List;
        for (const Condition &each : part.parts)
            list.children.push_back(entryOf({}, writeCondition(each)));
        return entryOf(part.kind == Kind::Any ? "or" : "and", std::move(list));
    }
    const ConditionOp &row = opRow(part.op);
    Node value = scalarNode(part.values.empty() ? std::string() : part.values.front());
    if (row.takesList) {
        value = Node();
        value.kind = Node::Kind::List;
        for (const std::string &text : part.values)
            value.children.push_back(entryOf({}, scalarNode(text)));
    }
    if (part.op == Op::Eq || part.op == Op::In) // a list alone means one of them
        return entryOf(part.field, std::move(value));
    Node map;
    map.kind = Node::Kind::Map;
    map.children.push_back(entryOf(std::string(row.name), std::move(value)));
    return entryOf(part.field, std::move(map));
}

} // namespace

Condition buildCondition(const Node &node)
{
    Condition condition;
    for (const Child &entry : node.children)
        buildEntry(entry, condition.parts);
    if (condition.parts.size() == 1)
        return Condition(condition.parts.front());
    return condition;
}

void checkCondition(const Child &child, const std::string &path, const TellProblem &tell)
{
    if (!child.value.isMap() || child.value.children.empty())
        return tell(child, path, "a condition is a map of fields and values, such as {request.has-image: true}");
    for (const Child &entry : child.value.children) {
        const auto group = groupOf(entry.key);
        const std::string place = joinedPath(path, entry.key);
        if (!group) {
            checkTests(entry, place, tell);
        } else if (*group == Kind::Not) {
            checkCondition(entry, place, tell);
        } else if (!entry.value.isList() || entry.value.children.empty()) {
            tell(entry, place, entry.key + " takes a list of conditions");
        } else {
            for (std::size_t i = 0; i < entry.value.children.size(); ++i)
                checkCondition(entry.value.children[i], joinedPath(place, std::to_string(i)), tell);
        }
    }
}

Node writeCondition(const Condition &condition)
{
    Node map;
    map.kind = Node::Kind::Map;
    if (condition.kind == Kind::All && fitsOneMap(condition.parts)) {
        for (const Condition &part : condition.parts)
            map.children.push_back(writeEntry(part));
    } else {
        map.children.push_back(writeEntry(condition));
    }
    return map;
}

} // namespace pm::config
