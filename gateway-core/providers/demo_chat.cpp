// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/demo_parts.h"

#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "dialects/dialect.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace pm::demo {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kLongestEcho = 4000; // bytes
constexpr milliseconds kLongestPace{5'000};

/// Text of a message: a string, or the text parts of a list.
std::string textOf(json::Element message)
{
    if (const auto text = json::findString(message, "content"))
        return std::string(*text);
    std::string text;
    if (const auto parts = json::findArray(message, "content")) {
        for (const json::Element part : *parts)
            text += json::findString(part, "text").value_or("");
    }
    return text;
}

std::size_t imagesIn(json::Element message)
{
    std::size_t images = 0;
    if (const auto parts = json::findArray(message, "content")) {
        for (const json::Element part : *parts)
            images += json::findString(part, "type") == "image_url" ? 1 : 0;
    }
    return images;
}

bool isNameCharacter(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
}

/// Where `text` asks for the tool: "call NAME", "use the tool `NAME`". npos when it does not. Both lower
/// case.
std::size_t askedAt(std::string_view text, std::string_view name)
{
    for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
        const std::size_t end = at + name.size();
        if ((end < text.size() && isNameCharacter(text[end])) || (at > 0 && isNameCharacter(text[at - 1])))
            continue;
        std::string_view before = text.substr(0, at);
        for (const std::string_view skipped : {"", "tool", "the"}) {
            if (!skipped.empty() && before.ends_with(skipped))
                before.remove_suffix(skipped.size());
            while (!before.empty() &&
                   std::string_view(" \t\n\"'`").find(before.back()) != std::string_view::npos)
                before.remove_suffix(1);
        }
        if (before.ends_with("call") || before.ends_with("use"))
            return at;
    }
    return std::string_view::npos;
}

Call callOf(std::string_view name, json::Element function)
{
    const auto parameters = json::findObject(function, "parameters");
    return {std::string(name), parameters ? exampleFor(*parameters) : "{}"};
}

