// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/anthropic.h"

#include "base/json.h"
#include "base/text.h"
#include "dialects/anthropic_fields.h"
#include "dialects/framing/surrogates.h"
#include "dialects/shared/error_table.h"

#include <algorithm>
#include <array>

namespace pm {

namespace anthropic {

namespace {

using errors::WireRow;
using errors::WordRow;

constexpr std::size_t kMostMessage = 2000;

/// What an error body says, in whichever shape.
struct Said
{
    std::string type;
    std::string message;
    std::string code; ///< details.error_code, or OpenAI's code
    std::string page; ///< the start of a body that is no JSON, in one line
};

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

// clang-format off
constexpr std::array kTypes{
    WordRow{"overloaded_error",     ErrorKind::Overloaded},
    WordRow{"rate_limit_error",     ErrorKind::RateLimited},
    WordRow{"billing_error",        ErrorKind::QuotaExhausted},
    WordRow{"authentication_error", ErrorKind::UpstreamAuth},
    WordRow{"permission_error",     ErrorKind::UpstreamAuth},
    WordRow{"request_too_large",    ErrorKind::PayloadTooLarge},
    WordRow{"timeout_error",        ErrorKind::UpstreamTimeout},
    WordRow{"api_error",            ErrorKind::UpstreamError},
};
constexpr std::array kCodes{
    WordRow{"enforced_spend_limit_reached", ErrorKind::QuotaExhausted},
    WordRow{"contract_spend_limit_reached", ErrorKind::QuotaExhausted},
    WordRow{"ramp_limit_exceeded",          ErrorKind::QuotaExhausted},
    WordRow{"insufficient_quota",           ErrorKind::QuotaExhausted},
};
/// Whole phrases: "too long" alone is also said of tool names.
constexpr std::array kPhrases{
    WordRow{"credit balance is too low",  ErrorKind::QuotaExhausted},
    WordRow{"insufficient balance",       ErrorKind::QuotaExhausted},
    WordRow{"prompt is too long",         ErrorKind::ContextLength},
    WordRow{"exceed context limit",       ErrorKind::ContextLength},
    WordRow{"exceeds the context window", ErrorKind::ContextLength},
    WordRow{"maximum context length",     ErrorKind::ContextLength},
    WordRow{"context window exceeded",    ErrorKind::ContextLength},
};
/// Taken as meant below 500 only.
constexpr std::array kPolicyPhrases{
    WordRow{"content filtering policy", ErrorKind::ContentFilter},
    WordRow{"content policy",           ErrorKind::ContentFilter},
};
// clang-format on

ErrorKind classify(int status, const Said &said)
{
    const std::string words = lowerAscii(said.message);
    if (const auto kind = errors::kindByPhrase(kCodes, said.code))
        return *kind;
    if (const auto kind = errors::kindByPhrase(kPhrases, words))
        return *kind;
    if (said.code == "context_length_exceeded")
        return ErrorKind::ContextLength;
    if (const auto kind = errors::kindByPhrase(kPolicyPhrases, words); kind && status < 500)
        return *kind;
    if (said.type == "not_found_error" || (said.type != "invalid_request_error" && status == 404))
        return words.find("model") != std::string::npos ? ErrorKind::ModelNotFound
                                                        : ErrorKind::UpstreamRejected;
    // "api_error" is also what servers write that have no better word: a 4xx then says more.
    const bool isVague = said.type == "api_error" && status >= 400 && status < 500;
    if (const auto kind = errors::kindOfWord(kTypes, said.type); kind && !isVague)
        return *kind;
    if (said.type == "invalid_request_error" && (status == 0 || status == 400))
        return ErrorKind::UpstreamRejected;
    return errors::kindOfStatus(status).value_or(ErrorKind::UpstreamError);
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

// clang-format off
constexpr std::array kWire{
    WireRow{ErrorKind::BadRequest,         "invalid_request_error"},
    WireRow{ErrorKind::NotSupported,       "invalid_request_error"},
    WireRow{ErrorKind::ContextLength,      "invalid_request_error"},
    WireRow{ErrorKind::ContentFilter,      "invalid_request_error"},
    WireRow{ErrorKind::UnsupportedMedia,   "invalid_request_error"},
    WireRow{ErrorKind::MethodNotAllowed,   "invalid_request_error"},
    WireRow{ErrorKind::HeaderTooLarge,     "invalid_request_error"},
    WireRow{ErrorKind::Config,             "invalid_request_error"},
    WireRow{ErrorKind::Unauthorized,       "authentication_error"},
    WireRow{ErrorKind::ProviderKeyMissing, "authentication_error"},
    WireRow{ErrorKind::Forbidden,          "permission_error"},
    WireRow{ErrorKind::NotFound,           "not_found_error"},
    WireRow{ErrorKind::ModelNotFound,      "not_found_error"},
    WireRow{ErrorKind::PayloadTooLarge,    "request_too_large"},
    WireRow{ErrorKind::RateLimited,        "rate_limit_error"},
    WireRow{ErrorKind::BudgetExceeded,     "billing_error"},
    WireRow{ErrorKind::Guardrail,          "invalid_request_error"},
    WireRow{ErrorKind::QuotaExhausted,     "billing_error"},
    WireRow{ErrorKind::Overloaded,         "overloaded_error"},
    WireRow{ErrorKind::NoHealthyTarget,    "overloaded_error"},
    WireRow{ErrorKind::TooManyConnections, "overloaded_error"},
    WireRow{ErrorKind::Paused,             "overloaded_error"},
    WireRow{ErrorKind::ShuttingDown,       "overloaded_error"},
    WireRow{ErrorKind::RequestTimeout,     "timeout_error"},
    WireRow{ErrorKind::UpstreamTimeout,    "timeout_error"},
};
// clang-format on

std::string_view typeName(const Error &error)
{
    if (error.kind == ErrorKind::UpstreamRejected)
        return typeOfRejection(error.upstreamStatus);
    const WireRow *row = errors::findWire(kWire, error.kind);
    return row ? row->type : "api_error";
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
    if (words.find("prompt is too long") != std::string::npos)
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
    error.upstreamBody = clipUtf8(body, errors::kMostBody);
    error.message = clipUtf8(said.message, kMostMessage);
    if (error.message.empty()) {
        error.message =
            status > 0 ? "the provider answered " + std::to_string(status) : "the provider reported an error";
        error.message += said.page.empty() ? " without a message" : ": " + said.page;
    }
    if (error.kind == ErrorKind::UpstreamAuth)
        errors::blameProviderKey(error);
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
