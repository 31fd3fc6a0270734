// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/embedding_call.h"

#include "base/json.h"
#include "http/upstream_script.h"
#include "pipeline/embeddings.h"
#include "providers/demo.h"

#include <utility>

namespace pm {

namespace {

constexpr std::size_t kAnswerMost = 32 * 1024 * 1024; ///< 256 vectors of 4096 numbers
constexpr std::string_view kPath = "/v1/embeddings";

/// As if a client had asked: whatever format the provider embeds in is the pipeline's business.
http::Request requestFor(const std::string &model, const std::vector<std::string> &texts)
{
    std::string body = "{\"model\":";
    json::appendQuoted(body, model);
    body += ",\"input\":[";
    for (const std::string &text : texts) {
        body += &text == &texts.front() ? "" : ",";
        json::appendQuoted(body, text);
    }
    body += "]}";
    http::Request request;
    request.method = "POST";
    request.target = request.path = kPath;
    request.headers = {{"content-type", "application/json"}, {"host", "localhost"}};
    request.body = QByteArray::fromStdString(body);
    return request;
}

std::vector<UnitVector> vectorsIn(std::string_view answer)
{
    std::vector<UnitVector> vectors;
    const auto document = json::Document::parse(answer);
    const auto data = document && document->root().is_object() ? json::findArray(document->root(), "data") : std::nullopt;
    if (!data)
        return vectors;
    for (const json::Element item : *data) {
        std::vector<float> values;
        if (const auto numbers = json::findArray(item, "embedding")) {
            for (const json::Element number : *numbers)
                values.push_back(static_cast<float>(number.is_number() ? number.get_double().value() : 0));
        }
        vectors.push_back(unitVector(std::move(values)));
    }
    return vectors;
}

Route embeddingsRoute()
{
    Route route;
    route.endpoint = Endpoint::Embeddings;
    route.scope = Scope::Ai;
    route.apiPath = "embeddings";
    route.version = "v1";
    return route;
}

} // namespace

EmbeddingCall::EmbeddingCall(Question question, Done done)
    : m_question(std::move(question)), m_done(std::move(done))
{
}

Result<std::unique_ptr<EmbeddingCall>> EmbeddingCall::start(const Uses &uses, Question question, Done done)
{
    std::unique_ptr<EmbeddingCall> call(new EmbeddingCall(std::move(question), std::move(done)));
    if (auto sent = call->send(uses); !sent)
        return tl::unexpected(sent.error());
    return call;
}

Result<void> EmbeddingCall::send(const Uses &uses)
{
    const std::string &model = m_question.model;
    const std::size_t slash = model.find('/');
    const ProviderRuntime *provider = uses.snapshot->findProvider(model.substr(0, slash));
    if (!provider || slash == std::string::npos)
        return fail(ErrorKind::NotFound, "settings.embedding must be provider/model of a provider that there is");
    const std::string bare = model.substr(slash + 1);
    m_request = requestFor(bare, m_question.texts);
    const Route route = embeddingsRoute();
    auto decoded = decode(m_request, route);
    if (!decoded)
        return tl::unexpected(decoded.error());
    m_decoded = std::move(*decoded);
    const EncodeContext context{m_request, route, *uses.snapshot, defaultPolicy(), uses.now};
    auto encoded = encode(context, m_decoded, *provider, bare, pickKey(*provider, uses.steadyNow));
    if (!encoded)
        return tl::unexpected(encoded.error());
    if (!encoded->account.isEmpty())
        return fail(ErrorKind::NotSupported, "service accounts are not used for this; take a provider with a key");
    m_dialect = encoded->dialect;
    encoded->call.timeouts.total = encoded->call.timeouts.firstByte = m_question.timeout;
    http::UpstreamCallbacks callbacks;
    callbacks.onHead = [this](const http::UpstreamHead &head) { m_status = head.status; };
    callbacks.onData = [this](std::string_view bytes) {
        if (m_body.size() + bytes.size() <= kAnswerMost)
            m_body.append(bytes);
    };
    callbacks.onDone = [this](Result<void> result) { finish(result); };
    // The call belongs to us: no callback can outlive us.
    m_call = provider->provider.isDemo
                 ? http::playScript(answerDemo(encoded->path, view(encoded->call.body)), std::move(callbacks))
                 : uses.upstream.start(std::move(encoded->call), std::move(callbacks));
    return {};
}

void EmbeddingCall::finish(const Result<void> &result)
{
    const auto done = std::exchange(m_done, nullptr);
    if (!done)
        return;
    if (!result)
        done(tl::unexpected(result.error()));
    else if (m_status != 200)
        done(fail(ErrorKind::UpstreamError, "answered " + std::to_string(m_status)));
    else
        done(read());
}

Result<std::vector<UnitVector>> EmbeddingCall::read() const
{
    const auto answer = embeddingsAnswer(*m_dialect, dialect(DialectId::OpenAiChat), m_body, view(m_request.body),
                                         m_decoded.embeddings, {m_question.model, false, {}, 0, 0});
    if (!answer)
        return tl::unexpected(answer.error());
    std::vector<UnitVector> vectors = vectorsIn(*answer);
    if (vectors.size() != m_question.texts.size())
        return fail(ErrorKind::UpstreamBroken, "sent other vectors than were asked for");
    return vectors;
}

} // namespace pm