/// The calls that the request asks for: by tool_choice, or in words.
std::vector<Call> callsFor(json::Element request, std::string_view userText)
{
    const auto tools = json::findArray(request, "tools");
    const std::string_view choice = json::findString(request, "tool_choice").value_or("");
    if (!tools || choice == "none")
        return {};
    const auto chosen = json::findObject(request, "tool_choice");
    const auto chosenFunction = chosen ? json::findObject(*chosen, "function") : std::nullopt;
    const auto forced = chosenFunction ? json::findString(*chosenFunction, "name") : std::nullopt;
    const std::string text = lowerAscii(userText);
    std::vector<std::pair<std::size_t, Call>> found;
    std::optional<Call> first;
    for (const json::Element tool : *tools) {
        const auto function = json::findObject(tool, "function");
        const auto name = function ? json::findString(*function, "name") : std::nullopt;
        if (!name || name->empty())
            continue;
        if (forced == *name)
            return {callOf(*name, *function)};
        if (!first)
            first = callOf(*name, *function);
        const std::size_t at = askedAt(text, lowerAscii(*name));
        if (at != std::string_view::npos)
            found.emplace_back(at, callOf(*name, *function));
    }
    std::sort(found.begin(), found.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
    std::vector<Call> calls;
    calls.reserve(found.size());
    for (auto &[at, call] : found)
        calls.push_back(std::move(call));
    if (calls.empty() && choice == "required" && first)
        calls.push_back(std::move(*first));
    if (calls.size() > 1 && json::findBool(request, "parallel_tool_calls") == false)
        calls.resize(1);
    return calls;
}

milliseconds paceOf(std::string_view model, std::string_view userText)
{
    constexpr std::string_view kKey = "pace=";
    if (const std::size_t at = userText.find(kKey); at != std::string_view::npos) {
        const std::string_view rest = userText.substr(at + kKey.size());
        int value = 0;
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
        const bool isMillis = std::string_view(end, rest.data() + rest.size()).starts_with("ms");
        if (error == std::errc() && isMillis && value >= 0)
            return std::min(milliseconds(value), kLongestPace);
    }
    return model == "demo-slow" ? milliseconds(250) : milliseconds(model == "demo" ? 20 : 0);
}

std::string capped(std::string_view text)
{
    return std::string(clipUtf8(text, kLongestEcho));
}

std::string contentFor(json::Element request, std::string_view userText, const std::string &toolResults)
{
    if (const auto format = json::findObject(request, "response_format")) {
        const auto wrapped = json::findObject(*format, "json_schema");
        if (const auto schema = wrapped ? json::findObject(*wrapped, "schema") : std::nullopt)
            return exampleFor(*schema);
        if (json::findString(*format, "type") == "json_object") {
            json::Writer out;
            out.beginObject();
            out.member("answer", capped(userText));
            out.endObject();
            return out.take();
        }
    }
    if (!toolResults.empty())
        return "The tool answered: " + capped(toolResults);
    return userText.empty() ? "Hello from Pointsman." : "Hello from Pointsman. You said: " + capped(userText);
}

/// Each with the white space that follows it.
std::vector<std::string> wordsOf(const std::string &text)
{
    std::vector<std::string> words;
    std::size_t start = 0;
    for (std::size_t i = 1; i <= text.size(); ++i) {
        const bool isEnd = i == text.size() || (text[i] != ' ' && text[i - 1] == ' ');
        if (isEnd) {
            words.push_back(text.substr(start, i - start));
            start = i;
        }
    }
    return words;
}

struct Conversation
{
    std::string userText;    ///< of the last user message
    std::string toolResults; ///< of the tool messages at the end
    std::int64_t tokens = 0;
};

Conversation readMessages(json::Array messages)
{
    Conversation read;
    std::size_t bytes = 0;
    std::size_t images = 0;
    for (const json::Element message : messages) {
        const std::string text = textOf(message);
        const std::string_view role = json::findString(message, "role").value_or("");
        bytes += text.size();
        images += imagesIn(message);
        if (role != "tool")
            read.toolResults.clear();
        if (role == "user")
            read.userText = text;
        else if (role == "tool")
            read.toolResults += (read.toolResults.empty() ? "" : "; ") + text;
    }
    read.tokens = estimateTokens(bytes, images);
    return read;
}

Answer makeAnswer(json::Element request, const Conversation &conversation, std::string_view body)
{
    Answer answer;
    answer.id = "chatcmpl-demo" + hexOf(fnv1a(body));
    answer.model = json::findString(request, "model").value_or("demo");
    answer.promptTokens = conversation.tokens;
    answer.pace = paceOf(answer.model, conversation.userText);
    if (const auto options = json::findObject(request, "stream_options"))
        answer.includeUsage = json::findBool(*options, "include_usage").value_or(false);
    if (conversation.toolResults.empty())
        answer.calls = callsFor(request, conversation.userText);
    if (!answer.calls.empty()) {
        answer.finish = "tool_calls";
        return answer;
    }
    answer.words = wordsOf(contentFor(request, conversation.userText, conversation.toolResults));
    auto limit = json::findInt(request, "max_completion_tokens");
    if (!limit)
        limit = json::findInt(request, "max_tokens");
    if (limit && *limit >= 0 && answer.words.size() > static_cast<std::size_t>(*limit)) {
        answer.words.resize(static_cast<std::size_t>(*limit));
        answer.finish = "length";
    }
    return answer;
}

} // namespace

http::Script answerChat(json::Element request, std::string_view body)
{
    const auto messages = json::findArray(request, "messages");
    if (!messages) {
        return answerError(400, "invalid_request_error", "invalid_messages",
                           "demo: messages must be a list of messages");
    }
    const Answer answer = makeAnswer(request, readMessages(*messages), body);
    return json::findBool(request, "stream").value_or(false) ? streamed(answer) : whole(answer);
}

} // namespace pm::demo
