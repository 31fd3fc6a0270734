// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/semantic_lookup.h"

#include "base/json.h"
#include "base/text.h"
#include "http/upstream_script.h"
#include "pipeline/embeddings.h"
#include "providers/demo.h"

#include <algorithm>

namespace pm {

namespace {

constexpr std::size_t kPromptMost = 4096;                 ///< bytes of the prompt that are embedded
constexpr std::size_t kAnswerMost = 32 * 1024 * 1024;     ///< 256 vectors of 4096 numbers
constexpr std::string_view kPath = "/v1/embeddings";

std::string modelOf(const routing::Node &node)
{
    return std::string(node.settings.text("embedding"));
}

const Policy &plainPolicy()
{
    static const config::Fallback fallback;
    static const config::Retries retries;
    static const config::Timeouts timeouts;
    static const config::CircuitBreaker breaker;
    static const Policy policy{&fallback, &retries, &timeouts, &breaker};
    return policy;
}

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

} // namespace

struct SemanticLookup::Call
{
    std::string model; ///< provider/model
    std::vector<std::string> texts; ///< the prompt, then examples
    http::Request request;
    Decoded decoded;
    const Dialect *dialect = nullptr;
    std::unique_ptr<http::UpstreamCall> call;
    int status = 0;
    std::string body;
};

std::vector<const routing::Node *> SemanticLookup::nodesOf(const routing::Node &root)
{
    std::vector<const routing::Node *> nodes;
    if (root.strategy == "semantic")
        nodes.push_back(&root);
    for (const routing::Node &child : root.children) {
        const auto below = nodesOf(child);
        nodes.insert(nodes.end(), below.begin(), below.end());
    }
    return nodes;
}

SemanticLookup::SemanticLookup(const Uses &uses)
    : m_uses(uses)
{
}

SemanticLookup::~SemanticLookup() = default;

bool SemanticLookup::start(const std::vector<const routing::Node *> &nodes, std::string_view prompt, std::function<void()> done)
{
    m_done = std::move(done);
    std::vector<std::string> asked;
    for (const routing::Node *node : nodes) {
        const std::string model = modelOf(*node);
        if (std::find(asked.begin(), asked.end(), model) != asked.end())
            continue;
        asked.push_back(model);
        ask(model, nodes, clipUtf8(prompt, kPromptMost));
    }
    return m_open > 0;
}

void SemanticLookup::ask(const std::string &model, const std::vector<const routing::Node *> &nodes, std::string_view prompt)
{
    auto call = std::make_unique<Call>();
    call->model = model;
    call->texts.emplace_back(prompt.empty() ? std::string_view(" ") : prompt);
    std::chrono::milliseconds timeout{0};
    for (const routing::Node *node : nodes) {
        if (modelOf(*node) != model)
            continue;
        timeout = std::max(timeout, node->settings.duration("timeout", std::chrono::milliseconds(1500)));
        for (const routing::Node &rule : node->children) {
            for (const std::string &example : rule.examples) {
                if (call->texts.size() < kMostTexts && !m_uses.vectors.find(model, example))
                    call->texts.push_back(example);
            }
        }
    }
    const std::size_t slash = model.find('/');
    const ProviderRuntime *provider = m_uses.snapshot->findProvider(model.substr(0, slash));
    if (!provider || slash == std::string::npos)
        return tellProblem(model, "settings.embedding must be provider/model of a provider that there is");
    const std::string bare = model.substr(slash + 1);
    call->request = requestFor(bare, call->texts);
    Route route;
    route.endpoint = Endpoint::Embeddings;
    route.scope = Scope::Ai;
    route.apiPath = "embeddings";
    route.version = "v1";
    auto decoded = decode(call->request, route);
    if (!decoded)
        return tellProblem(model, decoded.error().message);
    call->decoded = std::move(*decoded);
    const EncodeContext context{call->request, route, *m_uses.snapshot, plainPolicy(), m_uses.now};
    auto encoded = encode(context, call->decoded, *provider, bare, pickKey(*provider, m_uses.steadyNow));
    if (!encoded)
        return tellProblem(model, encoded.error().message);
    if (!encoded->account.isEmpty())
        return tellProblem(model, "service accounts are not used for this; take a provider with a key");
    call->dialect = encoded->dialect;
    encoded->call.timeouts.total = encoded->call.timeouts.firstByte = timeout;
    if (send(*call, std::move(*encoded), *provider)) {
        m_calls.push_back(std::move(call));
        ++m_open;
    }
}

bool SemanticLookup::send(Call &call, Encoded encoded, const ProviderRuntime &provider)
{
    http::UpstreamCallbacks callbacks;
    callbacks.onHead = [&call](const http::UpstreamHead &head) { call.status = head.status; };
    callbacks.onData = [&call](std::string_view bytes) {
        if (call.body.size() + bytes.size() <= kAnswerMost)
            call.body.append(bytes);
    };
    callbacks.onDone = [this, &call](Result<void> result) { finish(call, result); };
    // The call belongs to us: no callback can outlive this lookup.
    call.call = provider.provider.isDemo
                    ? http::playScript(answerDemo(encoded.path, view(encoded.call.body)), std::move(callbacks))
                    : m_uses.upstream.start(std::move(encoded.call), std::move(callbacks));
    return call.call != nullptr;
}

void SemanticLookup::finish(Call &call, const Result<void> &result)
{
    if (!result)
        tellProblem(call.model, result.error().message);
    else if (call.status != 200)
        tellProblem(call.model, "answered " + std::to_string(call.status));
    else
        read(call);
    if (--m_open == 0) {
        if (const auto done = std::exchange(m_done, nullptr))
            done();
    }
}

void SemanticLookup::read(Call &call)
{
    const auto answer = embeddingsAnswer(*call.dialect, dialect(DialectId::OpenAiChat), call.body, view(call.request.body),
                                         call.decoded.embeddings, {call.model, false, {}, 0, 0});
    std::vector<UnitVector> vectors = answer ? vectorsIn(*answer) : std::vector<UnitVector>();
    if (vectors.size() != call.texts.size())
        return tellProblem(call.model, answer ? "sent other vectors than were asked for" : answer.error().message);
    m_prompts[call.model] = std::move(vectors.front());
    for (std::size_t i = 1; i < vectors.size(); ++i)
        m_uses.vectors.keep(call.model, call.texts[i], std::move(vectors[i]));
}

void SemanticLookup::tellProblem(const std::string &model, const std::string &text)
{
    m_problem = "no embedding from " + (model.empty() ? std::string("settings.embedding, which is missing") : model) + ", " + text;
}

std::optional<routing::SemanticMatches::Near> SemanticLookup::nearest(const routing::Node &node) const
{
    const std::string model = modelOf(node);
    const auto prompt = m_prompts.find(model);
    if (prompt == m_prompts.end())
        return std::nullopt;
    std::optional<Near> best;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        for (const std::string &example : node.children[i].examples) {
            const auto vector = m_uses.vectors.find(model, example);
            const double near = vector ? similarity(prompt->second, *vector) : -1;
            if (vector && (!best || near > best->similarity))
                best = Near{i, near, example};
        }
    }
    return best;
}

} // namespace pm
