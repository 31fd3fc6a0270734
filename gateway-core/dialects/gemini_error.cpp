// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/gemini.h"

#include "base/text.h"
#include "dialects/framing/surrogates.h"
#include "dialects/gemini_fields.h"
#include "dialects/shared/error_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace pm {

namespace gemini {

namespace {

using errors::WordRow;

constexpr std::size_t kMostMessage = 2000;

/// What an error body says (google.rpc.Status with its details).
struct Said
{
    int code = 0;
    std::string status;
    std::string message;
    std::string reason;  ///< of ErrorInfo: "API_KEY_INVALID"
    std::string quotas;  ///< ids of the quotas that are used up
    std::optional<std::chrono::milliseconds> retryAfter;
    std::string page;    ///< the start of a body that is no JSON, in one line
};

/// "17s", "0.5s".
std::optional<std::chrono::milliseconds> readDuration(std::string_view text)
{
    double seconds = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool isSeconds = failed == std::errc() && end != text.data() + text.size() && *end == 's';
    if (!isSeconds || !(seconds >= 0) || seconds > 1e7)
        return std::nullopt;
    return std::chrono::milliseconds(static_cast<long long>(std::ceil(seconds * 1000)));
}

void readDetail(json::Element detail, Said &said)
{
    const std::string_view type = findString(detail, "@type");
    if (type.ends_with("google.rpc.RetryInfo"))
        said.retryAfter = readDuration(findString(detail, "retryDelay"));
    if (type.ends_with("google.rpc.ErrorInfo"))
        said.reason = findString(detail, "reason");
    if (!type.ends_with("google.rpc.QuotaFailure"))
        return;
    if (const auto violations = findArray(detail, "violations")) {
        for (const json::Element violation : *violations)
            said.quotas.append(findString(violation, "quotaId")).append(" ");
    }
}

void readStatus(json::Element error, Said &said)
{
    said.code = static_cast<int>(findInt(error, "code").value_or(0));
    said.status = findString(error, "status");
    said.message = findString(error, "message");
    if (const auto details = findArray(error, "details")) {
        for (const json::Element detail : *details) {
            if (detail.is_object())
                readDetail(detail, said);
        }
    }
}

std::string oneLine(std::string_view text)
{
    std::string line(clipUtf8(text, 300));
    std::replace_if(line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
    return line;
}

Said readSaid(std::string_view body)
{
    Said said;
    const auto document = parseLenient(body);
    if (!document) {
        said.page = oneLine(body);
        return said;
    }
    json::Element root = document->root();
    if (root.is_array()) { // where the answer would have been an array, and at the base for OpenAI's clients
        const auto first = items(root).at(0);
        if (first.error())
            return said;
        root = first.value_unsafe();
    }
    if (const auto error = root.is_object() ? findObject(root, "error") : std::nullopt)
        readStatus(*error, said);
    else if (root.is_object())
        said.message = findString(root, "error").empty() ? findString(root, "message") : findString(root, "error");
    return said;
}

// clang-format off
constexpr std::array kReasons{
    WordRow{"API_KEY_INVALID",         ErrorKind::UpstreamAuth},
    WordRow{"API_KEY_SERVICE_BLOCKED", ErrorKind::UpstreamAuth},
    WordRow{"ACCESS_TOKEN_EXPIRED",    ErrorKind::UpstreamAuth},
    WordRow{"BILLING_DISABLED",        ErrorKind::QuotaExhausted},
};
constexpr std::array kPhrases{
    WordRow{"exceeds the maximum number of tokens allowed", ErrorKind::ContextLength},
    WordRow{"input token count exceeds",                    ErrorKind::ContextLength},
    WordRow{"prompt is too long",                           ErrorKind::ContextLength},
    WordRow{"api key not valid",                            ErrorKind::UpstreamAuth},
    WordRow{"api key expired",                              ErrorKind::UpstreamAuth},
    WordRow{"prepayment credits are depleted",              ErrorKind::QuotaExhausted},
};
constexpr std::array kStatuses{
    WordRow{"UNAUTHENTICATED",     ErrorKind::UpstreamAuth},
    WordRow{"PERMISSION_DENIED",   ErrorKind::UpstreamAuth},
    WordRow{"RESOURCE_EXHAUSTED",  ErrorKind::RateLimited},
    WordRow{"UNAVAILABLE",         ErrorKind::Overloaded},
    WordRow{"DEADLINE_EXCEEDED",   ErrorKind::UpstreamTimeout},
    WordRow{"INTERNAL",            ErrorKind::UpstreamError},
    WordRow{"INVALID_ARGUMENT",    ErrorKind::UpstreamRejected},
    WordRow{"FAILED_PRECONDITION", ErrorKind::UpstreamRejected},
};
// clang-format on

ErrorKind classify(int status, const Said &said)
{
    if (const auto kind = errors::kindOfWord(kReasons, said.reason))
        return *kind;
    if (const auto kind = errors::kindByPhrase(kPhrases, lowerAscii(said.message)))
        return *kind;
    // A day's share is gone until tomorrow: no wait that a client would make helps.
    if (said.quotas.find("PerDay") != std::string::npos)
        return ErrorKind::QuotaExhausted;
    if (said.status == "NOT_FOUND" || status == 404)
        return said.message.find("model") != std::string::npos ? ErrorKind::ModelNotFound
                                                               : ErrorKind::UpstreamRejected;
    if (const auto kind = errors::kindOfWord(kStatuses, said.status))
        return *kind;
    return errors::kindOfStatus(status).value_or(ErrorKind::UpstreamError);
}

struct StatusRow
{
    int code;
    std::string_view status;
};

// clang-format off
constexpr std::array kCodes{
    StatusRow{400, "INVALID_ARGUMENT"},
    StatusRow{401, "UNAUTHENTICATED"},
    StatusRow{402, "RESOURCE_EXHAUSTED"},
    StatusRow{403, "PERMISSION_DENIED"},
    StatusRow{404, "NOT_FOUND"},
    StatusRow{408, "DEADLINE_EXCEEDED"},
    StatusRow{409, "ABORTED"},
    StatusRow{429, "RESOURCE_EXHAUSTED"},
    StatusRow{499, "CANCELLED"},
    StatusRow{500, "INTERNAL"},
    StatusRow{501, "UNIMPLEMENTED"},
    StatusRow{504, "DEADLINE_EXCEEDED"},
    StatusRow{524, "DEADLINE_EXCEEDED"},
};
// clang-format on

std::string_view statusName(int code)
{
    const auto row =
        std::find_if(kCodes.begin(), kCodes.end(), [code](const StatusRow &each) { return each.code == code; });
    if (row != kCodes.end())
        return row->status;
    return code < 500 ? "INVALID_ARGUMENT" : "UNAVAILABLE";
}

void writeDetails(json::Writer &out, const Error &error, std::string_view requestId)
{
    out.key("details");
    out.beginArray();
    out.beginObject();
    out.member("@type", "type.googleapis.com/google.rpc.ErrorInfo");
    out.member("reason", error.code.empty() ? std::string(traits(error.kind).label) : error.code);
    out.member("domain", "pointsman");
    out.key("metadata");
    out.beginObject();
    if (!error.param.empty())
        out.member("field", error.param);
    if (!requestId.empty())
        out.member("requestId", requestId);
    out.endObject();
    out.endObject();
    if (error.retryAfter) {
        const std::int64_t ms = error.retryAfter->count();
        std::string delay = std::to_string(ms / 1000);
        if (ms % 1000 != 0)
            delay += "." + std::to_string(1000 + ms % 1000).substr(1);
        out.beginObject();
        out.member("@type", "type.googleapis.com/google.rpc.RetryInfo");
        out.member("retryDelay", delay + "s");
        out.endObject();
    }
    if (error.kind == ErrorKind::QuotaExhausted) {
        out.beginObject();
        out.member("@type", "type.googleapis.com/google.rpc.QuotaFailure");
        out.memberRaw("violations", "[]");
        out.endObject();
    }
    out.endArray();
}

} // namespace

Error readErrorBody(int status, std::string_view body)
{
    const Said said = readSaid(body);
    const int code = status >= 400 ? status : said.code;
    Error error;
    error.kind = classify(code, said);
    error.upstreamStatus = status;
    error.code = clipUtf8(said.reason, 128);
    error.retryAfter = said.retryAfter;
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
    const int code = error.status();
    json::Writer out;
    out.beginObject();
    out.key("error");
    out.beginObject();
    out.member("code", code);
    out.member("message", error.message);
    out.member("status", statusName(code));
    writeDetails(out, error, requestId);
    out.endObject();
    out.endObject();
    return out.take();
}

} // namespace gemini

Error Gemini::readError(int status, std::string_view body) const
{
    return gemini::readErrorBody(status, body);
}

std::string Gemini::writeError(const Error &error, std::string_view requestId) const
{
    return gemini::writeErrorBody(error, requestId);
}

} // namespace pm
