// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/anthropic.h"

#include "base/json.h"
#include "base/text.h"
#include "dialects/anthropic_fields.h"

namespace pm {

std::string Anthropic::path(Operation operation, const TargetTraits &target, bool stream) const
{
    if (!target.platformVersion.empty())
        return operation == Operation::Chat
                   ? "/models/" + target.model + (stream ? ":streamRawPredict" : ":rawPredict")
                   : std::string();
    switch (operation) {
    case Operation::Chat: return "/messages";
    case Operation::CountTokens: return "/messages/count_tokens";
    case Operation::Embeddings: break;
    }
    return {};
}

namespace anthropic {

namespace {

constexpr std::size_t kPromptText = 8 * 1024;
constexpr std::size_t kDocumentBytesPerImage = 64 * 1024;

/// Bytes of all keys and strings below `element`.
std::size_t textBytes(json::Element element)
{
    if (element.is_string())
        return element.get_string().value_unsafe().size();
    std::size_t sum = 0;
    if (element.is_array()) {
        for (const json::Element item : items(element))
            sum += textBytes(item);
    } else if (element.is_object()) {
        for (const auto member : fields(element))
            sum += member.key.size() + textBytes(member.value);
    } else {
        sum += 2;
    }
    return sum;
}

/// Walks the request once and counts.
class Survey
{
public:
    explicit Survey(RequestFacts &facts)
        : m_facts(facts)
    {
    }

    void content(json::Element content)
    {
        if (!content.is_array()) {
            m_textBytes += textBytes(content);
            return;
        }
        for (const json::Element block : items(content))
            this->block(block);
    }
    void tools(json::Array list)
    {
        m_facts.hasTools = m_facts.hasTools || list.size() > 0;
        for (const json::Element tool : list)
            m_textBytes += textBytes(tool);
    }
    std::int64_t estimate() const { return estimateTokens(m_textBytes, m_images); }

private:
    void block(json::Element block)
    {
        const auto type = json::findString(block, "type").value_or("");
        if (type == "image") {
            m_facts.hasImages = true;
            ++m_images;
        } else if (type == "document") {
            m_facts.hasDocuments = true;
            document(block);
        } else {
            m_facts.hasTools = m_facts.hasTools || type == "tool_use" || type == "tool_result";
            if (const auto inner = json::find(block, "content"))
                content(*inner);
            for (const std::string_view name : {"text", "thinking", "input", "data"}) {
                if (const auto value = json::find(block, name))
                    m_textBytes += textBytes(*value);
            }
        }
    }
    /// Pages cannot be counted without opening the file; its size stands for them.
    void document(json::Element block)
    {
        const auto source = json::findObject(block, "source");
        if (!source)
            return;
        if (const auto inner = json::find(*source, "content"))
            return content(*inner);
        const auto data = json::findString(*source, "data").value_or("");
        if (json::findString(*source, "type") == "text")
            m_textBytes += data.size();
        else
            m_images += 1 + data.size() / kDocumentBytesPerImage;
    }

