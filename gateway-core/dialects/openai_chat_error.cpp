// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/framing/surrogates.h"

#include "base/json.h"
#include "base/text.h"
#include "dialects/openai_chat.h"
#include "dialects/openai_chat_fields.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>

// Error answers, both ways.
namespace pm {

namespace openai {

namespace {

constexpr std::size_t kMostBody = 64 * 1024;
constexpr std::size_t kMostMessage = 2 * 1024;

/// What an error body says, whatever shape it says it in.
struct Said
{
    std::string message;
    std::string type;
    std::string code;
    std::string param;
    int status = 0; ///< some bodies repeat or hide the HTTP status in them
    std::optional<std::chrono::milliseconds> retryAfter;
};

bool mentions(std::string_view text, std::initializer_list<std::string_view> phrases)
{
    return std::any_of(phrases.begin(), phrases.end(),
                       [&](std::string_view phrase) { return text.find(phrase) != std::string_view::npos; });
}

/// google.rpc.RetryInfo in `details`: {"retryDelay":"34.5s"}.
std::optional<std::chrono::milliseconds> retryDelay(json::Element error)
{
    const auto details = json::findArray(error, "details");
    if (!details)
        return std::nullopt;
    for (const json::Element detail : *details) {
        const auto delay = json::findString(detail, "retryDelay");
        double seconds = 0;
        constexpr double kMostSeconds = 7 * 24 * 3600;
        if (delay &&
            std::from_chars(delay->data(), delay->data() + delay->size(), seconds).ec == std::errc() &&
            seconds >= 0 && seconds <= kMostSeconds)
            return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
    }
    return std::nullopt;
}

void readObject(json::Element object, Said &said)
{
    said.message = json::findString(object, "message").value_or("");
    if (said.message.empty())
        said.message = json::findString(object, "detail").value_or(""); // FastAPI
    said.type = json::findString(object, "type").value_or("");
    if (said.type.empty())
        said.type = json::findString(object, "status").value_or(""); // Google: "RESOURCE_EXHAUSTED"
    said.param = json::findString(object, "param").value_or("");
    said.code = json::findString(object, "code").value_or("");
    if (const auto number = json::findInt(object, "code"); number && *number >= 400 && *number < 600)
        said.status = static_cast<int>(*number);
    if (const auto metadata = json::findObject(object, "metadata")) { // OpenRouter keeps the cause here
        if (const auto raw = json::findString(*metadata, "raw"); raw && !raw->empty())
            said.message += ": " + std::string(*raw);
    }
    said.retryAfter = retryDelay(object);
}

Said readSaid(std::string_view body)
{
    Said said;
    const auto parsed = parseLenient(body);
    if (!parsed) {
        said.message = plainText(body);
        return said;
    }
    json::Element root = parsed->root();
    if (root.is_array() && root.get_array().value_unsafe().size() > 0) // Google wraps it in a list
        root = root.get_array().value_unsafe().at(0).value_unsafe();
    if (const auto object = json::findObject(root, "error"))
        readObject(*object, said);
    else if (const auto text = json::findString(root, "error"))
        said.message = *text;
    else if (root.is_object())
        readObject(root, said);
    if (said.message.empty())
        said.message = plainText(body);
    return said;
}

ErrorKind kindByStatus(int status)
{
    switch (status) {
    case 401:
    case 403:
        return ErrorKind::UpstreamAuth;
    case 402:
        return ErrorKind::QuotaExhausted;
    case 408:
    case 504:
    case 524:
        return ErrorKind::UpstreamTimeout;
    case 429:
        return ErrorKind::RateLimited;
    case 503:
    case 529:
        return ErrorKind::Overloaded;
    default:
        break;
    }
    if (status >= 500)
        return ErrorKind::UpstreamError;
    return status >= 400 ? ErrorKind::UpstreamRejected : ErrorKind::UpstreamBroken;
}

/// By code and type first; by whole phrases where providers give nothing better ("too long" alone also stands
/// in messages about tool names).
std::optional<ErrorKind> kindByWords(int status, const Said &said)
{
    const std::string words = lowerAscii(said.code + "\n" + said.type + "\n" + said.message);
    if (status < 500 &&
        mentions(words, {"context_length_exceeded", "exceed_context_size", "maximum context length",
                         "prompt is too long", "exceeds the available context size",
                         "exceeds the maximum number of tokens", "exceeds the context window"}))
        return ErrorKind::ContextLength;
    if (mentions(words, {"insufficient_quota", "billing_hard_limit_reached", "exceeded your current quota",
                         "insufficient balance", "insufficient credits", "billing_not_active"}))
        return ErrorKind::QuotaExhausted;
    if (mentions(words, {"content_filter", "content_policy_violation", "responsibleaipolicyviolation"}))
        return ErrorKind::ContentFilter;
    if (mentions(words,
                 {"invalid_api_key", "api key not valid", "incorrect api key", "authentication_error"}))
        return ErrorKind::UpstreamAuth;
    const bool namesModel = words.find("model") != std::string::npos;
    if (mentions(words, {"model_not_found", "model not found"}) ||
        (status == 404 && namesModel && mentions(words, {"not found", "does not exist", "not exist"})))
        return ErrorKind::ModelNotFound;
    return std::nullopt;
}

/// For errors inside an answer of status 200, where the body's own words are all there is.
ErrorKind kindOfHidden(const Said &said)
{
    const std::string words = said.code + " " + said.type;
    if (mentions(words, {"rate_limit", "RESOURCE_EXHAUSTED"}))
        return ErrorKind::RateLimited;
    if (mentions(words, {"overloaded", "UNAVAILABLE"}))
        return ErrorKind::Overloaded;
    if (mentions(words, {"invalid_request", "INVALID_ARGUMENT"}))
        return ErrorKind::UpstreamRejected;
    return ErrorKind::UpstreamError;
}

struct Wire
{
    std::string_view type;
    std::string_view code;
};

Wire wireOf(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Unauthorized:
        return {"authentication_error", "invalid_api_key"};
    case ErrorKind::ProviderKeyMissing:
        return {"authentication_error", "provider_key_missing"};
    case ErrorKind::Forbidden:
        return {"permission_error", ""};
    case ErrorKind::NotFound:
        return {"not_found_error", "not_found"};
    case ErrorKind::ModelNotFound:
        return {"not_found_error", "model_not_found"};
    case ErrorKind::RateLimited:
        return {"rate_limit_error", "rate_limit_exceeded"};
    case ErrorKind::QuotaExhausted:
        return {"insufficient_quota", "insufficient_quota"};
    case ErrorKind::ContextLength:
        return {"invalid_request_error", "context_length_exceeded"};
    case ErrorKind::ContentFilter:
        return {"invalid_request_error", "content_filter"};
    case ErrorKind::BadRequest:
    case ErrorKind::UpstreamRejected:
        return {"invalid_request_error", ""};
    default:
        break;
    }
    const bool clientsFault = traits(kind).status < 500;
    return {clientsFault ? "invalid_request_error" : "server_error", traits(kind).label};
}

void memberOrNull(json::Writer &out, std::string_view name, std::string_view value)
{
    if (value.empty())
        out.memberNull(name);
    else
        out.member(name, value);
}

} // namespace

Error readErrorBody(int status, std::string_view body)
{
    const Said said = readSaid(body);
    const bool hidden = status < 400 && said.status == 0;
    const int effective = status < 400 ? said.status : status;
    Error error;
    error.kind = hidden ? kindOfHidden(said) : kindByStatus(effective);
    if (const auto kind = kindByWords(effective, said))
        error.kind = *kind;
    error.message = clipUtf8(said.message, kMostMessage);
    if (error.message.empty())
        error.message = "the provider answered " + std::to_string(status) + " without saying why";
    if (error.kind == ErrorKind::UpstreamAuth)
        error.message.insert(0, "the provider refuses the key it was sent: ");
    // "invalid_api_key" in any dialect would tell the client that its own key is wrong.
    error.code = error.kind == ErrorKind::UpstreamAuth ? std::string_view() : clipUtf8(said.code, 128);
    error.param = clipUtf8(said.param, 256);
    error.upstreamStatus = effective;
    error.retryAfter = said.retryAfter;
    error.upstreamBody = clipUtf8(body, kMostBody);
    return error;
}

std::string writeErrorBody(const Error &error)
{
    const Wire wire = wireOf(error.kind);
    json::Writer out;
    out.beginObject();
    out.key("error");
    out.beginObject();
    out.member("message", error.message);
    out.member("type", wire.type);
    memberOrNull(out, "param", error.param);
    const bool ownCode = !error.code.empty() && error.kind != ErrorKind::UpstreamAuth;
    memberOrNull(out, "code", ownCode ? std::string_view(error.code) : wire.code);
    out.endObject();
    out.endObject();
    return out.take();
}

} // namespace openai

Error OpenAiChat::readError(int status, std::string_view body) const
{
    return openai::readErrorBody(status, body);
}

std::string OpenAiChat::writeError(const Error &error, std::string_view) const
{
    return openai::writeErrorBody(error); // the request id travels in a header of this dialect
}

} // namespace pm
