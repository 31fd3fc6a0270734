// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/bedrock.h"

#include "dialects/bedrock_fields.h"
#include "dialects/framing/surrogates.h"

// Requests of this format, for those who have them; what is not read is named in `uncarried`.
namespace pm {

namespace bedrock {

namespace {

std::string textAt(json::Element object, std::string_view key)
{
    return std::string(json::findString(object, key).value_or(""));
}

MediaSource readSource(json::Element carrier, const std::string &mediaType)
{
    const auto source = json::findObject(carrier, "source");
    if (!source)
        return {MediaSource::Kind::Base64, mediaType, {}};
    if (const auto place = json::findObject(*source, "s3Location"))
        return {MediaSource::Kind::Url, mediaType, textAt(*place, "uri")};
    if (const auto text = json::findString(*source, "text"))
        return {MediaSource::Kind::Text, mediaType, std::string(*text)};
    return {MediaSource::Kind::Base64, mediaType, textAt(*source, "bytes")};
}

std::string documentType(std::string_view format)
{
    if (format == "pdf")
        return "application/pdf";
    if (format == "txt")
        return "text/plain";
    if (format == "md")
        return "text/markdown";
    if (format == "doc")
        return "application/msword";
    if (format == "docx")
        return "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    if (format == "xls")
        return "application/vnd.ms-excel";
    if (format == "xlsx")
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    return "text/" + std::string(format);
}

/// Reads lists of blocks. A cache point marks the block before it.
class BlockReader
{
public:
    explicit BlockReader(std::vector<std::string> &uncarried)
        : m_uncarried(uncarried)
    {
    }

    Result<std::vector<Part>> read(json::Element list, const std::string &at)
    {
        std::vector<Part> parts;
        std::size_t index = 0;
        for (const json::Element block : items(list)) {
            const std::string here = place(at, index++);
            if (!block.is_object())
                return fail(badField(here, "must be an object"));
            if (const auto point = json::findObject(block, "cachePoint")) {
                if (!parts.empty())
                    parts.back().cache = CacheMark{textAt(*point, "ttl")};
                continue;
            }
            if (auto taken = take(block, here, parts); !taken)
                return fail(taken.error());
        }
        return parts;
    }

private:
    Result<void> take(json::Element block, const std::string &at, std::vector<Part> &parts)
    {
        if (const auto text = json::findString(block, "text"))
            parts.push_back({TextPart{std::string(*text), {}}, {}});
        else if (const auto image = json::findObject(block, "image"))
            parts.push_back({ImagePart{readSource(*image, "image/" + textAt(*image, "format")), {}}, {}});
        else if (const auto document = json::findObject(block, "document"))
            parts.push_back({DocumentPart{readSource(*document, documentType(textAt(*document, "format"))),
                                          textAt(*document, "name")},
                             {}});
        else if (const auto use = json::findObject(block, "toolUse"))
            call(*use, parts);
        else if (const auto result = json::findObject(block, "toolResult"))
            return toolResult(*result, at, parts);
        else if (const auto reasoning = json::findObject(block, "reasoningContent"))
            thought(*reasoning, parts);
        else if (const auto json = json::find(block, "json"))
            parts.push_back({TextPart{json::text(*json), {}}, {}});
        else
            other(block, at);
        return {};
    }
    static void call(json::Element use, std::vector<Part> &parts)
    {
        const auto input = json::find(use, "input");
        parts.push_back(
            {ToolCallPart{textAt(use, "toolUseId"), textAt(use, "name"), input ? json::text(*input) : "{}", {}}, {}});
    }
    static void thought(json::Element reasoning, std::vector<Part> &parts)
    {
        if (const auto text = json::findObject(reasoning, "reasoningText"))
            parts.push_back({ThinkingPart{textAt(*text, "text"), opened(textAt(*text, "signature"), kFamily)}, {}});
        else
            parts.push_back({RedactedThinkingPart{opened(textAt(reasoning, "redactedContent"), kFamily)}, {}});
    }
    Result<void> toolResult(json::Element result, const std::string &at, std::vector<Part> &parts)
    {
        ToolResultPart found;
        found.toolCallId = textAt(result, "toolUseId");
        found.isError = json::findString(result, "status") == "error";
        if (const auto content = json::find(result, "content")) {
            if (!content->is_array())
                return fail(badField(at + ".toolResult.content", "must be an array of blocks"));
            auto inner = read(*content, at + ".toolResult.content");
            if (!inner)
                return fail(inner.error());
            found.content = std::move(*inner);
        }
        parts.push_back({std::move(found), {}});
        return {};
    }
    void other(json::Element block, const std::string &at)
    {
        for (const auto member : fields(block))
            m_uncarried.push_back(at + ": " + std::string(member.key));
    }

