// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/demo.h"

#include "base/json.h"
#include "providers/demo_parts.h"

#include <array>
#include <charconv>

namespace pm {

namespace {

using namespace demo;

constexpr std::string_view kErrorPrefix = "demo-error-";

bool isAnsweringModel(std::string_view model)
{
    return model == "demo" || model == "demo-fast" || model == "demo-slow";
}

/// 529 of "demo-error-529"; 0 for what is not an error model or not an error status.
int errorStatusOf(std::string_view model)
{
    if (!model.starts_with(kErrorPrefix))
        return 0;
    model.remove_prefix(kErrorPrefix.size());
    int status = 0;
    const auto [end, error] = std::from_chars(model.data(), model.data() + model.size(), status);
    const bool isWhole = error == std::errc() && end == model.data() + model.size();
    return isWhole && status >= 400 && status <= 599 ? status : 0;
}

struct ErrorNames
{
    std::string_view type;
    std::string_view code;
};

ErrorNames namesOf(int status)
{
    switch (status) {
    case 401:
        return {"authentication_error", "invalid_api_key"};
    case 402:
        return {"insufficient_quota", "insufficient_quota"};
    case 403:
        return {"permission_error", "forbidden"};
    case 404:
        return {"not_found_error", "model_not_found"};
    case 429:
        return {"rate_limit_error", "rate_limit_exceeded"};
    case 503:
    case 529:
        return {"overloaded_error", "overloaded"};
    default:
        return status >= 500 ? ErrorNames{"server_error", "server_error"}
                             : ErrorNames{"invalid_request_error", "invalid_request"};
    }
}

http::Script answerErrorModel(int status)
{
    const ErrorNames names = namesOf(status);
    http::Script script = answerError(status, names.type, names.code,
                                      "demo: this model always answers " + std::to_string(status));
    if (status == 429)
        script.headers.add("retry-after", "1");
    return script;
}

http::Script answerModels()
{
    constexpr std::array<std::string_view, 6> kModels{"demo",           "demo-fast",      "demo-slow",
                                                      "demo-error-429", "demo-error-500", "demo-error-529"};
    json::Writer out;
    out.beginObject();
    out.member("object", "list");
    out.key("data");
    out.beginArray();
    for (const std::string_view model : kModels) {
        out.beginObject();
        out.member("id", model);
        out.member("object", "model");
        out.member("created", kCreated);
        out.member("owned_by", "pointsman");
        out.endObject();
    }
    out.endArray();
    out.endObject();
    return answerJson(200, out.take());
}

std::string_view withoutQuery(std::string_view path)
{
    return path.substr(0, path.find('?'));
}

} // namespace

namespace demo {

http::Script answerJson(int status, std::string json)
{
    http::Script script;
    script.status = status;
    script.headers.add("content-type", "application/json");
    script.pieces.push_back({std::chrono::milliseconds(0), std::move(json)});
    return script;
}

http::Script answerError(int status, std::string_view type, std::string_view code, std::string_view message)
{
    json::Writer out;
    out.beginObject();
    out.key("error");
    out.beginObject();
    out.member("message", message);
    out.member("type", type);
    out.memberNull("param");
    out.member("code", code);
    out.endObject();
    out.endObject();
    return answerJson(status, out.take());
}

std::string hexOf(std::uint64_t value)
{
    std::string text(16, '0');
    for (std::size_t i = text.size(); i-- > 0; value >>= 4)
        text[i] = "0123456789abcdef"[value & 15];
    return text;
}

} // namespace demo

http::Script answerDemo(std::string_view path, std::string_view body)
{
    path = withoutQuery(path);
    if (path == "/models")
        return answerModels();
    const bool isChat = path == "/chat/completions";
    if (!isChat && path != "/embeddings") {
        return answerError(404, "not_found_error", "not_found",
                           "demo: no such path; there are /chat/completions, /embeddings and /models");
    }
    const auto document = json::Document::parse(body);
    if (!document)
        return answerError(400, "invalid_request_error", "invalid_json", "demo: " + document.error().message);
    const std::string_view model = json::findString(document->root(), "model").value_or("");
    if (const int status = errorStatusOf(model))
        return answerErrorModel(status);
    if (!isAnsweringModel(model)) {
        return answerError(404, "not_found_error", "model_not_found",
                           "demo: no model \"" + std::string(model.substr(0, 100)) +
                               "\"; there are demo, demo-fast, demo-slow and demo-error-400 to -599");
    }
    return isChat ? answerChat(document->root(), body) : answerEmbeddings(document->root());
}

} // namespace pm
