// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/gemini.h"

#include "base/text.h"
#include "dialects/gemini_fields.h"

#include <algorithm>
#include <array>

namespace pm {

namespace gemini {

namespace {

constexpr std::size_t kPromptText = 8 * 1024;
constexpr std::size_t kDocumentBytesPerImage = 64 * 1024;

/// Bytes of all keys and strings below `element`.
std::size_t textBytes(json::Element element)
{
    if (element.is_string())
        return element.get_string().value_unsafe().size();
    std::size_t sum = 2;
    if (element.is_array()) {
        for (const json::Element item : items(element))
            sum += textBytes(item);
    } else if (element.is_object()) {
        for (const auto member : fields(element))
            sum += member.key.size() + textBytes(member.value);
    }
    return sum;
}

void appendText(std::string &to, std::string_view text)
{
    if (text.empty() || to.size() >= kPromptText)
        return;
    if (!to.empty())
        to += '\n';
    to += clipUtf8(text, kPromptText - std::min(kPromptText, to.size()));
}

/// Walks the request once and counts.
class Survey
{
public:
    explicit Survey(RequestFacts &facts)
        : m_facts(facts)
    {
    }

    /// A content, or the parts of one under `text`.
    std::string content(json::Element content)
    {
        std::string text;
        const auto parts = findArray(content, "parts");
        if (!parts)
            return text;
        for (const json::Element part : *parts) {
            if (part.is_object())
                this->part(part, text);
        }
        return text;
    }
    void tools(json::Element tools)
    {
        m_textBytes += textBytes(tools);
        m_facts.hasTools = m_facts.hasTools || (tools.is_array() && items(tools).size() > 0);
    }
    std::int64_t estimate() const { return estimateTokens(m_textBytes, m_images); }

private:
    void part(json::Element part, std::string &text)
    {
        if (const auto said = findString(part, "text"); !said.empty()) {
            m_textBytes += said.size();
            if (!json::findBool(part, "thought").value_or(false))
                appendText(text, said);
        }
        for (const std::string_view name : {"functionCall", "functionResponse"}) {
            const auto call = findObject(part, name);
            if (!call)
                continue;
            m_facts.hasTools = true;
            m_textBytes += textBytes(*call);
        }
        for (const std::string_view name : {"inlineData", "fileData"}) {
            if (const auto data = findObject(part, name))
                media(findString(*data, "mimeType"), findString(*data, "data").size());
        }
    }
    /// Pages and seconds cannot be counted without opening the file; its size stands for them.
    void media(std::string_view mediaType, std::size_t bytes)
    {
        if (mediaType.starts_with("image/")) {
            m_facts.hasImages = true;
            ++m_images;
            return;
        }
        if (mediaType.starts_with("audio/"))
            m_facts.hasAudio = true;
        else
            m_facts.hasDocuments = true;
        m_images += 1 + bytes / kDocumentBytesPerImage;
    }

    RequestFacts &m_facts;
    std::size_t m_textBytes = 0;
    std::size_t m_images = 0;
};

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
    Survey survey(facts);
    std::string system;
    if (const auto instruction = findObject(root, "systemInstruction"))
        system = survey.content(*instruction);
    std::string prompt;
    std::size_t index = 0;
    for (const json::Element content : *contents) {
        if (!content.is_object())
            return fail(badField(place("contents", index), "must be an object"));
        std::string text = survey.content(content);
        if (findString(content, "role") != "model" && !text.empty())
            prompt = std::move(text);
        ++index;
    }
    if (const auto tools = find(root, "tools"))
        survey.tools(*tools);
    appendText(prompt, system);
    prompt.resize(clipUtf8(prompt, kPromptText).size());
    facts.promptText = std::move(prompt);
    facts.inputTokensEstimate = survey.estimate();
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
