// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/exchange.h"

#include "base/text.h"
#include "pipeline/choose_targets.h"
#include "pipeline/local_answers.h"
#include "pipeline/ollama_answers.h"
#include "pipeline/request_fields.h"
#include "pipeline/response_answers.h"
#include "pipeline/service_request.h"

#include <algorithm>

namespace pm {

namespace {

/// Not every provider of a format answers its path for counting.
bool countsTokens(const Provider &provider, DialectId format)
{
    TargetTraits traits;
    traits.provider = provider.name;
    traits.family = provider.family;
    return !dialect(format).path(Operation::CountTokens, traits, false).empty();
}

/// x-pointsman-trace may ask for less than the configuration keeps, never for more.
config::Traces traceSettings(const http::Request &request, const config::Traces &configured)
{
    config::Traces settings = configured;
    if (request.headers.value("x-pointsman-trace") == "metadata" && settings.bodies == config::Traces::Bodies::Full)
        settings.bodies = config::Traces::Bodies::Metadata;
    return settings;
}

} // namespace

Exchange::Exchange(Services &services, http::Request request, std::shared_ptr<http::ClientStream> client)
    : m_services(services), m_request(std::move(request)), m_client(std::move(client)),
      m_snapshot(services.snapshot()), m_id(makeTraceId(services.clock->systemNow(), services.rng)),
      m_start(services.clock->steadyNow()),
      m_recorder(m_request, m_id, m_start, services.clock->systemNow(), traceSettings(m_request, m_snapshot->config.traces)),
      m_lastSent(m_start), m_lastPublished(m_start)
{
}

void Exchange::start()
{
    m_services.metrics->requestStarted();
    m_client->onClosed = [weak = weak_from_this()] {
        if (const auto self = weak.lock())
            self->onClientClosed();
    };
    m_client->onDrained = [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (self && self->m_attempt && self->m_attempt->isPaused) {
            self->m_attempt->isPaused = false;
            self->m_attempt->call->resume();
        }
    };
    m_route.dialect = dialectOfPath(m_request.path, m_request.headers);
    trace::Head &head = m_recorder.head();
    head.app = appOf(m_request.headers);
    head.clientDialect = dialect(m_route.dialect).name();
    if (auto decided = decide(); !decided)
        fail(decided.error());
}

Result<void> Exchange::decide()
{
    auto caller = admit(m_request, *m_snapshot);
    if (!caller)
        return tl::unexpected(caller.error());
    m_caller = std::move(*caller);
    m_recorder.head().client = m_caller.name;
    m_recorder.head().session = namedSession(m_request.headers);
    auto route = resolve(m_request, *m_snapshot);
    if (!route)
        return tl::unexpected(route.error());
    m_route = std::move(*route);
    trace::Head &head = m_recorder.head();
    head.clientDialect = dialect(m_route.dialect).name();
    head.endpoint = m_route.service ? config::serviceName(*m_route.service) : endpointName(m_route.endpoint);
    head.router = m_route.name;
    const bool isDecided = isDirect() || m_route.endpoint == Endpoint::Admin; // elsewhere the model may name a router
    if (auto allowed = authorize(m_caller, m_route, false); isDecided && !allowed)
        return allowed;
    switch (m_route.endpoint) {
    case Endpoint::Preflight: answerPreflight(); return {};
    case Endpoint::Root:
    case Endpoint::Health:
    case Endpoint::Metrics:
    case Endpoint::Models: answerLocally(); return {};
    case Endpoint::Admin: answerAdmin(); return {};
    case Endpoint::StoredResponse:
        if (auto allowed = authorize(m_caller, m_route, false); !allowed)
            return allowed;
        answerStored();
        return {};
    default: break;
    }
    if (m_snapshot->paused)
        return pm::fail(ErrorKind::Paused, "Pointsman is paused");
    if (asksForSocket(m_request, m_route)) {
        m_isSocket = true;
        if (const auto why = refusalOfSocket(m_request)) {
            refuseSocket(*why);
            return {};
        }
    }
    if (isDirect()) {
        readDirect();
        if (auto allowed = authorizeAsked(); !allowed)
            return allowed;
        runStages(kDirect);
        return {};
    }
    return decideTargets();
}

Result<void> Exchange::readRequest()
{
    auto decoded = isService() ? decodeService(m_request, m_route) : decode(m_request, m_route);
    if (!decoded)
        return tl::unexpected(decoded.error());
    m_decoded = std::move(*decoded);
    if (auto read = readTurn(); !read)
        return read;
    const RequestFacts &facts = m_decoded.facts;
    trace::Head &head = m_recorder.head();
    head.requestedModel = facts.model;
    head.stream = isStream();
    head.promptStart = clipUtf8(facts.promptText, 160);
    m_recorder.detail().promptText = facts.promptText;
    return {};
}

Result<void> Exchange::decideTargets()
{
    if (auto read = readRequest(); !read)
        return read;
    const RequestFacts &facts = m_decoded.facts;
    trace::Head &head = m_recorder.head();
    auto compiled = compileFor(m_request, facts.model, m_snapshot, m_services.routes, m_route);
    head.router = m_route.name;
    if (!compiled)
        return tl::unexpected(compiled.error());
    m_compiled = *compiled;
    if (auto allowed = authorize(m_caller, m_route, forcesProvider(m_request.headers)); !allowed)
        return allowed;
    if (auto allowed = authorizeAsked(); !allowed)
        return allowed;
    if (m_route.endpoint == Endpoint::CountTokens) {
        if (auto guarded = guardRequest(); !guarded)
            return tl::unexpected(guarded.error());
        answerCount();
        return {};
    }
    if (m_mirrorTarget) {
        planMirror();
        return {};
    }
    runStages(kRouted);
    return {};
}

/// Whether the first target of `plan` speaks another format than the client.
bool Exchange::isForeign(const routing::Plan &plan) const
{
    if (plan.choices.empty())
        return false;
    const routing::Target &target = *plan.choices.front().target;
    const ProviderRuntime *provider = m_snapshot->findProvider(target.provider);
    return provider && surfaceFor(provider->provider, m_route.dialect, target.model, Operation::Chat).dialect != m_route.dialect;
}

void Exchange::answerLocally()
{
    const bool isOllama = m_route.endpoint == Endpoint::Models && m_route.dialect == DialectId::Ollama;
    sendLocal(isOllama ? ollamaAnswer(m_route, view(m_request.body), *m_snapshot, m_caller)
                       : localAnswer(m_route, *m_snapshot, *m_services.metrics, m_caller));
}

void Exchange::answerStored()
{
    const LocalAnswer answer = storedAnswer(m_route, m_request, m_services.responses, m_caller.name);
    if (answer.status != 426)
        return sendLocal(answer);
    const std::string body = dialect(m_route.dialect).writeError(*answer.error, m_id);
    m_client->send(answer.status, {{"content-type", answer.contentType}, {"x-request-id", m_id}},
                   QByteArray::fromStdString(body));
    finish(trace::State::Done, answer.status);
}

/// What a Responses request refers to is part of what routing must know of it.
Result<void> Exchange::readTurn()
{
    const bool isTurn = m_route.dialect == DialectId::OpenAiResponses && m_route.endpoint == Endpoint::Chat;
    if (!isTurn || !m_services.responses)
        return {};
    m_turn.emplace(view(m_request.body), *m_services.responses, m_caller.name);
    if (!m_turn->refers())
        return {};
    const auto whole = m_turn->bodyFor({{}, true, false});
    if (!whole)
        return {}; // a provider that keeps answers itself may know them
    auto facts = dialect(m_route.dialect).facts(*whole);
    if (!facts)
        return tl::unexpected(facts.error());
    m_decoded.facts = std::move(*facts);
    return {};
}

void Exchange::sendLocal(const LocalAnswer &answer)
{
    if (answer.error)
        return fail(*answer.error);
    http::Headers headers{{"content-type", answer.contentType}, {"x-request-id", m_id}};
    if (!m_caller.origin.empty())
        headers.add("access-control-allow-origin", m_caller.origin);
    m_client->send(answer.status, headers, QByteArray::fromStdString(answer.body));
    finish(trace::State::Done, answer.status);
}

void Exchange::answerPreflight()
{
    http::Headers headers{{"x-request-id", m_id}};
    if (!m_caller.origin.empty()) {
        headers.add("access-control-allow-origin", m_caller.origin);
        headers.add("access-control-allow-methods", "GET, POST, PUT, DELETE, OPTIONS");
        const std::string_view asked = m_request.headers.value("access-control-request-headers");
        headers.add("access-control-allow-headers", asked.empty() ? "*" : std::string(asked));
        headers.add("access-control-max-age", "600");
    }
    m_client->send(204, headers, {});
    finish(trace::State::Done, 204);
}

void Exchange::answerAdmin()
{
    m_services.admin(m_request, m_route, [weak = weak_from_this()](AdminReply reply) {
        const auto self = weak.lock();
        if (!self || self->m_state == State::Done)
            return;
        http::Headers headers{{"content-type", reply.contentType}, {"x-request-id", self->m_id}};
        self->m_client->send(reply.status, headers, QByteArray::fromStdString(reply.body));
        self->finish(trace::State::Done, reply.status);
    });
}

void Exchange::answerCount()
{
    // A target that counts itself is asked; for the others an estimate, marked as such, beats a 404 (wire reference 3.5).
    const routing::Node *node = &m_compiled->root;
    while (!node->target && !node->children.empty())
        node = &node->children.front();
    const ProviderRuntime *provider = node->target ? m_snapshot->findProvider(node->target->provider) : nullptr;
    const std::string &model = node->target && !node->target->model.empty() ? node->target->model : m_decoded.facts.model;
    const Surface surface =
        provider ? surfaceFor(provider->provider, m_route.dialect, model, Operation::CountTokens) : Surface();
    const bool canCount = provider && node->target->hasKey && !provider->provider.isLocal
                          && surface.dialect == m_route.dialect && surface.platformVersion.empty()
                          && countsTokens(provider->provider, m_route.dialect);
    if (canCount) {
        m_plan.choices.push_back({node->target, "counts tokens itself"});
        m_recorder.detail().plan.push_back({node->target->label(), "counts tokens itself", false});
        tryNext();
        return;
    }
    http::Headers headers{{"content-type", "application/json"},
                          {"x-request-id", m_id},
                          {"request-id", m_id},
                          {"x-pointsman-estimate", "the text's runs weighed as o200k_base splits them"}};
    const std::int64_t tokens = std::max<std::int64_t>(1, m_decoded.facts.inputTokensEstimate);
    m_client->send(200, headers, QByteArray::fromStdString(dialect(m_route.dialect).writeTokenCount(tokens)));
    finish(trace::State::Done, 200);
}

void Exchange::learnCost()
{
    trace::Head &head = m_recorder.head();
    if (isFromCache()) {
        head.costMicroUsd = 0; // its usage was paid for when it was made
        return;
    }
    const ProviderRuntime *provider = m_snapshot->findProvider(head.provider);
    if (!provider || !head.usage.isKnown() || isService())
        return; // tokens of pictures and sounds have prices of their own, which nobody knows here
    head.costMicroUsd = costOf(head.usage, m_snapshot->findModel(head.provider, head.model), provider->provider.price);
    for (const Spent &besides : m_spentBesides) {
        const bool isKnown = head.costMicroUsd && besides.cost;
        head.costMicroUsd = isKnown ? std::optional(*head.costMicroUsd + *besides.cost) : std::nullopt;
    }
}

void Exchange::publish()
{
    m_lastPublished = now();
    trace::Head head = m_recorder.head();
    head.totalUs = m_recorder.since(m_lastPublished);
    m_services.feed->publish(std::move(head));
}

void Exchange::finish(trace::State state, int status)
{
    if (m_state == State::Done)
        return;
    m_state = State::Done;
    m_timerContext.reset();
    dropRivals("cancelled");
    if (m_recorder.head().stream && m_hasBegun)
        m_services.metrics->streamEnded();
    m_client->onClosed = nullptr;
    m_client->onDrained = nullptr;
    trace::Head &head = m_recorder.head();
    head.state = state;
    head.status = status;
    head.totalUs = m_recorder.since(now());
    head.attempts = m_attempts;
    settleGuard();
    learnCost();
    settleBudgets(state == trace::State::Done && status < 400);
    settleLimits();
    metrics::Finished finished{head.router, head.provider, head.model, status, head.errorKind, m_attempts,
                               head.totalUs, head.firstContentUs};
    const Usage counted = isFromCache() ? Usage() : head.usage;
    finished.inputTokens = counted.totalInput().value_or(0);
    finished.outputTokens = counted.output.value_or(0);
    finished.costMicroUsd = head.costMicroUsd.value_or(0);
    m_services.metrics->requestFinished(finished, now());
    const bool isTraffic = m_route.endpoint != Endpoint::Health && m_route.endpoint != Endpoint::Metrics
                           && m_route.endpoint != Endpoint::Admin && m_route.endpoint != Endpoint::Root;
    // What was refused is always kept; a probe that went well is no news.
    if (isTraffic || state != trace::State::Done) {
        if (m_services.feed)
            m_services.feed->publish(head);
        if (m_services.store && m_request.headers.value("x-pointsman-trace") != "off")
            m_services.store->add(m_recorder.take());
    }
    if (m_cache)
        m_cache->seat.reset();
    m_services.active.retire(this);
}

void Exchange::onClientClosed()
{
    if (m_state == State::Done)
        return;
    if (m_socket && endedSocket())
        return;
    const Error error{ErrorKind::Cancelled, "the client closed the connection"};
    noteError(error);
    if (m_attempt) {
        if (m_attempt->relay)
            m_recorder.head().usage = m_attempt->relay->usage();
        noteCut();
        closeAttempt(&error, "cancelled by the client");
    }
    finish(trace::State::Cancelled, traits(error.kind).status);
}

void Exchange::abort()
{
    if (m_state == State::Done)
        return;
    const Error error{ErrorKind::ShuttingDown, "the gateway is shutting down"};
    if (m_socket)
        return abortSocket(error);
    if (m_state == State::Streaming)
        return breakStream(error);
    fail(error);
}

void Exchange::checkFirstContent(SteadyTime time)
{
    const auto limit = m_compiled->policy.timeouts->firstToken;
    const auto isLate = [&](const std::unique_ptr<Attempt> &attempt) {
        return attempt && attempt->relay && !attempt->relay->hasContent() && time - attempt->started > limit;
    };
    const auto rival = std::find_if(m_rivals.begin(), m_rivals.end(), isLate);
    if (rival != m_rivals.end())
        turnTo(rival->get());
    if (isLate(m_attempt)) {
        attemptFailed({ErrorKind::UpstreamTimeout, m_attempt->provider->provider.name + " sent no content within "
                                                       + std::to_string(limit.count()) + " ms"});
    }
}

void Exchange::tick(SteadyTime time)
{
    checkQueue(time);
    if (m_state == State::Waiting && m_compiled)
        checkFirstContent(time);
    if (m_cache && m_state == State::Deciding)
        checkCacheWait(time);
    constexpr auto kKeepAlive = std::chrono::seconds(15);
    if (m_state == State::Streaming && m_attempt && m_attempt->relay && time - m_lastSent > kKeepAlive
        && m_atEventEnd) {
        if (const std::string sign = m_attempt->relay->keepAlive(); !sign.empty())
            m_client->write(sign);
        m_lastSent = time;
    }
    if (m_services.feed && m_state == State::Streaming && time - m_lastPublished > std::chrono::milliseconds(150))
        publish();
}

void ActiveExchanges::add(std::shared_ptr<Exchange> exchange)
{
    const Exchange *key = exchange.get();
    m_running.emplace(key, std::move(exchange));
}

void ActiveExchanges::retire(const Exchange *exchange)
{
    const auto found = m_running.find(exchange);
    if (found == m_running.end())
        return;
    m_retired.push_back(std::move(found->second));
    m_running.erase(found);
}

void ActiveExchanges::tick(SteadyTime now)
{
    m_retired.clear();
    std::vector<std::shared_ptr<Exchange>> running; // ticking may add and retire
    running.reserve(m_running.size());
    for (const auto &[key, exchange] : m_running)
        running.push_back(exchange);
    for (const auto &exchange : running)
        exchange->tick(now);
}

void ActiveExchanges::abortAll()
{
    std::vector<std::shared_ptr<Exchange>> running;
    for (const auto &[key, exchange] : m_running)
        running.push_back(exchange);
    for (const auto &exchange : running)
        exchange->abort();
    m_retired.clear();
}

} // namespace pm
