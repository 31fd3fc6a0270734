// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/bedrock_invoke.h"

#include "base/json.h"
#include "dialects/framing/sse.h"

#include <QByteArray>
#include <QUrl>

#include <algorithm>

namespace pm {

namespace {

/// What Anthropic calls the failures that Bedrock sends within a stream.
std::string_view anthropicType(std::string_view exception)
{
    if (exception == "throttlingException")
        return "rate_limit_error";
    if (exception == "serviceUnavailableException")
        return "overloaded_error";
    if (exception == "validationException")
        return "invalid_request_error";
    if (exception == "modelTimeoutException")
        return "timeout_error";
    return "api_error";
}

std::string errorEvent(const AwsMessage &message)
{
    std::string text(message.reason);
    if (const auto payload = json::Document::parse(message.payload))
        text = json::findString(payload->root(), "message").value_or(message.reason);
    json::Writer out;
    out.beginObject();
    out.member("type", "error");
    out.key("error");
    out.beginObject();
    out.member("type", anthropicType(message.name));
    out.member("message", text.empty() ? std::string(message.name) : text);
    out.endObject();
    out.endObject();
    return out.take();
}

/// The members of the client's own anthropic_beta and of the header field, each once.
std::string betaList(std::string_view own, const std::vector<std::string_view> &betas)
{
    std::vector<std::string> names;
    const auto add = [&](std::string_view name) {
        if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end())
            names.emplace_back(name);
    };
    json::Array given;
    if (const auto list = json::Document::parse(own); list && list->root().get_array().get(given) == simdjson::SUCCESS) {
        for (const json::Element name : given) {
            if (name.is_string())
                add(name.get_string().value_unsafe());
        }
    }
    for (const std::string_view name : betas)
        add(name);
    json::Writer out;
    out.beginArray();
    for (const std::string &name : names)
        out.string(name);
    out.endArray();
    return names.empty() ? std::string() : out.take();
}

/// `system` without the line that Claude Code puts first: it is for Anthropic's own API, and Bedrock refuses it.
std::string withoutAttribution(std::string_view system)
{
    constexpr std::string_view kLine = "x-anthropic-billing-header:";
    if (system.find(kLine) == std::string_view::npos)
        return std::string(system);
    const auto parsed = json::Document::parse(system);
    json::Array blocks;
    if (!parsed || parsed->root().get_array().get(blocks) != simdjson::SUCCESS)
        return std::string(system);
    json::Writer out;
    out.beginArray();
    for (const json::Element block : blocks) {
        if (!json::findString(block, "text").value_or("").starts_with(kLine))
            out.raw(json::text(block));
    }
    out.endArray();
    return out.take();
}

} // namespace

Result<std::string> invokeBody(std::string_view body, const std::vector<std::string_view> &betas)
{
    const auto members = json::members(body);
    if (!members)
        return fail(members.error());
    std::string_view own;
    for (const json::Member &member : *members) {
        if (member.name(body) == "anthropic_beta")
            own = body.substr(member.value.begin, member.value.end - member.value.begin);
    }
    std::string out = R"({"anthropic_version":"bedrock-2023-05-31")";
    if (const std::string list = betaList(own, betas); !list.empty())
        out += R"(,"anthropic_beta":)" + list;
    for (const json::Member &member : *members) {
        const std::string_view name = member.name(body);
        if (name == "model" || name == "stream" || name == "anthropic_version" || name == "anthropic_beta")
            continue;
        out += ',';
        out += body.substr(member.key.begin, member.key.end - member.key.begin);
        out += ':';
        const std::string_view value = body.substr(member.value.begin, member.value.end - member.value.begin);
        out += name == "system" ? withoutAttribution(value) : std::string(value);
    }
    return out + '}';
}

std::string invokePath(std::string_view model, bool stream)
{
    const QByteArray name =
        QUrl::toPercentEncoding(QString::fromUtf8(model.data(), static_cast<qsizetype>(model.size())));
    return "/model/" + name.toStdString() + (stream ? "/invoke-with-response-stream" : "/invoke");
}

Result<void> InvokeUnwrapper::feed(std::string_view bytes, std::string &out)
{
    Result<void> taken;
    const auto framed = m_framing.feed(bytes, [&](const AwsMessage &message) {
        taken = onMessage(message, out);
        return taken.has_value();
    });
    return framed ? taken : framed;
}

Result<void> InvokeUnwrapper::onMessage(const AwsMessage &message, std::string &out)
{
    if (message.type != "event") {
        appendSse(out, "error", errorEvent(message));
        return {};
    }
    if (message.name != "chunk")
        return {}; // kinds still to come
    const auto wrapped = json::Document::parse(message.payload);
    const auto base64 = wrapped ? json::findString(wrapped->root(), "bytes") : std::nullopt;
    if (!base64)
        return fail(ErrorKind::UpstreamBroken, "the provider's stream has a chunk without bytes");
    const auto event = QByteArray::fromBase64Encoding(
        QByteArray(base64->data(), static_cast<qsizetype>(base64->size())), QByteArray::AbortOnBase64DecodingErrors);
    std::string text = event ? event.decoded.toStdString() : std::string();
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' '); // between values only, in JSON
    const auto parsed = json::Document::parse(text);
    if (!parsed)
        return fail(ErrorKind::UpstreamBroken, "the provider's stream has a chunk that is no JSON");
    appendSse(out, json::findString(parsed->root(), "type").value_or(""), text);
    return {};
}

} // namespace pm
