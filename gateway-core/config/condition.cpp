// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/condition.h"

#include <algorithm>

namespace pm::config {

namespace {

std::string testText(const Condition &test)
{
    if (test.op == Condition::Op::Exists)
        return test.field + (test.values.front() == "true" ? " exists" : " is missing");
    std::string values;
    for (const std::string &value : test.values)
        values += (values.empty() ? "" : ", ") + value;
    const bool isFlag = test.op == Condition::Op::Eq && values == "true" && test.field.starts_with("request.has-");
    return isFlag ? test.field : test.field + " " + std::string(opRow(test.op).sign) + " " + values;
}

} // namespace

const std::vector<ConditionOp> &conditionOps()
{
    using Op = Condition::Op;
    static const std::vector<ConditionOp> table{
        {Op::Eq, "eq", "is"},         {Op::Ne, "ne", "is not"},   {Op::In, "in", "in", true},
        {Op::Nin, "nin", "not in", true}, {Op::Regex, "regex", "matches"}, {Op::Gt, "gt", ">"},
        {Op::Gte, "gte", ">="},       {Op::Lt, "lt", "<"},        {Op::Lte, "lte", "<="},
        {Op::Exists, "exists", "exists"},
    };
    return table;
}

const ConditionOp &opRow(Condition::Op op)
{
    const auto &table = conditionOps();
    return *std::find_if(table.begin(), table.end(), [op](const ConditionOp &row) { return row.op == op; });
}

const std::vector<ConditionField> &conditionFields()
{
    // THE TABLE: what routing/request_fields.h can answer.
    static const std::vector<ConditionField> table{
        {"request.model", "the model asked for, as the client wrote it"},
        {"request.endpoint", "`chat`, `embeddings`, `images` and so on"},
        {"request.format", "the client's format: `openai`, `anthropic`, `gemini` and so on"},
        {"request.stream", "true when the answer is to be streamed"},
        {"request.searches-web", "true when a search of the provider's own is offered as a tool"},
        {"request.has-tools", "true when tools are offered or were used"},
        {"request.has-image", "true when there is a picture"},
        {"request.has-audio", "true when there is sound"},
        {"request.has-document", "true when there is a document"},
        {"request.wants-json-schema", "true when the answer must follow a JSON schema"},
        {"request.wants-reasoning", "true when thinking is asked for"},
        {"request.input-tokens", "estimate of the prompt's tokens"},
        {"request.max-tokens", "the most tokens of answer that are asked for; missing when not said"},
        {"request.class", "the class that the strategy `task` would see"},
        {"request.prompt", "text of the last user turn and the system prompt, its first 4 KiB"},
        {"metadata.", "`x-pointsman-metadata-NAME`, `helicone-property-NAME`, or `metadata.NAME` of the body"},
        {"header.", "a header field of the request, by its name in lower case"},
        {"client.key", "the name of the client key that was used"},
        {"client.app", "the program, from its user agent: `claude-code`, `codex`, `openai-js`"},
        {"client.user", "`helicone-user-id`, `user`, or `metadata.user_id` of the body"},
        {"client.session", "`x-pointsman-session`, `helicone-session-id` and the like"},
        {"time.hour", "0 to 23, of this machine's clock"},
        {"time.weekday", "`mon` to `sun`"},
        {"time.date", "as `2026-11-27`"},
    };
    return table;
}

std::string conditionText(const Condition &condition)
{
    if (condition.isAlways())
        return "always";
    if (condition.kind == Condition::Kind::Test)
        return testText(condition);
    if (condition.kind == Condition::Kind::Not)
        return "not (" + (condition.parts.empty() ? std::string("always") : conditionText(condition.parts.front())) + ")";
    std::string text;
    for (const Condition &part : condition.parts) {
        const bool isMixed = part.kind == Condition::Kind::Any || part.kind == Condition::Kind::All;
        text += text.empty() ? "" : condition.kind == Condition::Kind::All ? " and " : " or ";
        text += isMixed ? "(" + conditionText(part) + ")" : conditionText(part);
    }
    return text;
}

} // namespace pm::config
