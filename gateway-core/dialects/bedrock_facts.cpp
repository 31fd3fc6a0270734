// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/bedrock.h"

#include "dialects/bedrock_fields.h"
#include "dialects/shared/prompt_survey.h"

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

using Voice = PromptSurvey::Voice;

void surveyBlocks(json::Element list, Voice voice, RequestFacts &facts, PromptSurvey &survey)
{
    for (const json::Element block : items(list)) {
        if (json::find(block, "image")) {
            survey.image();
        } else if (json::find(block, "document")) {
            survey.document(0);
        } else if (json::find(block, "audio")) {
            survey.audio(0);
        } else if (const auto text = json::findString(block, "text")) {
            survey.text(voice, *text);
        } else {
            facts.hasTools = facts.hasTools || json::find(block, "toolUse") || json::find(block, "toolResult");
            survey.value(block);
        }
    }
}

Result<void> surveyMessages(json::Element root, RequestFacts &facts, PromptSurvey &survey)
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
        const Voice voice = json::findString(message, "role") == "user" ? Voice::User : Voice::Other;
        survey.message(voice);
        surveyBlocks(*json::find(message, "content"), voice, facts, survey);
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
    PromptSurvey survey(facts);
    if (const auto system = json::find(root, "system")) {
        if (!system->is_array())
            return fail(badField("system", "must be an array of blocks"));
        surveyBlocks(*system, Voice::System, facts, survey);
    }
    if (auto walked = surveyMessages(root, facts, survey); !walked)
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
