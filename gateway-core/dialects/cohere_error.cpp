// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/cohere.h"

#include "base/text.h"
#include "dialects/cohere_fields.h"
#include "dialects/framing/surrogates.h"
#include "dialects/shared/error_table.h"
#include "dialects/shared/names.h"

#include <algorithm>
#include <array>

namespace pm {

namespace cohere {

namespace {

using errors::WordRow;

constexpr std::size_t kMostMessage = 2000;

// clang-format off
constexpr std::array kPhrases{
    WordRow{"too many tokens",              ErrorKind::ContextLength},
    WordRow{"maximum context length",       ErrorKind::ContextLength},
    WordRow{"exceeds the model's context",  ErrorKind::ContextLength},
    WordRow{"api calls / month",            ErrorKind::QuotaExhausted},
    WordRow{"billing",                      ErrorKind::QuotaExhausted},
    WordRow{"invalid api token",            ErrorKind::UpstreamAuth},
};
// clang-format on

bool isUnknownModel(int status, std::string_view words)
{
    return (status == 404 || status == 400) && words.find("model") != std::string_view::npos &&
           words.find("not found") != std::string_view::npos;
}

std::string messageOf(std::string_view body)
{
    std::string text;
    if (const auto document = parseLenient(body)) {
        for (const std::string_view key : {"message", "error", "detail"}) {
            if (text.empty())
                text = json::findString(document->root(), key).value_or("");
        }
        return text;
    }
    text = shared::isBlank(body) ? "" : std::string(clipUtf8(body, 300));
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    return text;
}

} // namespace

Error readErrorBody(int status, std::string_view body)
{
    const std::string said = messageOf(body);
    const std::string words = lowerAscii(said);
    Error error;
    if (const auto byPhrase = errors::kindByPhrase(kPhrases, words); byPhrase && status < 500)
        error.kind = *byPhrase;
    else if (isUnknownModel(status, words))
        error.kind = ErrorKind::ModelNotFound;
    else if (status == 498) // the vendor's word for a token that is none
        error.kind = ErrorKind::UpstreamAuth;
    else
        error.kind = errors::kindOfStatus(status).value_or(ErrorKind::UpstreamError);
    error.upstreamStatus = status;
    error.upstreamBody = clipUtf8(body, errors::kMostBody);
    error.message = clipUtf8(said, kMostMessage);
    if (error.message.empty())
        error.message = "the provider answered " + std::to_string(status) + " without a message";
    if (error.kind == ErrorKind::UpstreamAuth)
        errors::blameProviderKey(error);
    return error;
}

} // namespace cohere

Error Cohere::readError(int status, std::string_view body) const
{
    return cohere::readErrorBody(status, body);
}

std::string Cohere::writeError(const Error &error, std::string_view requestId) const
{
    json::Writer out;
    out.beginObject();
    if (!requestId.empty())
        out.member("id", requestId);
    out.member("message", error.message);
    out.endObject();
    return out.take();
}

} // namespace pm