    std::vector<std::string> &m_uncarried;
};

Result<void> readMessages(json::Element root, BlockReader &blocks, ChatRequest &request)
{
    if (const auto system = json::find(root, "system"); system && system->is_array()) {
        auto parts = blocks.read(*system, "system");
        if (!parts)
            return fail(parts.error());
        if (!parts->empty())
            request.messages.push_back({Role::System, std::move(*parts), false, {}});
    }
    const auto messages = json::findArray(root, "messages");
    if (!messages)
        return fail(badField("messages", "must be an array"));
    std::size_t index = 0;
    for (const json::Element message : *messages) {
        const std::string at = place("messages", index++);
        const auto content = json::find(message, "content");
        const auto role = json::findString(message, "role");
        if (!content || !content->is_array())
            return fail(badField(at + ".content", "must be an array of blocks"));
        if (role != "user" && role != "assistant" && role != "system")
            return fail(badField(at + ".role", "must be \"user\" or \"assistant\""));
        auto parts = blocks.read(*content, at + ".content");
        if (!parts)
            return fail(parts.error());
        const Role who = role == "user" ? Role::User : role == "assistant" ? Role::Assistant : Role::System;
        request.messages.push_back({who, std::move(*parts), false, {}});
    }
    return {};
}

void readInference(json::Element root, ChatRequest &request)
{
    const auto inference = json::findObject(root, "inferenceConfig");
    if (!inference)
        return;
    request.maxTokens = json::findInt(*inference, "maxTokens");
    request.temperature = json::findDouble(*inference, "temperature");
    request.topP = json::findDouble(*inference, "topP");
    if (const auto stops = json::findArray(*inference, "stopSequences")) {
        for (const json::Element stop : *stops) {
            if (stop.is_string())
                request.stop.emplace_back(stop.get_string().value_unsafe());
        }
    }
}

void readTool(json::Element entry, ChatRequest &request)
{
    if (const auto point = json::findObject(entry, "cachePoint")) {
        if (!request.tools.empty())
            request.tools.back().cache = CacheMark{textAt(*point, "ttl")};
        return;
    }
    const auto spec = json::findObject(entry, "toolSpec");
    if (!spec) {
        request.uncarried.push_back(place("toolConfig.tools", request.tools.size()));
        return;
    }
    Tool tool;
    tool.name = textAt(*spec, "name");
    tool.description = textAt(*spec, "description");
    tool.strict = json::findBool(*spec, "strict");
    if (const auto schema = json::findObject(*spec, "inputSchema")) {
        if (const auto text = json::find(*schema, "json"))
            tool.schema = json::text(*text);
    }
    request.tools.push_back(std::move(tool));
}

void readTools(json::Element root, ChatRequest &request)
{
    const auto config = json::findObject(root, "toolConfig");
    if (!config)
        return;
    if (const auto tools = json::findArray(*config, "tools")) {
        for (const json::Element entry : *tools)
            readTool(entry, request);
    }
    const auto choice = json::findObject(*config, "toolChoice");
    if (!choice)
        return;
    if (const auto named = json::findObject(*choice, "tool"))
        request.toolChoice = ToolChoice{ToolChoice::Mode::Named, textAt(*named, "name")};
    else if (json::find(*choice, "any"))
        request.toolChoice = ToolChoice{ToolChoice::Mode::Required, {}};
    else
        request.toolChoice = ToolChoice{ToolChoice::Mode::Auto, {}};
}

void readOutput(json::Element root, ChatRequest &request)
{
    const auto output = json::findObject(root, "outputConfig");
    if (!output)
        return;
    request.reasoning.effort = textAt(*output, "effort");
    const auto format = json::findObject(*output, "textFormat");
    const auto structure = format ? json::findObject(*format, "structure") : std::nullopt;
    const auto schema = structure ? json::findObject(*structure, "jsonSchema") : std::nullopt;
    if (!schema)
        return;
    request.responseFormat = {ResponseFormat::Kind::JsonSchema, textAt(*schema, "name"), textAt(*schema, "schema"),
                              textAt(*schema, "description"), std::nullopt};
}

void readModelFields(json::Element root, ChatRequest &request)
{
    const auto more = json::findObject(root, "additionalModelRequestFields");
    if (!more)
        return;
    for (const auto member : fields(*more)) {
        if (member.key != "thinking" && member.key != "top_k")
            request.uncarried.push_back("additionalModelRequestFields." + std::string(member.key));
    }
    request.topK = json::findInt(*more, "top_k");
    const auto thinking = json::findObject(*more, "thinking");
    if (!thinking)
        return;
    const std::string type = textAt(*thinking, "type");
    request.reasoning.mode = type == "adaptive"  ? Reasoning::Mode::Adaptive
                             : type == "enabled" ? Reasoning::Mode::Budget
                                                 : Reasoning::Mode::Off;
    request.reasoning.budgetTokens = json::findInt(*thinking, "budget_tokens");
}

void readRest(json::Element root, ChatRequest &request)
{
    if (const auto tier = json::findObject(root, "serviceTier"))
        request.serviceTier = textAt(*tier, "type");
    if (const auto metadata = json::findObject(root, "requestMetadata"))
        request.user = textAt(*metadata, "user_id");
    for (const std::string_view name :
         {"guardrailConfig", "performanceConfig", "promptVariables", "additionalModelResponseFieldPaths"}) {
        if (json::find(root, name))
            request.uncarried.emplace_back(name);
    }
}

} // namespace

} // namespace bedrock

Result<ChatRequest> Bedrock::readRequest(std::string_view body) const
{
    using namespace bedrock;
    const auto document = parseObject(body);
    if (!document)
        return fail(document.error());
    const json::Element root = document->root();
    ChatRequest request;
    BlockReader blocks(request.uncarried);
    if (auto read = readMessages(root, blocks, request); !read)
        return fail(read.error());
    readInference(root, request);
    readTools(root, request);
    readOutput(root, request);
    readModelFields(root, request);
    readRest(root, request);
    return request;
}

} // namespace pm