    RequestFacts &m_facts;
    std::size_t m_textBytes = 0;
    std::size_t m_images = 0;
};

/// Text that a coding agent puts around what its user wrote.
bool isAgentNote(std::string_view text)
{
    return text.rfind("<system-reminder>", 0) == 0 || isAttribution(text);
}

void appendText(std::string &to, std::string_view text)
{
    if (text.empty() || to.size() >= kPromptText)
        return;
    if (!to.empty())
        to += '\n';
    to += clipUtf8(text, kPromptText - std::min(kPromptText, to.size()));
}

/// The text blocks of a turn or system prompt, without an agent's own notes.
void appendContentText(std::string &to, json::Element content)
{
    if (content.is_string())
        return appendText(to, content.get_string().value_unsafe());
    if (!content.is_array())
        return;
    for (const json::Element block : items(content)) {
        const auto text = json::findString(block, "text");
        if (text && !isAgentNote(*text))
            appendText(to, *text);
    }
}

/// What the user wrote last comes first: a system prompt alone would often fill the space.
std::string promptText(const std::vector<json::Element> &userTurns, std::optional<json::Element> system)
{
    std::string text;
    for (auto turn = userTurns.rbegin(); turn != userTurns.rend() && text.empty(); ++turn)
        appendContentText(text, *turn);
    if (system)
        appendContentText(text, *system);
    text.resize(clipUtf8(text, kPromptText).size());
    return text;
}

Result<void> readScalars(json::Element root, RequestFacts &facts)
{
    if (const auto model = json::find(root, "model")) {
        if (!model->is_string())
            return fail(badField("model", "must be a string"));
        facts.model = model->get_string().value_unsafe();
    }
    if (const auto stream = json::find(root, "stream")) {
        if (!stream->is_bool())
            return fail(badField("stream", "must be true or false"));
        facts.stream = stream->get_bool().value_unsafe();
    }
    if (json::find(root, "max_tokens")) {
        facts.maxTokens = json::findInt(root, "max_tokens").value_or(-1);
        if (facts.maxTokens < 0)
            return fail(badField("max_tokens", "must be a whole number, not below 0"));
    }
    return {};
}

void readWishes(json::Element root, RequestFacts &facts)
{
    const auto config = json::findObject(root, "output_config");
    facts.wantsJsonSchema = (config && json::find(*config, "format")) || json::find(root, "output_format");
    if (const auto thinking = json::findObject(root, "thinking"))
        facts.wantsReasoning = json::findString(*thinking, "type").value_or("disabled") != "disabled";
}

Result<void> readMessages(json::Element root, RequestFacts &facts)
{
    const auto messages = json::findArray(root, "messages");
    if (!messages)
        return fail(badField("messages", "must be an array"));
    Survey survey(facts);
    const auto system = json::find(root, "system");
    if (system)
        survey.content(*system);
    std::vector<json::Element> userTurns;
    std::size_t index = 0;
    for (const json::Element message : *messages) {
        const std::size_t at = index++;
        if (!message.is_object())
            return fail(badField(place("messages", at), "must be an object"));
        const auto content = json::find(message, "content");
        if (!content || !(content->is_string() || content->is_array()))
            return fail(
                badField(place("messages", at) + ".content", "must be a string or an array of blocks"));
        survey.content(*content);
        if (json::findString(message, "role") == "user")
            userTurns.push_back(*content);
    }
    if (const auto tools = json::find(root, "tools")) {
        if (!tools->is_array())
            return fail(badField("tools", "must be an array"));
        survey.tools(items(*tools));
    }
    facts.inputTokensEstimate = survey.estimate();
    facts.promptText = promptText(userTurns, system);
    return {};
}

} // namespace

} // namespace anthropic

Result<RequestFacts> Anthropic::facts(std::string_view body) const
{
    using namespace anthropic;
    const auto document = parseObject(body);
    if (!document)
        return fail(document.error());
    const json::Element root = document->root();
    RequestFacts facts;
    if (auto scalars = anthropic::readScalars(root, facts); !scalars)
        return fail(scalars.error());
    if (auto messages = anthropic::readMessages(root, facts); !messages)
        return fail(messages.error());
    readWishes(root, facts);
    return facts;
}

Result<std::string> Anthropic::retarget(std::string_view body, const TargetTraits &target, bool) const
{
    const auto members = json::members(body);
    if (!members)
        return fail(members.error());
    json::Splice splice(body);
    if (!target.platformVersion.empty()) {
        splice.remove(*members, "model");
        std::string version;
        json::appendQuoted(version, target.platformVersion);
        splice.set(*members, "anthropic_version", std::move(version));
        return splice.apply();
    }
    std::string model;
    json::appendQuoted(model, target.model);
    bool found = false;
    for (const json::Member &member : *members) { // a repeated key is replaced each time: no reader may win
        if (member.name(body) != "model")
            continue;
        found = true;
        if (body.substr(member.value.begin, member.value.end - member.value.begin) != model)
            splice.replace(member.value, model);
    }
    if (!found)
        splice.set(*members, "model", model);
    return splice.isEmpty() ? std::string(body) : splice.apply();
}

} // namespace pm
