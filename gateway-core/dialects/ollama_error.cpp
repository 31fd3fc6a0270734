// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"
#include "dialects/framing/surrogates.h"
#include "dialects/ollama.h"
#include "dialects/ollama_fields.h"
#include "dialects/shared/error_table.h"

#include <array>

// Error answers, both ways: {"error":"text"} is all there is, so the text must tell the kinds apart.
namespace pm {

namespace ollama {

namespace {

using errors::WordRow;

constexpr std::size_t kMostMessage = 2 * 1024;

// clang-format off
/// Whole phrases of the server and of the runner behind it, in lower case.
constexpr std::array kPhrases{
    WordRow{"exceeds the available context size",      ErrorKind::ContextLength},
    WordRow{"exceeds the context length",              ErrorKind::ContextLength},
    WordRow{"exceeds maximum context length",          ErrorKind::ContextLength},
    WordRow{"exceeds the model's context",             ErrorKind::ContextLength},
    WordRow{"prompt is too long",                      ErrorKind::ContextLength},
    WordRow{"does not support tools",                  ErrorKind::UpstreamRejected},
    WordRow{"does not support thinking",               ErrorKind::UpstreamRejected},
    WordRow{"server busy",                             ErrorKind::Overloaded},
    WordRow{"maximum pending requests",                ErrorKind::Overloaded},
    WordRow{"model requires more system memory",       ErrorKind::UpstreamError},
    WordRow{"unauthorized",                            ErrorKind::UpstreamAuth},
    WordRow{"rate limit",                              ErrorKind::RateLimited},
    WordRow{"usage limit",                             ErrorKind::QuotaExhausted},
};
// clang-format on

bool namesMissingModel(std::string_view words)
{
    return words.find("model") != std::string_view::npos &&
           (words.find("not found") != std::string_view::npos ||
            words.find("try pulling") != std::string_view::npos);
}

std::string messageOf(std::string_view body)
{
    const auto parsed = parseLenient(body);
    if (!parsed)
        return std::string(clipUtf8(body, kMostMessage));
    const json::Element root = parsed->root();
    if (const auto text = json::findString(root, "error"))
        return std::string(*text);
    if (const auto object = json::findObject(root, "error")) // its compatible paths, and proxies
        return std::string(json::findString(*object, "message").value_or(""));
    return std::string(json::findString(root, "message").value_or(""));
}

} // namespace

Error readErrorBody(int status, std::string_view body)
{
    Error error;
    error.message = clipUtf8(messageOf(body), kMostMessage);
    const std::string words = lowerAscii(error.message);
    error.kind = errors::kindOfStatus(status).value_or(ErrorKind::UpstreamError);
    if (const auto kind = errors::kindByPhrase(kPhrases, words))
        error.kind = *kind;
    else if ((status == 404 || status < 400) && namesMissingModel(words))
        error.kind = ErrorKind::ModelNotFound;
    if (error.message.empty())
        error.message = "the provider answered " + std::to_string(status) + " without saying why";
    error.upstreamStatus = status < 400 ? 0 : status;
    error.upstreamBody = clipUtf8(body, errors::kMostBody);
    if (error.kind == ErrorKind::UpstreamAuth)
        errors::blameProviderKey(error);
    return error;
}

std::string writeErrorBody(std::string_view message)
{
    json::Writer out;
    out.beginObject();
    out.member("error", message);
    out.endObject();
    return out.take();
}

} // namespace ollama

Error Ollama::readError(int status, std::string_view body) const
{
    return ollama::readErrorBody(status, body);
}

std::string Ollama::writeError(const Error &error, std::string_view) const
{
    return ollama::writeErrorBody(error.message); // the request id travels in a header
}

} // namespace pm
