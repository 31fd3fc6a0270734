// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/gemini_fields.h"
#include "dialects/gemini_read.h"

#include "base/text.h"

#include <algorithm>
#include <deque>

namespace pm::gemini {

namespace {

/// One piece of media: {"mimeType", "data"} or {"mimeType", "fileUri"}.
Result<Part> readMedia(json::Element holder, bool isFile, const std::string &at)
{
    MediaSource source;
    source.kind = isFile ? MediaSource::Kind::Url : MediaSource::Kind::Base64;
    source.mediaType = findString(holder, "mimeType");
    source.data = findString(holder, isFile ? "fileUri" : "data");
    if (isFile && isGoogleHosted(source.data) && source.data.find("youtu") == std::string::npos)
        source.kind = MediaSource::Kind::FileId; // only Google can read it
    if (source.data.empty())
        return fail(badField(at + (isFile ? ".fileUri" : ".data"), "must be a string that is not empty"));
    if (!isFile && source.mediaType.empty())
        return fail(badField(at + ".mimeType", "must be a string"));
    if (!isFile && source.mediaType.starts_with("audio/"))
        return Part{AudioPart{source.mediaType.substr(6), source.data}, {}};
    if (source.mediaType.starts_with("image/"))
        return Part{ImagePart{std::move(source), {}}, {}};
    return Part{DocumentPart{std::move(source), std::string(findString(holder, "displayName"))}, {}};
}

/// What a function gave back, as text: the usual wrappers are taken off.
std::string responseText(json::Element response, bool &isError)
{
    const json::Object object = fields(response);
    if (object.size() == 1) {
        for (const std::string_view name : {"output", "result", "error"}) {
            const auto inner = json::find(response, name);
            if (!inner)
                continue;
            isError = name == "error";
            return inner->is_string() ? std::string(inner->get_string().value_unsafe()) : json::text(*inner);
        }
    }
    return json::text(response);
}

class Reader
{
public:
    explicit Reader(ChatRequest &request)
        : m_request(request)
    {
    }

    Result<void> content(json::Element content, std::size_t index)
    {
        const std::string at = place("contents", index);
        if (!content.is_object())
            return fail(badField(at, "must be an object"));
        const std::string_view role = findString(content, "role");
        const bool isModel = role == "model";
        if (!isModel && role != "user" && role != "function" && role != "system" && !role.empty())
            return fail(badField(at + ".role", "must be user or model"));
        Message message{isModel ? Role::Assistant : role == "system" ? Role::System : Role::User};
        m_index = index;
        if (auto parts = this->parts(content, at, message); !parts)
            return parts;
        m_request.messages.push_back(std::move(message));
        return {};
    }
    /// Its role means nothing: clients write "user", "system" or none.
    Result<void> system(json::Element instruction)
    {
        Message message{Role::System};
        if (instruction.is_string()) {
            message.parts.push_back({TextPart{std::string(instruction.get_string().value_unsafe())}, {}});
        } else if (!instruction.is_object()) {
            return fail(badField("systemInstruction", "must be an object with parts"));
        } else if (auto parts = this->parts(instruction, "systemInstruction", message); !parts) {
            return parts;
        }
        if (!message.parts.empty())
            m_request.messages.push_back(std::move(message));
        return {};
    }

private:
    struct Open
    {
        std::string name;
        std::string id;
    };

    Result<void> parts(json::Element content, const std::string &at, Message &message)
    {
        const auto found = find(content, "parts");
        if (!found)
            return {};
        if (found->is_object()) // protobuf's JSON takes one for a list of one
            return part(*found, at + ".parts", message, 0);
        if (!found->is_array())
            return fail(badField(at + ".parts", "must be an array"));
        std::size_t index = 0;
        for (const json::Element each : items(*found)) {
            if (auto taken = part(each, place(at + ".parts", index), message, index); !taken)
                return taken;
            ++index;
        }
        return {};
    }

    Result<void> part(json::Element part, const std::string &at, Message &message, std::size_t index)
    {
        if (!part.is_object())
            return fail(badField(at, "must be an object"));
        if (const auto call = find(part, "functionCall"))
            return this->call(part, *call, at, message, index);
        if (const auto response = find(part, "functionResponse"))
            return this->response(*response, at, message);
        for (const std::string_view name : {"inlineData", "fileData"}) {
            const auto holder = findObject(part, name);
            if (!holder)
                continue;
            auto media = readMedia(*holder, name == "fileData", at + "." + std::string(name));
            if (!media)
                return fail(media.error());
            message.parts.push_back(std::move(*media));
            return {};
        }
        if (find(part, "text"))
            return text(part, at, message);
        if (std::string odd = textOfOddPart(part); !odd.empty())
            message.parts.push_back({TextPart{std::move(odd)}, {}});
        else if (fields(part).size() > 0)
            note(m_request.uncarried, at + ": unknown part");
        return {};
    }

