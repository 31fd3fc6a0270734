// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/gemini.h"

#include "dialects/gemini_fields.h"
#include "dialects/shared/prompt_survey.h"

namespace pm {

namespace gemini {

namespace {

using Voice = PromptSurvey::Voice;

void surveyMedia(json::Element data, PromptSurvey &survey)
{
    const std::string_view mediaType = findString(data, "mimeType");
    const std::size_t bytes = findString(data, "data").size();
    if (mediaType.starts_with("image/"))
        survey.image();
    else if (mediaType.starts_with("audio/"))
        survey.audio(bytes);
    else
        survey.document(bytes);
}

void surveyPart(json::Element part, Voice voice, RequestFacts &facts, PromptSurvey &survey)
{
    const bool isThought = json::findBool(part, "thought").value_or(false);
    survey.text(isThought ? Voice::Other : voice, findString(part, "text"));
    for (const std::string_view name : {"functionCall", "functionResponse"}) {
        if (const auto call = findObject(part, name)) {
            facts.hasTools = true;
            survey.value(*call);
        }
    }
    for (const std::string_view name : {"inlineData", "fileData"}) {
        if (const auto data = findObject(part, name))
            surveyMedia(*data, survey);
    }
}

void surveyContent(json::Element content, Voice voice, RequestFacts &facts, PromptSurvey &survey)
{
    const auto parts = findArray(content, "parts");
    if (!parts)
        return;
    for (const json::Element part : *parts) {
        if (part.is_object())
            surveyPart(part, voice, facts, survey);
    }
}

Result<void> readSettings(json::Element root, RequestFacts &facts)
{
    const auto found = find(root, "generationConfig");
    if (!found)
        return {};
    if (!found->is_object())
        return fail(badField("generationConfig", "must be an object"));
    facts.maxTokens = findInt(*found, "maxOutputTokens").value_or(0);
    if (facts.maxTokens < 0 || (find(*found, "maxOutputTokens") && !findInt(*found, "maxOutputTokens")))
        return fail(badField("generationConfig.maxOutputTokens", "must be a whole number, not below 0"));
    facts.wantsJsonSchema = find(*found, "responseSchema") || find(*found, "responseJsonSchema");
    if (const auto thinking = findObject(*found, "thinkingConfig"))
        facts.wantsReasoning = findInt(*thinking, "thinkingBudget").value_or(-1) != 0;
    return {};
}

Result<void> readContents(json::Element root, RequestFacts &facts)
{
    const auto contents = findArray(root, "contents");
    if (!contents)
        return fail(badField("contents", "must be an array"));
    PromptSurvey survey(facts);
    if (const auto instruction = findObject(root, "systemInstruction"))
        surveyContent(*instruction, Voice::System, facts, survey);
    std::size_t index = 0;
    for (const json::Element content : *contents) {
        if (!content.is_object())
            return fail(badField(place("contents", index), "must be an object"));
        const Voice voice = findString(content, "role") == "model" ? Voice::Other : Voice::User;
        survey.message(voice);
        surveyContent(content, voice, facts, survey);
        ++index;
    }
    if (const auto tools = find(root, "tools"))
        survey.tools(*tools);
    survey.conclude();
    return {};
}

/// "gemini-2.5-pro" of "models/gemini-2.5-pro".
std::string_view bareModel(std::string_view name)
{
    constexpr std::string_view kFolder = "models/";
    return name.starts_with(kFolder) ? name.substr(kFolder.size()) : name;
}

/// `model` as a segment of a path. Colons and at signs may stand there (RFC 3986 3.3), and Google's own names with a
/// slash ("tunedModels/x") are paths.
std::string asSegment(std::string_view model)
{
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : bareModel(model)) {
        const auto byte = static_cast<unsigned char>(c);
        const bool isPlain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             std::string_view("-._~:@/").find(c) != std::string_view::npos;
        if (isPlain) {
            out += c;
            continue;
        }
        out += '%';
        out += kHex[byte >> 4U];
        out += kHex[byte & 15U];
    }
    return out;
}

/// Signatures in our envelope are other providers': Google would refuse the request for them.
void replaceForeignSignatures(std::string_view body, json::Splice &splice)
{
    constexpr std::string_view kEnvelope = "\"pm1.";
    for (std::size_t at = body.find(kEnvelope); at != std::string_view::npos; at = body.find(kEnvelope, at + 1)) {
        std::string_view before = body.substr(0, at);
        const auto trim = [&before] { before = before.substr(0, before.find_last_not_of(" \t\r\n") + 1); };
        trim();
        if (!before.ends_with(':'))
            continue;
        before.remove_suffix(1);
        trim();
        // A quote inside a string has a backslash before it: what ends here is a key.
        const bool isSignature =
            before.ends_with("\"thoughtSignature\"") || before.ends_with("\"thought_signature\"");
        const std::size_t end = body.find('"', at + 1);
        if (isSignature && end != std::string_view::npos)
            splice.replace({at, end + 1}, "\"" + std::string(kNoSignature) + "\"");
    }
}

/// countTokens names the model in its body a second time.
Result<void> renameInner(std::string_view body, const json::Member &member, const std::string &model,
                         json::Splice &splice)
{
    const std::size_t base = member.value.begin;
    const std::string_view inner = body.substr(base, member.value.end - base);
    if (!inner.starts_with('{'))
        return {};
    const auto members = json::members(inner);
    if (!members)
        return fail(members.error());
    for (const json::Member &each : *members) {
        if (each.name(inner) != "model")
            continue;
        std::string quoted;
        json::appendQuoted(quoted, "models/" + std::string(bareModel(model)));
        splice.replace({base + each.value.begin, base + each.value.end}, std::move(quoted));
    }
    return {};
}

} // namespace

} // namespace gemini

std::string Gemini::path(Operation operation, const TargetTraits &target, bool stream) const
{
    const std::string model = "/models/" + gemini::asSegment(target.model);
    switch (operation) {
    case Operation::Chat: return model + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
    case Operation::CountTokens: return model + ":countTokens";
    case Operation::Embeddings: break;
    }
    return {};
}

Result<RequestFacts> Gemini::facts(std::string_view body) const
{
    using namespace gemini;
    const auto document = parseObject(body);
    if (!document)
        return fail(document.error());
    const json::Element root = requestRoot(document->root());
    RequestFacts facts;
    facts.model = bareModel(findString(root, "model"));
    if (auto settings = readSettings(root, facts); !settings)
        return fail(settings.error());
    if (auto contents = gemini::readContents(root, facts); !contents)
        return fail(contents.error());
    return facts;
}

Result<std::string> Gemini::retarget(std::string_view body, const TargetTraits &target, bool) const
{
    using namespace gemini;
    const auto members = json::members(body);
    if (!members)
        return fail(members.error());
    json::Splice splice(body);
    replaceForeignSignatures(body, splice);
    for (const json::Member &member : *members) {
        const std::string_view name = member.name(body);
        if (name != "generateContentRequest" && name != "generate_content_request")
            continue;
        if (auto renamed = renameInner(body, member, target.model, splice); !renamed)
            return fail(renamed.error());
    }
    return splice.isEmpty() ? std::string(body) : splice.apply();
}

std::string Gemini::writeTokenCount(std::int64_t tokens) const
{
    return "{\"totalTokens\":" + std::to_string(tokens) + "}";
}

} // namespace pm
