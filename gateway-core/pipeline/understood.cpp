// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/understood.h"

#include "base/json.h"
#include "dialects/embeddings.h"
#include "http/http.h"
#include "pipeline/chat_json.h"
#include "pipeline/reply_assembly.h"
#include "pipeline/stored_body.h"
#include "providers/bedrock_invoke.h"

namespace pm {

namespace {

/// Images, audio, files and the like.
bool isService(const trace::Record &record)
{
    return endpointOf(record.head) == Endpoint::Service;
}
constexpr const char *kNotRead = "no conversation: passed on as it came, only the model is read";

std::string_view headerOf(const trace::HeaderList &headers, std::string_view name)
{
    for (const auto &[key, value] : headers) {
        if (http::equalsIgnoreCase(key, name))
            return value;
    }
    return {};
}

/// Whether the provider's answer is a stream, by what it said of it; a client that asked for none gets none.
bool isStream(const trace::Record &record, const Dialect &provider)
{
    const std::string_view type = headerOf(record.detail.upstreamResponseHeaders, "content-type");
    const std::string_view expected = mediaType(provider.framing());
    if (type.find(expected) != std::string_view::npos || isBinaryStream(record.detail.upstreamResponseBody))
        return true;
    return provider.framing() == StreamFraming::Ndjson && record.head.stream;
}

/// The client's own names of its tools come back, as they did when the answer was passed on.
void restoreNames(const trace::Record &record, const Dialect &provider, ChatReply &reply)
{
    if (provider.id() == clientFormat(record).id())
        return;
    std::string ignored;
    const auto request = readStoredChat(record, ignored);
    for (Part &part : reply.parts) {
        auto *call = part.as<ToolCallPart>();
        for (std::size_t i = 0; call && request && i < request->tools.size(); ++i) {
            if (provider.toolName(request->tools[i].name) != call->name)
                continue;
            call->name = request->tools[i].name;
            break;
        }
    }
}

/// A stream put together. What cannot be read, or is not there, is the problem; what came before it stands.
ChatReply streamReply(const trace::Record &record, const Dialect &provider, std::string &problem)
{
    const trace::Body &body = record.detail.upstreamResponseBody;
    std::string events;
    std::string_view text = storedText(body);
    Result<void> read;
    if (isBinaryStream(body) && provider.framing() != StreamFraming::AwsEventStream) {
        read = InvokeUnwrapper().feed(text, events);
        text = events;
    }
    std::vector<ChatDelta> deltas;
    const auto reader = provider.makeReader();
    const auto fed = reader->feed(text, deltas);
    read = read && !fed ? fed : read;
    if (read && !body.isTruncated())
        read = reader->finish(deltas);
    ReplyAssembly assembly;
    for (const ChatDelta &delta : deltas)
        assembly.take(delta);
    ChatReply reply = assembly.reply();
    restoreNames(record, provider, reply);
    if (assembly.error())
        problem = "the provider ended the stream with an error: " + assembly.error()->message;
    else if (!read)
        problem = read.error().message;
    else if (body.isTruncated())
        problem = whyUnread(body, false);
    return reply;
}

std::optional<ChatReply> wholeReply(const trace::Record &record, const Dialect &provider, std::string &problem)
{
    auto reply = provider.readReply(storedText(record.detail.upstreamResponseBody));
    if (!reply) {
        problem = reply.error().message;
        return std::nullopt;
    }
    restoreNames(record, provider, *reply);
    return std::move(*reply);
}

/// Of the provider who was asked last.
int answeredStatus(const trace::Record &record)
{
    return record.detail.attempts.empty() ? record.head.status : record.detail.attempts.back().status;
}

void readWhole(const trace::Record &record, const Dialect &provider, Understood &out)
{
    const std::string_view body = storedText(record.detail.upstreamResponseBody);
    if (endpointOf(record.head) == Endpoint::CountTokens) {
        out.problem = "a count of tokens: passed on as it came";
        return;
    }
    const EmbeddingsFormat *format = provider.embeddings();
    if (format && endpointOf(record.head) == Endpoint::Embeddings) {
        const auto reply = format->readReply(body);
        out.json = reply ? embeddingsJson(*reply) : std::string();
        out.problem = reply ? std::string() : reply.error().message;
        return;
    }
    if (const auto reply = wholeReply(record, provider, out.problem))
        out.json = chatJson(*reply);
}

/// What became of the attempts, where none of their bodies is kept.
std::string failureJson(const trace::Record &record)
{
    json::Writer out;
    out.beginObject();
    out.key("error");
    out.beginObject();
    out.member("kind", record.head.errorKind);
    out.member("message", record.head.errorMessage);
    out.endObject();
    out.key("attempts");
    out.beginArray();
    for (const trace::Attempt &attempt : record.detail.attempts) {
        out.beginObject();
        out.member("target", attempt.provider + "/" + attempt.model);
        out.member("status", attempt.status);
        out.member("kind", attempt.errorKind);
        out.member("message", attempt.errorMessage);
        out.member("outcome", attempt.outcome);
        out.endObject();
    }
    out.endArray();
    out.endObject();
    return out.take();
}

} // namespace

Understood understoodRequest(const trace::Record &record)
{
    Understood out;
    out.problem = isService(record) ? kNotRead : whyUnread(record.detail.requestBody, false);
    if (!out.problem.empty())
        return out;
    const Dialect &client = clientFormat(record);
    out.format = client.name();
    if (client.embeddings() && endpointOf(record.head) == Endpoint::Embeddings) {
        auto request = client.embeddings()->readRequest(storedText(record.detail.requestBody));
        if (request && request->model.empty())
            request->model = record.head.requestedModel;
        out.json = request ? embeddingsJson(*request) : std::string();
        out.problem = request ? std::string() : request.error().message;
        return out;
    }
    const auto chat = readStoredChat(record, out.problem);
    if (chat)
        out.json = chatJson(*chat);
    else
        out.problem = chat.error().message;
    return out;
}

Understood understoodAnswer(const trace::Record &record)
{
    Understood out;
    const trace::Body &body = record.detail.upstreamResponseBody;
    if (body.bytes.isEmpty() && !record.head.errorKind.empty()) {
        out.json = failureJson(record);
        out.problem = record.detail.attempts.empty() ? "the gateway refused the request itself"
                                                     : "of failed attempts no bodies are kept";
        return out;
    }
    const Dialect &provider = providerFormat(record);
    const int status = answeredStatus(record);
    const bool streams = isStream(record, provider);
    out.problem = isService(record) && status < 300 ? kNotRead : whyUnread(body, streams);
    if (!out.problem.empty())
        return out;
    out.format = provider.name();
    if (status >= 300) {
        const std::string_view name = headerOf(record.detail.upstreamResponseHeaders, provider.errorNameField());
        out.json = errorJson(provider.readNamedError(status, name, storedText(body)));
    } else if (streams) {
        out.json = chatJson(streamReply(record, provider, out.problem));
    } else {
        readWhole(record, provider, out);
    }
    return out;
}

std::optional<ChatReply> storedReply(const trace::Record &record)
{
    const Dialect &provider = providerFormat(record);
    const bool streams = isStream(record, provider);
    std::string problem = whyUnread(record.detail.upstreamResponseBody, false);
    if (endpointOf(record.head) != Endpoint::Chat || answeredStatus(record) >= 300 || !problem.empty())
        return std::nullopt;
    auto reply = streams ? std::optional(streamReply(record, provider, problem)) : wholeReply(record, provider, problem);
    return problem.empty() ? std::move(reply) : std::nullopt;
}

bool isBinaryStream(const trace::Body &body)
{
    constexpr std::size_t kPrelude = 12; // two lengths and their checksum
    const std::string_view text = storedText(body);
    if (text.size() < kPrelude)
        return false;
    std::uint32_t sum = 0;
    for (const char c : text.substr(8, 4))
        sum = sum << 8 | static_cast<unsigned char>(c);
    return crc32(text.substr(0, 8)) == sum;
}

std::string readableBody(const trace::Body &body, const trace::HeaderList &headers)
{
    return isBinaryStream(body) ? binaryStreamText(body) : trace::readable(body, trace::contentTypeOf(headers));
}

std::string binaryStreamText(const trace::Body &body)
{
    std::string out;
    AwsEventStreamFraming framing;
    // A break shows as an end: what is wrong is said where the answer is read.
    (void)framing.feed(storedText(body), [&](const AwsMessage &message) {
        out.append(message.type).append(": ").append(message.name).append("\n");
        out.append(message.reason.empty() ? message.payload : message.reason).append("\n\n");
        return true;
    });
    return out;
}

} // namespace pm
