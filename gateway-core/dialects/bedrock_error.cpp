// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/bedrock.h"

#include "base/text.h"
#include "dialects/bedrock_fields.h"
#include "dialects/framing/surrogates.h"
#include "dialects/shared/error_table.h"
#include "dialects/shared/names.h"

#include <algorithm>
#include <array>

namespace pm {

namespace bedrock {

namespace {

using errors::WireRow;
using errors::WordRow;

constexpr std::size_t kMostMessage = 2000;

// Names in lower case: streams write throttlingException, answers ThrottlingException.
// clang-format off
constexpr std::array kNames{
    WordRow{"throttlingexception",                 ErrorKind::RateLimited},
    WordRow{"servicequotaexceededexception",       ErrorKind::RateLimited},
    WordRow{"toomanyrequestsexception",            ErrorKind::RateLimited},
    WordRow{"modelnotreadyexception",              ErrorKind::Overloaded},
    WordRow{"serviceunavailableexception",         ErrorKind::Overloaded},
    WordRow{"modeltimeoutexception",               ErrorKind::UpstreamTimeout},
    WordRow{"modelerrorexception",                 ErrorKind::UpstreamError},
    WordRow{"modelstreamerrorexception",           ErrorKind::UpstreamError},
    WordRow{"internalserverexception",             ErrorKind::UpstreamError},
    WordRow{"internalfailure",                     ErrorKind::UpstreamError},
    WordRow{"accessdeniedexception",               ErrorKind::UpstreamAuth},
    WordRow{"unrecognizedclientexception",         ErrorKind::UpstreamAuth},
    WordRow{"invalidsignatureexception",           ErrorKind::UpstreamAuth},
    WordRow{"incompletesignatureexception",        ErrorKind::UpstreamAuth},
    WordRow{"signaturedoesnotmatch",               ErrorKind::UpstreamAuth},
    WordRow{"expiredtokenexception",               ErrorKind::UpstreamAuth},
    WordRow{"missingauthenticationtokenexception", ErrorKind::UpstreamAuth},
    WordRow{"resourcenotfoundexception",           ErrorKind::ModelNotFound},
    WordRow{"validationexception",                 ErrorKind::UpstreamRejected},
};
constexpr std::array kPhrases{
    WordRow{"input is too long for requested model", ErrorKind::ContextLength},
    WordRow{"prompt is too long",                    ErrorKind::ContextLength},
    WordRow{"exceed context limit",                  ErrorKind::ContextLength},
    WordRow{"maximum context length",                ErrorKind::ContextLength},
    WordRow{"model identifier is invalid",           ErrorKind::ModelNotFound},
    WordRow{"too many tokens per day",               ErrorKind::QuotaExhausted},
    WordRow{"content filtering policy",              ErrorKind::ContentFilter},
};
constexpr std::array kWire{
    WireRow{ErrorKind::RateLimited,     "ThrottlingException"},
    WireRow{ErrorKind::BudgetExceeded,  "ServiceQuotaExceededException"},
    WireRow{ErrorKind::QuotaExhausted,  "ServiceQuotaExceededException"},
    WireRow{ErrorKind::Unauthorized,    "UnrecognizedClientException"},
    WireRow{ErrorKind::Forbidden,       "AccessDeniedException"},
    WireRow{ErrorKind::NotFound,        "ResourceNotFoundException"},
    WireRow{ErrorKind::ModelNotFound,   "ResourceNotFoundException"},
    WireRow{ErrorKind::Overloaded,      "ServiceUnavailableException"},
    WireRow{ErrorKind::NoHealthyTarget, "ServiceUnavailableException"},
    WireRow{ErrorKind::UpstreamTimeout, "ModelTimeoutException"},
    WireRow{ErrorKind::UpstreamError,   "ModelErrorException"},
    WireRow{ErrorKind::UpstreamBroken,  "ModelErrorException"},
    WireRow{ErrorKind::Internal,        "InternalServerException"},
};
// clang-format on

/// "ThrottlingException" of "com.amazon.coral#ThrottlingException:http://…".
std::string_view bareName(std::string_view name)
{
    name = name.substr(0, name.find(':'));
    return name.substr(name.find('#') == std::string_view::npos ? 0 : name.find('#') + 1);
}

struct Said
{
    std::string name;
    std::string message;
};

Said readSaid(std::string_view name, std::string_view body)
{
    Said said{std::string(bareName(name)), {}};
    const auto document = parseLenient(body);
    if (!document) { // a proxy's page, or nothing
        said.message = shared::isBlank(body) ? "" : std::string(clipUtf8(body, 300));
        std::replace_if(
            said.message.begin(), said.message.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
        return said;
    }
    for (const std::string_view key : {"message", "Message", "originalMessage"}) {
        if (said.message.empty())
            said.message = json::findString(document->root(), key).value_or("");
    }
    if (said.name.empty())
        said.name = bareName(json::findString(document->root(), "__type").value_or(""));
    return said;
}

} // namespace

Error readErrorBody(int status, std::string_view name, std::string_view body)
{
    const Said said = readSaid(name, body);
    const auto byPhrase = errors::kindByPhrase(kPhrases, lowerAscii(said.message));
    const auto byName = errors::kindOfWord(kNames, lowerAscii(said.name));
    Error error;
    error.kind = byPhrase ? *byPhrase
                 : byName ? *byName
                          : errors::kindOfStatus(status).value_or(ErrorKind::UpstreamError);
    // Amazon's statuses for what passes with time (400, 408, 424) say something else to clients of other formats, and its
    // names hide the codes that they branch on.
    const bool isOdd = traits(error.kind).retryable && status < 500 && status != 429;
    error.upstreamStatus = isOdd ? 0 : status;
    error.upstreamBody = clipUtf8(body, errors::kMostBody);
    error.message = clipUtf8(said.message, kMostMessage);
    if (error.message.empty())
        error.message = said.name.empty() ? "the provider reported an error without a message" : said.name;
    if (error.kind == ErrorKind::UpstreamAuth)
        errors::blameProviderKey(error);
    return error;
}

std::string_view errorName(ErrorKind kind)
{
    const WireRow *row = errors::findWire(kWire, kind);
    return row ? row->type : traits(kind).status >= 500 ? "InternalServerException" : "ValidationException";
}

} // namespace bedrock

Error Bedrock::readError(int status, std::string_view body) const
{
    return bedrock::readErrorBody(status, {}, body);
}

Error Bedrock::readNamedError(int status, std::string_view name, std::string_view body) const
{
    return bedrock::readErrorBody(status, name, body);
}

std::string Bedrock::writeError(const Error &error, std::string_view) const
{
    json::Writer out;
    out.beginObject();
    out.member("__type", bedrock::errorName(error.kind));
    out.member("message", error.message);
    out.endObject();
    return out.take();
}

} // namespace pm
