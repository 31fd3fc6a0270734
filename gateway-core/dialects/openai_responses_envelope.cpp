// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_responses_fields.h"

#include <array>

// The response object around the items.
namespace pm::responses {

namespace {

/// A member that the response repeats from the request, and what stands there when the request has none.
struct Echo
{
    std::string_view name;
    std::string_view byDefault;
};
constexpr std::array kEchoes{
    Echo{"instructions", "null"},
    Echo{"max_output_tokens", "null"},
    Echo{"parallel_tool_calls", "true"},
    Echo{"previous_response_id", "null"},
    Echo{"reasoning", R"({"effort":null,"summary":null})"},
    Echo{"store", "true"},
    Echo{"temperature", "1"},
    Echo{"text", R"({"format":{"type":"text"}})"},
    Echo{"tool_choice", R"("auto")"},
    Echo{"tools", "[]"},
    Echo{"top_p", "1"},
    Echo{"truncation", R"("disabled")"},
    Echo{"metadata", "{}"},
};

std::string echoOf(std::string_view request)
{
    const auto document = request.empty() ? Result<json::Document>(fail(ErrorKind::BadRequest, ""))
                                          : json::Document::parse(request);
    std::string echo;
    for (const Echo &each : kEchoes) {
        const auto asked = document ? json::find(document->root(), each.name) : std::nullopt;
        echo += ",\"" + std::string(each.name) + "\":";
        echo += asked ? json::text(*asked) : std::string(each.byDefault);
    }
    return echo;
}

} // namespace

std::string_view failureCode(const Error &error)
{
    switch (error.kind) {
    case ErrorKind::RateLimited: return "rate_limit_exceeded";
    case ErrorKind::BudgetExceeded:
    case ErrorKind::QuotaExhausted: return "insufficient_quota";
    case ErrorKind::ContextLength: return "context_length_exceeded";
    case ErrorKind::ContentFilter:
    case ErrorKind::Guardrail:
    case ErrorKind::BadRequest:
    case ErrorKind::UpstreamRejected: return "invalid_prompt";
    case ErrorKind::Overloaded: return "server_is_overloaded";
    default: return "server_error";
    }
}

void writeFailure(json::Writer &out, const Error &error)
{
    out.beginObject();
    out.member("code", failureCode(error));
    out.member("message", error.message);
    out.endObject();
}

Envelope::Envelope(const ReplyContext &context, std::string id, std::int64_t created, std::string model)
    : m_id(id.starts_with("resp_") ? std::move(id) : "resp_" + context.requestId)
    , m_created(created != 0 ? created : context.created)
    , m_model(context.model.empty() ? std::move(model) : context.model)
    , m_echo(echoOf(context.request))
{
}

std::string Envelope::response(std::string_view status, std::string_view output, const Usage *usage,
                               std::string_view incomplete, const Error *error) const
{
    json::Writer out;
    out.beginObject();
    out.member("id", m_id);
    out.member("object", "response");
    out.member("created_at", m_created);
    out.member("status", status);
    out.key("error");
    if (error)
        writeFailure(out, *error);
    else
        out.null();
    out.key("incomplete_details");
    if (incomplete.empty()) {
        out.null();
    } else {
        out.beginObject();
        out.member("reason", incomplete);
        out.endObject();
    }
    out.member("model", m_model);
    out.memberRaw("output", output);
    out.key("usage");
    if (usage && usage->isKnown())
        writeUsage(out, *usage);
    else
        out.null();
    std::string text = out.take();
    text += m_echo;
    return text + "}";
}

} // namespace pm::responses
