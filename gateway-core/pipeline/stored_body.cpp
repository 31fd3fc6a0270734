// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/stored_body.h"

#include "base/json.h"
#include "pipeline/api_paths.h"
#include "pipeline/understood.h"

namespace pm {

namespace {

const Dialect &named(std::string_view name)
{
    const Dialect *found = findDialect(name);
    return found ? *found : dialect(DialectId::OpenAiChat);
}

/// "/openai/v1/embeddings?x=1" without the provider and the query.
std::string_view behindProvider(std::string_view path)
{
    path = path.substr(0, path.find('?'));
    const std::size_t slash = path.find('/', 1);
    return slash == std::string_view::npos ? std::string_view() : path.substr(slash);
}

} // namespace

Endpoint endpointOf(const trace::Head &head)
{
    for (const Endpoint endpoint : {Endpoint::CountTokens, Endpoint::Embeddings}) {
        if (head.endpoint == endpointName(endpoint))
            return endpoint;
    }
    if (config::findService(head.endpoint))
        return Endpoint::Service;
    if (head.endpoint != endpointName(Endpoint::PassThrough))
        return Endpoint::Chat;
    const auto match = matchApiPath(behindProvider(head.path), head.method);
    if (!match)
        return Endpoint::Chat;
    const Endpoint endpoint = match->row->endpoint;
    const bool isOther = endpoint == Endpoint::Embeddings || endpoint == Endpoint::CountTokens;
    return isOther || endpoint == Endpoint::Service ? endpoint : Endpoint::Chat;
}

const Dialect &clientFormat(const trace::Record &record)
{
    return named(record.head.clientDialect);
}

const Dialect &providerFormat(const trace::Record &record)
{
    const std::vector<trace::Attempt> &attempts = record.detail.attempts;
    const bool isKnown = !attempts.empty() && !attempts.back().dialect.empty();
    return isKnown ? named(attempts.back().dialect) : clientFormat(record);
}

std::string_view storedText(const trace::Body &body)
{
    return {body.bytes.constData(), static_cast<std::size_t>(body.bytes.size())};
}

std::string whyUnread(const trace::Body &body, bool isStream)
{
    if (body.bytes.isEmpty())
        return body.fullSize > 0 ? "the body was not kept (traces.bodies)"
                                 : "there is no body, or none is kept (traces.bodies)";
    if (body.bytes.size() > kMostUnderstood)
        return "the body is larger than 16 MiB";
    if (!body.isTruncated() || isStream)
        return {};
    return "only the first " + std::to_string(body.bytes.size()) + " of " + std::to_string(body.fullSize)
           + " bytes are kept (traces.max-body)";
}

Result<ChatRequest> readStoredChat(const trace::Record &record, std::string &problem)
{
    constexpr std::string_view kReference = "previous_response_id";
    const Dialect &client = clientFormat(record);
    const std::string_view body = storedText(record.detail.requestBody);
    auto chat = client.readRequest(body);
    if (!chat && chat.error().param == kReference) {
        const auto members = json::members(body);
        if (!members)
            return fail(members.error());
        json::Splice splice(body);
        splice.remove(*members, kReference);
        chat = client.readRequest(splice.apply());
        problem = "the turns that previous_response_id refers to are not in this trace";
    }
    if (!chat)
        return chat;
    if (chat->model.empty())
        chat->model = record.head.requestedModel; // of the path
    chat->stream = chat->stream || record.head.stream;
    return chat;
}

} // namespace pm
