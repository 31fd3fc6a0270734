// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/protocol_gemini.h"

#include "base/json.h"

#include <set>
#include <vector>

namespace pm::test {

namespace {

class Judge
{
public:
    std::string take(json::Element response)
    {
        if (m_isOver)
            return "something follows the end";
        if (json::findObject(response, "error"))
            return takeError(response);
        const auto candidates = json::findArray(response, "candidates");
        if (!candidates || candidates->size() != 1)
            return "a response has not exactly one candidate";
        const json::Element candidate = candidates->at(0).value_unsafe();
        const auto content = json::findObject(candidate, "content");
        const auto parts = content ? json::findArray(*content, "parts") : std::nullopt;
        if (!parts || parts->size() == 0 || json::findString(*content, "role") != "model")
            return "a candidate has no parts of the model";
        for (const json::Element part : *parts) {
            if (std::string fault = takePart(part); !fault.empty())
                return fault;
        }
        m_isOver = json::findString(candidate, "finishReason").has_value();
        if (json::findObject(response, "usageMetadata") && !m_isOver)
            return "the counts come before the end";
        return {};
    }
    std::string end() const { return m_isOver ? std::string() : "there is no finishReason"; }

private:
    std::string takeError(json::Element response)
    {
        const auto error = json::findObject(response, "error");
        m_isOver = true;
        const bool isWhole = json::findInt(*error, "code") && json::findString(*error, "message") &&
                             json::findString(*error, "status");
        return isWhole ? std::string() : "an error lacks code, message or status";
    }
    std::string takePart(json::Element part)
    {
        const auto call = json::findObject(part, "functionCall");
        if (!call)
            return json::findString(part, "text") ? std::string() : "a part is neither text nor call";
        if (json::findString(*call, "name").value_or("").empty() || !json::findObject(*call, "args"))
            return "a call lacks its name or an object of arguments";
        const std::string id(json::findString(*call, "id").value_or(""));
        return id.empty() || m_ids.insert(id).second ? std::string() : "two calls have one id";
    }

    std::set<std::string> m_ids;
    bool m_isOver = false;
};

std::string judgeArray(std::string_view stream)
{
    const auto document = json::Document::parse(stream);
    json::Array responses;
    if (!document || document->root().get_array().get(responses))
        return "the stream is no JSON array";
    Judge judge;
    for (const json::Element response : responses) {
        if (std::string fault = judge.take(response); !fault.empty())
            return fault;
    }
    return judge.end();
}

} // namespace

std::string geminiStreamFault(std::string_view stream, bool isArray)
{
    constexpr std::string_view kData = "data: ";
    if (isArray)
        return judgeArray(stream);
    Judge judge;
    while (!stream.empty()) {
        const std::size_t end = stream.find("\n\n");
        if (end == std::string_view::npos || !stream.starts_with(kData))
            return "an event is not one line of data and an empty line";
        const auto document = json::Document::parse(stream.substr(kData.size(), end - kData.size()));
        if (!document)
            return "an event's data is no JSON";
        if (std::string fault = judge.take(document->root()); !fault.empty())
            return fault;
        stream.remove_prefix(end + 2);
    }
    return judge.end();
}

} // namespace pm::test
