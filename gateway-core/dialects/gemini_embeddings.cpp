// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/gemini_embeddings.h"

#include "dialects/gemini.h"
#include "dialects/shared/embedding_vectors.h"
#include "dialects/shared/field_errors.h"
#include "dialects/shared/json_body.h"
#include "dialects/shared/prompt_survey.h"

#include <algorithm>
#include <array>

// Requests, both ways.
namespace pm {

using errors::badField;
using errors::note;
using errors::place;
using errors::unsupportedField;

namespace {

constexpr std::string_view kSingle = "embedContent";
constexpr std::string_view kPrefix = "models/";
/// Fields of one request, in both spellings of proto JSON.
constexpr std::array<std::string_view, 7> kCarried{
    "model", "content", "taskType", "task_type", "title", "outputDimensionality", "output_dimensionality",
};

std::string fullName(std::string_view model)
{
    return (model.starts_with(kPrefix) ? "" : std::string(kPrefix)) + std::string(model);
}

std::string shortName(std::string_view model)
{
    return std::string(model.starts_with(kPrefix) ? model.substr(kPrefix.size()) : model);
}

/// The texts of a content's parts together: they are embedded as one.
Result<std::string> readContent(json::Element request)
{
    const auto content = json::find(request, "content");
    if (content && content->is_string()) // older SDKs
        return std::string(std::string_view(content->get_string().value_unsafe()));
    const auto parts = content ? json::findArray(*content, "parts") : std::nullopt;
    if (!parts || parts->size() == 0)
        return fail(badField("content.parts", "must be an array of at least one part"));
    std::string text;
    std::size_t index = 0;
    for (const json::Element part : *parts) {
        const std::string at = place("content.parts", index++);
        const auto words = json::findString(part, "text");
        if (!words)
            return fail(unsupportedField(at, "only text can be embedded by other providers"));
        text += text.empty() ? "" : "\n";
        text += *words;
    }
    return text;
}

/// What one request says beside its content.
struct Settings
{
    std::string taskType;
    std::string title;
    std::optional<std::int64_t> dimensions;
    bool operator==(const Settings &) const = default;
};

Result<Settings> readSettings(json::Element request)
{
    Settings settings;
    errors::FieldReader reader(request);
    for (const char *key : {"taskType", "task_type"})
        reader.string(key, settings.taskType);
    for (const char *key : {"outputDimensionality", "output_dimensionality"})
        reader.whole(key, settings.dimensions);
    reader.string("title", settings.title);
    if (reader.error())
        return fail(*reader.error());
    if (settings.taskType == "TASK_TYPE_UNSPECIFIED")
        settings.taskType.clear();
    return settings;
}

Result<void> readOne(json::Element one, EmbeddingsRequest &request, std::optional<Settings> &settings)
{
    if (!one.is_object())
        return fail(badField("", "must be an object"));
    auto text = readContent(one);
    if (!text)
        return fail(text.error());
    auto own = readSettings(one);
    if (!own)
        return fail(own.error());
    if (settings && !(*settings == *own)) {
        return fail(unsupportedField(settings->taskType != own->taskType ? "taskType"
                                     : settings->title != own->title     ? "title"
                                                                         : "outputDimensionality",
                                     "must be the same for the whole batch at other providers"));
    }
    settings = std::move(*own);
    request.inputs.push_back({std::move(*text), {}, false});
    for (const auto &[key, value] : fields(one)) {
        if (std::find(kCarried.begin(), kCarried.end(), key) == kCarried.end() && !value.is_null())
            note(request.uncarried, std::string(key));
    }
    return {};
}

void surveyOne(json::Element one, PromptSurvey &survey)
{
    const auto content = json::findObject(one, "content");
    const auto parts = content ? json::findArray(*content, "parts") : std::nullopt;
    if (!parts)
        return;
    for (const json::Element part : *parts)
        survey.text(PromptSurvey::Voice::User, json::findString(part, "text").value_or(""));
}

} // namespace

const EmbeddingsFormat *Gemini::embeddings() const
{
    static const GeminiEmbeddings format;
    return &format;
}

std::string GeminiEmbeddings::path(const TargetTraits &target) const
{
    const std::string_view method = target.variant == kSingle ? kSingle : "batchEmbedContents";
    return "/" + fullName(target.model) + ":" + std::string(method);
}

Result<RequestFacts> GeminiEmbeddings::facts(std::string_view body) const
{
    const auto document = parseObject(body);
    if (!document)
        return fail(document.error());
    const json::Element root = document->root();
    RequestFacts facts;
    facts.model = shortName(json::findString(root, "model").value_or(""));
    PromptSurvey survey(facts);
    if (const auto requests = json::findArray(root, "requests")) {
        for (const json::Element one : *requests)
            surveyOne(one, survey);
    } else {
        surveyOne(root, survey);
    }
    survey.conclude();
    return facts;
}

Result<EmbeddingsRequest> GeminiEmbeddings::readRequest(std::string_view body) const
{
    const auto document = parseObject(body);
    if (!document)
        return fail(document.error());
    const json::Element root = document->root();
    EmbeddingsRequest request;
    request.model = shortName(json::findString(root, "model").value_or(""));
    std::optional<Settings> settings;
    if (const auto requests = json::find(root, "requests")) {
        if (!requests->is_array() || items(*requests).size() == 0)
            return fail(badField("requests", "must be an array of at least one request"));
        std::size_t index = 0;
        for (const json::Element one : items(*requests)) {
            if (auto read = readOne(one, request, settings); !read)
                return fail(errors::below(place("requests", index), std::move(read.error())));
            ++index;
        }
    } else if (auto read = readOne(root, request, settings); !read) {
        return fail(std::move(read.error()));
    }
    request.taskType = std::move(settings->taskType);
    request.title = std::move(settings->title);
    request.dimensions = settings->dimensions;
    return request;
}

Result<std::string> GeminiEmbeddings::writeRequest(const EmbeddingsRequest &request,
                                                   const TargetTraits &target, Losses &losses) const
{
    for (const std::string &name : request.uncarried)
        note(losses, name);
    if (!request.user.empty())
        note(losses, "user");
    if (request.truncate)
        note(losses, "truncate");
    const std::string model = fullName(target.model.empty() ? request.model : target.model);
    json::Writer out;
    out.beginObject();
    out.key("requests");
    out.beginArray();
    for (std::size_t i = 0; i < request.inputs.size(); ++i) {
        const EmbeddingInput &input = request.inputs[i];
        if (input.isTokens)
            return fail(unsupportedField(place("input", i), "Gemini takes texts, no token ids"));
        out.beginObject();
        out.member("model", model);
        out.key("content");
        out.beginObject();
        out.key("parts");
        out.beginArray();
        out.beginObject();
        out.member("text", input.text);
        out.endObject();
        out.endArray();
        out.endObject();
        if (!request.taskType.empty())
            out.member("taskType", request.taskType);
        if (!request.title.empty())
            out.member("title", request.title);
        if (request.dimensions)
            out.member("outputDimensionality", *request.dimensions);
        out.endObject();
    }
    out.endArray();
    out.endObject();
    return out.take();
}

/// The name in the path decides; those in the body must be the same.
Result<std::string> GeminiEmbeddings::retarget(std::string_view body, const TargetTraits &target) const
{
    const auto members = json::members(body);
    if (!members)
        return fail(members.error());
    std::string quoted;
    json::appendQuoted(quoted, fullName(target.model));
    json::Splice splice(body);
    for (const json::Member &each : *members) {
        const std::string_view value = body.substr(each.value.begin, each.value.end - each.value.begin);
        if (each.name(body) == "model" && value != quoted)
            splice.replace(each.value, quoted);
        if (each.name(body) != "requests")
            continue;
        for (const std::string_view one : embeddings::elements(value)) {
            const auto model = embeddings::member(one, "model");
            if (!model || *model == quoted)
                continue;
            const auto begin = static_cast<std::size_t>(model->data() - body.data());
            splice.replace({begin, begin + model->size()}, quoted);
        }
    }
    return splice.isEmpty() ? std::string(body) : splice.apply();
}

} // namespace pm
