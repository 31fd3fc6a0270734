// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/anthropic.h"

#include "base/json.h"
#include "base/text.h"
#include "dialects/anthropic_fields.h"
#include "dialects/framing/surrogates.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace pm {

namespace anthropic {

namespace {

constexpr std::size_t kMostBody = 64 * 1024;
constexpr std::size_t kMostMessage = 2000;

/// What an error body says, in whichever shape.
struct Said
{
    std::string type;
    std::string message;
    std::string code; ///< details.error_code, or OpenAI's code
    std::string page; ///< the start of a body that is no JSON, in one line
};

bool mentions(std::string_view text, std::initializer_list<std::string_view> phrases)
{
    return std::any_of(phrases.begin(), phrases.end(),
                       [&](std::string_view phrase) { return text.find(phrase) != std::string_view::npos; });
}

std::string asString(json::Element object, std::string_view name)
{
    return std::string(json::findString(object, name).value_or(""));
}

void readErrorObject(json::Element error, Said &said)
{
    said.type = asString(error, "type");
    said.message = asString(error, "message");
    said.code = asString(error, "code");
    if (const auto details = json::findObject(error, "details")) {
        if (const auto code = json::findString(*details, "error_code"))
            said.code = *code;
    }
}

Said readSaid(std::string_view body)
{
    Said said;
    const auto document = parseLenient(body);
    if (!document) { // a proxy's page, or nothing
        said.page = isBlank(body) ? "" : std::string(clipUtf8(body, 300));
        std::replace_if(
            said.page.begin(), said.page.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
        return said;
    }
    const json::Element root = document->root();
    if (const auto error = json::findObject(root, "error"))
        readErrorObject(*error, said);
    else if (const auto text = json::findString(root, "error"))
        said.message = *text;
    else
        said.type = asString(root, "type");
    for (const std::string_view name : {"message", "detail", "msg"}) {
        if (said.message.empty())
            said.message = asString(root, name);
    }
    return said;
}

bool isQuota(const Said &said, std::string_view words)
{
    return mentions(said.code, {"enforced_spend_limit_reached", "contract_spend_limit_reached",
                                "ramp_limit_exceeded", "insufficient_quota"}) ||
           mentions(words, {"credit balance is too low", "insufficient balance"});
}

/// By whole phrases: "too long" alone is also said of tool names.
bool isContextLength(const Said &said, std::string_view words)
{
    return said.code == "context_length_exceeded" ||
           mentions(words, {"prompt is too long", "exceed context limit", "exceeds the context window",
                            "maximum context length", "context window exceeded"});
}

struct TypeRow
{
    std::string_view type;
    ErrorKind kind;
};

// clang-format off
constexpr std::array kTypes{
    TypeRow{"overloaded_error",     ErrorKind::Overloaded},
    TypeRow{"rate_limit_error",     ErrorKind::RateLimited},
    TypeRow{"billing_error",        ErrorKind::QuotaExhausted},
    TypeRow{"authentication_error", ErrorKind::UpstreamAuth},
    TypeRow{"permission_error",     ErrorKind::UpstreamAuth},
    TypeRow{"request_too_large",    ErrorKind::PayloadTooLarge},
    TypeRow{"timeout_error",        ErrorKind::UpstreamTimeout},
    TypeRow{"api_error",            ErrorKind::UpstreamError},
};
// clang-format on

ErrorKind kindOfStatus(int status)
{
    switch (status) {
    case 401:
    case 403:
        return ErrorKind::UpstreamAuth;
    case 402:
        return ErrorKind::QuotaExhausted;
    case 408:
    case 504:
        return ErrorKind::UpstreamTimeout;
    case 413:
        return ErrorKind::PayloadTooLarge;
    case 429:
        return ErrorKind::RateLimited;
    case 503:
    case 529:
        return ErrorKind::Overloaded;
    default:
        return status >= 400 && status < 500 ? ErrorKind::UpstreamRejected : ErrorKind::UpstreamError;
    }
}

ErrorKind classify(int status, const Said &said)
{
    const std::string words = lowerAscii(said.message);
    if (isQuota(said, words))
        return ErrorKind::QuotaExhausted;
    if (isContextLength(said, words))
        return ErrorKind::ContextLength;
    if (mentions(words, {"content filtering policy", "content policy"}) && status < 500)
        return ErrorKind::ContentFilter;
    if (said.type == "not_found_error" || (said.type != "invalid_request_error" && status == 404))
        return mentions(words, {"model"}) ? ErrorKind::ModelNotFound : ErrorKind::UpstreamRejected;
    // "api_error" is also what servers write that have no better word: a 4xx then says more.
    const bool isVague = said.type == "api_error" && status >= 400 && status < 500;
    for (const TypeRow &row : kTypes) {
        if (row.type == said.type && !isVague)
            return row.kind;
    }
    if (said.type == "invalid_request_error" && (status == 0 || status == 400))
        return ErrorKind::UpstreamRejected;
    return kindOfStatus(status);
}

std::string_view typeOfRejection(int status)
{
    switch (status) {
    case 404:
        return "not_found_error";
    case 409:
        return "conflict_error";
    case 413:
        return "request_too_large";
    default:
        return "invalid_request_error";
    }
}

std::string_view typeName(const Error &error)
{
    switch (error.kind) {
    case ErrorKind::UpstreamRejected:
        return typeOfRejection(error.upstreamStatus);
    case ErrorKind::BadRequest:
    case ErrorKind::NotSupported:
    case ErrorKind::ContextLength:
    case ErrorKind::ContentFilter:
    case ErrorKind::UnsupportedMedia:
    case ErrorKind::MethodNotAllowed:
    case ErrorKind::HeaderTooLarge:
    case ErrorKind::Config:
        return "invalid_request_error";
    case ErrorKind::Unauthorized:
    case ErrorKind::ProviderKeyMissing:
        return "authentication_error";
    case ErrorKind::Forbidden:
        return "permission_error";
    case ErrorKind::NotFound:
    case ErrorKind::ModelNotFound:
        return "not_found_error";
    case ErrorKind::PayloadTooLarge:
        return "request_too_large";
    case ErrorKind::RateLimited:
        return "rate_limit_error";
    case ErrorKind::QuotaExhausted:
        return "billing_error";
    case ErrorKind::Overloaded:
    case ErrorKind::NoHealthyTarget:
    case ErrorKind::TooManyConnections:
    case ErrorKind::Paused:
    case ErrorKind::ShuttingDown:
        return "overloaded_error";
    case ErrorKind::RequestTimeout:
    case ErrorKind::UpstreamTimeout:
        return "timeout_error";
    default:
        return "api_error";
    }
}

/// The number after `phrase`, as written; empty when there is none.
std::string_view numberAfter(std::string_view text, std::string_view phrase)
{
    const std::size_t found = text.find(phrase);
    if (found == std::string_view::npos)
        return {};
    text.remove_prefix(found + phrase.size());
    return text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size()));
}

/// Clients look for these words, and read the two numbers, to know that they must shorten the conversation.
std::string contextLengthMessage(const std::string &message)
{
    const std::string words = lowerAscii(message);
    if (mentions(words, {"prompt is too long"}))
        return message;
    const auto most = numberAfter(words, "maximum context length is ");
    auto asked = numberAfter(words, "resulted in ");
    if (asked.empty())
        asked = numberAfter(words, "you requested ");
    if (most.empty() || asked.empty())
        return "prompt is too long: " + message;
    return "prompt is too long: " + std::string(asked) + " tokens > " + std::string(most) + " maximum";
}

} // namespace