    Result<void> text(json::Element part, const std::string &at, Message &message)
    {
        const auto text = find(part, "text");
        if (!text->is_string())
            return fail(badField(at + ".text", "must be a string"));
        const std::string words(text->get_string().value_unsafe());
        const Signature signature = readSignature(part);
        std::vector<Part> &parts = message.parts;
        if (json::findBool(part, "thought").value_or(false)) {
            thought(words, signature, parts);
            return {};
        }
        if (!words.empty() || signature.empty())
            parts.push_back({TextPart{words}, {}});
        if (!signature.empty()) // of a text: kept behind it
            parts.push_back({ThinkingPart{{}, signature}, {}});
        return {};
    }

    /// Thoughts come in pieces, the signature with the last one.
    static void thought(const std::string &words, const Signature &signature, std::vector<Part> &parts)
    {
        if (auto redacted = openedRedacted(signature)) {
            parts.push_back({RedactedThinkingPart{std::move(*redacted)}, {}});
            return;
        }
        auto *last = parts.empty() ? nullptr : parts.back().as<ThinkingPart>();
        if (!last || !last->signature.empty()) {
            parts.push_back({ThinkingPart{words, signature}, {}});
            return;
        }
        last->text += words;
        last->signature = signature;
    }

    Result<void> call(json::Element part, json::Element call, const std::string &at, Message &message,
                      std::size_t index)
    {
        const std::string name(findString(call, "name"));
        if (name.empty())
            return fail(badField(at + ".functionCall.name", "must be a string that is not empty"));
        if (message.role != Role::Assistant)
            return fail(badField(at, "functionCall stands in contents of role model only"));
        const auto args = find(call, "args");
        if (args && !args->is_object())
            return fail(badField(at + ".functionCall.args", "must be an object"));
        ToolCallPart made;
        made.name = name;
        made.arguments = args ? json::text(*args) : "{}";
        made.id = findString(call, "id");
        if (made.id.empty())
            made.id = madeUpCallId(std::to_string(m_index), index, name, made.arguments);
        made.signature = readSignature(part);
        m_open.push_back({name, made.id});
        message.parts.push_back({std::move(made), {}});
        return {};
    }

    Result<void> response(json::Element response, const std::string &at, Message &message)
    {
        if (!response.is_object() || message.role == Role::Assistant)
            return fail(badField(at + ".functionResponse", "must be an object, in contents of role user"));
        ToolResultPart result;
        result.toolCallId = answered(findString(response, "id"), findString(response, "name"));
        if (const auto body = find(response, "response")) {
            if (!body->is_object())
                return fail(badField(at + ".functionResponse.response", "must be an object"));
            result.content.push_back({TextPart{responseText(*body, result.isError)}, {}});
        }
        if (const auto parts = findArray(response, "parts")) {
            for (const json::Element part : *parts) {
                const auto holder = part.is_object() ? findObject(part, "inlineData") : std::nullopt;
                if (!holder) {
                    note(m_request.uncarried, at + ".functionResponse.parts");
                    continue;
                }
                auto media = readMedia(*holder, false, at + ".functionResponse.parts");
                if (!media)
                    return fail(media.error());
                result.content.push_back(std::move(*media));
            }
        }
        message.parts.push_back({std::move(result), {}});
        return {};
    }

    /// The id of the call that a response belongs to.
    std::string answered(std::string_view id, std::string_view name)
    {
        auto found = std::find_if(m_open.begin(), m_open.end(),
                                  [&](const Open &open) { return !id.empty() && open.id == id; });
        if (found == m_open.end() && id.empty())
            found = std::find_if(m_open.begin(), m_open.end(), [&](const Open &open) { return open.name == name; });
        if (found == m_open.end())
            return std::string(id.empty() ? name : id);
        std::string own = found->id;
        m_open.erase(found);
        return own;
    }

    ChatRequest &m_request;
    std::size_t m_index = 0;
    std::deque<Open> m_open; ///< calls that nobody answered yet
};

} // namespace

Result<void> readConversation(json::Element root, ChatRequest &request)
{
    const auto contents = findArray(root, "contents");
    if (!contents)
        return fail(badField("contents", "must be an array"));
    Reader reader(request);
    if (const auto instruction = find(root, "systemInstruction")) {
        if (auto taken = reader.system(*instruction); !taken)
            return taken;
    }
    std::size_t index = 0;
    for (const json::Element content : *contents) {
        if (auto taken = reader.content(content, index++); !taken)
            return taken;
    }
    return {};
}

} // namespace pm::gemini
