// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/bedrock.h"

#include "base/text.h"
#include "dialects/bedrock_fields.h"

#include <QUrl>

// What routing needs of a request without translating it.
namespace pm {

std::string Bedrock::path(Operation operation, const TargetTraits &target, bool stream) const
{
    if (operation != Operation::Chat)
        return {};
    // Ids hold colons, those of profiles (ARNs) slashes.
    const auto name = QString::fromUtf8(target.model.data(), static_cast<qsizetype>(target.model.size()));
    return "/model/" + QUrl::toPercentEncoding(name).toStdString() + (stream ? "/converse-stream" : "/converse");
}

namespace bedrock {

namespace {

constexpr std::size_t kMostPrompt = 8 * 1024;

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

/// Walks the blocks of a request once and counts.
class Survey
{
public:
    explicit Survey(RequestFacts &facts)
        : m_facts(facts)
    {
    }

    void blocks(json::Element list, std::string *words)
    {
        for (const json::Element block : items(list)) {
            if (json::find(block, "image")) {
                m_facts.hasImages = true;
                ++m_images;
            } else if (json::find(block, "document")) {
                m_facts.hasDocuments = true;
                ++m_images;
            } else if (json::find(block, "audio")) {
                m_facts.hasAudio = true;
            } else {
                m_facts.hasTools = m_facts.hasTools || json::find(block, "toolUse") || json::find(block, "toolResult");
                m_bytes += textBytes(block);
                append(words, json::findString(block, "text").value_or(""));
            }
        }
    }
    void tools(json::Element config)
    {
        m_facts.hasTools = true;
        m_bytes += textBytes(config);
    }
    void conclude()
    {
        m_facts.inputTokensEstimate = estimateTokens(m_bytes, m_images);
        m_facts.promptText = user + (user.empty() || system.empty() ? "" : "\n") + system;
        m_facts.promptText.resize(clipUtf8(m_facts.promptText, kMostPrompt).size());
    }

    std::string user;
    std::string system;

private:
    static void append(std::string *words, std::string_view text)
    {
        if (!words || text.empty() || words->size() >= kMostPrompt)
            return;
        *words += words->empty() ? "" : "\n";
        *words += clipUtf8(text, kMostPrompt - std::min(kMostPrompt, words->size()));
    }

    RequestFacts &m_facts;
    std::size_t m_bytes = 0;
    std::size_t m_images = 0;
};

Result<void> surveyMessages(json::Element root, Survey &survey)
{
    const auto messages = json::findArray(root, "messages");
    if (!messages)
        return fail(badField("messages", "must be an array"));
    std::size_t index = 0;
    for (const json::Element message : *messages) {
        const std::string at = place("messages", index++);
        const auto content = json::findArray(message, "content");
        if (!content)
            return fail(badField(at + ".content", "must be an array of blocks"));
        const bool isUser = json::findString(message, "role") == "user";
        if (isUser)
            survey.user.clear();
        survey.blocks(*json::find(message, "content"), isUser ? &survey.user : nullptr);
    }
    return {};
}

} // namespace

} // namespace bedrock

Result<RequestFacts> Bedrock::facts(std::string_view body) const
{
    using namespace bedrock;
    const auto document = parseObject(body);
    if (!document)
        return fail(document.error());
    const json::Element root = document->root();
    RequestFacts facts;
    Survey survey(facts);
    if (const auto system = json::find(root, "system")) {
        if (!system->is_array())
            return fail(badField("system", "must be an array of blocks"));
        survey.blocks(*system, &survey.system);
    }
    if (auto walked = surveyMessages(root, survey); !walked)
        return fail(walked.error());
    if (const auto config = json::findObject(root, "toolConfig"))
        survey.tools(*config);
    if (const auto inference = json::findObject(root, "inferenceConfig"))
        facts.maxTokens = json::findInt(*inference, "maxTokens").value_or(0);
    if (const auto output = json::findObject(root, "outputConfig"))
        facts.wantsJsonSchema = json::findObject(*output, "textFormat").has_value();
    if (const auto more = json::findObject(root, "additionalModelRequestFields")) {
        if (const auto thinking = json::findObject(*more, "thinking"))
            facts.wantsReasoning = json::findString(*thinking, "type").value_or("disabled") != "disabled";
    }
    survey.conclude();
    return facts;
}

Result<std::string> Bedrock::retarget(std::string_view body, const TargetTraits &, bool) const
{
    return std::string(body); // the path names the model
}

} // namespace pm