Error readErrorBody(int status, std::string_view body)
{
    const Said said = readSaid(body);
    Error error;
    error.kind = classify(status, said);
    error.upstreamStatus = status;
    error.code = clipUtf8(said.code, 128);
    error.upstreamBody = clipUtf8(body, kMostBody);
    error.message = clipUtf8(said.message, kMostMessage);
    if (error.message.empty()) {
        error.message =
            status > 0 ? "the provider answered " + std::to_string(status) : "the provider reported an error";
        error.message += said.page.empty() ? " without a message" : ": " + said.page;
    }
    if (error.kind == ErrorKind::UpstreamAuth) { // the client's own key was fine
        error.message.insert(0, "the provider refuses the key it was sent: ");
        error.code.clear();
    }
    return error;
}

std::string writeErrorBody(const Error &error, std::string_view requestId)
{
    const std::string_view type = typeName(error);
    json::Writer out;
    out.beginObject();
    out.member("type", "error");
    out.key("error");
    out.beginObject();
    out.member("type", type);
    out.member("message",
               error.kind == ErrorKind::ContextLength ? contextLengthMessage(error.message) : error.message);
    if (!error.code.empty() && error.code != type) {
        out.key("details");
        out.beginObject();
        out.member("error_code", error.code);
        out.endObject();
    }
    out.endObject();
    if (!requestId.empty())
        out.member("request_id", requestId);
    out.endObject();
    return out.take();
}

} // namespace anthropic

Error Anthropic::readError(int status, std::string_view body) const
{
    return anthropic::readErrorBody(status, body);
}

std::string Anthropic::writeError(const Error &error, std::string_view requestId) const
{
    return anthropic::writeErrorBody(error, requestId);
}

} // namespace pm
