// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/shared/openai_error.h"

#include "base/json.h"
#include "base/text.h"
#include "dialects/framing/surrogates.h"
#include "dialects/shared/error_table.h"
#include "dialects/shared/json_body.h"
#include "dialects/shared/openai_fields.h"

#include <array>
#include <charconv>

namespace pm::openai {

namespace {

using errors::WireRow;
using errors::WordRow;

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
    if (root.is_array() && items(root).size() > 0) // Google wraps it in a list
        root = items(root).at(0).value_unsafe();
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

// clang-format off
/// Whole phrases, here and below: "too long" alone also stands in messages about tool names. These are taken as
/// meant below 500 only.
constexpr std::array kContextPhrases{
    WordRow{"context_length_exceeded",              ErrorKind::ContextLength},
    WordRow{"exceed_context_size",                  ErrorKind::ContextLength},
    WordRow{"maximum context length",               ErrorKind::ContextLength},
    WordRow{"prompt is too long",                   ErrorKind::ContextLength},
    WordRow{"exceeds the available context size",   ErrorKind::ContextLength},
    WordRow{"exceeds the maximum number of tokens", ErrorKind::ContextLength},
    WordRow{"exceeds the context window",           ErrorKind::ContextLength},
};
constexpr std::array kPhrases{
    WordRow{"insufficient_quota",           ErrorKind::QuotaExhausted},
    WordRow{"billing_hard_limit_reached",   ErrorKind::QuotaExhausted},
    WordRow{"exceeded your current quota",  ErrorKind::QuotaExhausted},
    WordRow{"insufficient balance",         ErrorKind::QuotaExhausted},
    WordRow{"insufficient credits",         ErrorKind::QuotaExhausted},
    WordRow{"billing_not_active",           ErrorKind::QuotaExhausted},
    WordRow{"content_filter",               ErrorKind::ContentFilter},
    WordRow{"content_policy_violation",     ErrorKind::ContentFilter},
    WordRow{"responsibleaipolicyviolation", ErrorKind::ContentFilter},
    WordRow{"invalid_api_key",              ErrorKind::UpstreamAuth},
    WordRow{"api key not valid",            ErrorKind::UpstreamAuth},
    WordRow{"incorrect api key",            ErrorKind::UpstreamAuth},
    WordRow{"authentication_error",         ErrorKind::UpstreamAuth},
    WordRow{"model_not_found",              ErrorKind::ModelNotFound},
    WordRow{"model not found",              ErrorKind::ModelNotFound},
};
/// Of a model, in an answer of status 404.
constexpr std::array kAbsencePhrases{
    WordRow{"not found", ErrorKind::ModelNotFound},
    WordRow{"not exist", ErrorKind::ModelNotFound},
};
/// In the code and type of an error inside an answer of status 200, where nothing else tells.
constexpr std::array kHiddenWords{
    WordRow{"rate_limit",         ErrorKind::RateLimited},
    WordRow{"RESOURCE_EXHAUSTED", ErrorKind::RateLimited},
    WordRow{"overloaded",         ErrorKind::Overloaded},
    WordRow{"UNAVAILABLE",        ErrorKind::Overloaded},
    WordRow{"invalid_request",    ErrorKind::UpstreamRejected},
    WordRow{"INVALID_ARGUMENT",   ErrorKind::UpstreamRejected},
};
constexpr std::array kWire{
    WireRow{ErrorKind::Unauthorized,       "authentication_error",  "invalid_api_key"},
    WireRow{ErrorKind::ProviderKeyMissing, "authentication_error",  "provider_key_missing"},
    WireRow{ErrorKind::Forbidden,          "permission_error"},
    WireRow{ErrorKind::NotFound,           "not_found_error",       "not_found"},
    WireRow{ErrorKind::ModelNotFound,      "not_found_error",       "model_not_found"},
    WireRow{ErrorKind::RateLimited,        "rate_limit_error",      "rate_limit_exceeded"},
    WireRow{ErrorKind::BudgetExceeded,     "insufficient_quota",    "budget_exceeded"},
    WireRow{ErrorKind::Guardrail,          "invalid_request_error", "guardrail"},
    WireRow{ErrorKind::QuotaExhausted,     "insufficient_quota",    "insufficient_quota"},
    WireRow{ErrorKind::ContextLength,      "invalid_request_error", "context_length_exceeded"},
    WireRow{ErrorKind::ContentFilter,      "invalid_request_error", "content_filter"},
    WireRow{ErrorKind::BadRequest,         "invalid_request_error"},
    WireRow{ErrorKind::UpstreamRejected,   "invalid_request_error"},
};
// clang-format on

/// By code and type first; by phrases where providers give nothing better.
std::optional<ErrorKind> kindByWords(int status, const Said &said)
{
    const std::string words = lowerAscii(said.code + "\n" + said.type + "\n" + said.message);
    if (const auto kind = errors::kindByPhrase(kContextPhrases, words); kind && status < 500)
        return kind;
    if (const auto kind = errors::kindByPhrase(kPhrases, words))
        return kind;
    if (status == 404 && words.find("model") != std::string::npos)
        return errors::kindByPhrase(kAbsencePhrases, words);
    return std::nullopt;
}

ErrorKind kindOfHidden(const Said &said)
{
    return errors::kindByPhrase(kHiddenWords, said.code + " " + said.type).value_or(ErrorKind::UpstreamError);
}

WireRow wireOf(ErrorKind kind)
{
    if (const WireRow *row = errors::findWire(kWire, kind))
        return *row;
    const bool clientsFault = traits(kind).status < 500;
    return {kind, clientsFault ? "invalid_request_error" : "server_error", traits(kind).label};
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
    error.kind = hidden ? kindOfHidden(said)
                        : errors::kindOfStatus(effective).value_or(ErrorKind::UpstreamBroken);
    if (const auto kind = kindByWords(effective, said))
        error.kind = *kind;
    error.message = clipUtf8(said.message, kMostMessage);
    if (error.message.empty())
        error.message = "the provider answered " + std::to_string(status) + " without saying why";
    error.code = clipUtf8(said.code, 128);
    error.param = clipUtf8(said.param, 256);
    error.upstreamStatus = effective;
    error.retryAfter = said.retryAfter;
    error.upstreamBody = clipUtf8(body, errors::kMostBody);
    if (error.kind == ErrorKind::UpstreamAuth)
        errors::blameProviderKey(error);
    return error;
}

std::string writeErrorBody(const Error &error)
{
    const WireRow wire = wireOf(error.kind);
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

} // namespace pm::openai
