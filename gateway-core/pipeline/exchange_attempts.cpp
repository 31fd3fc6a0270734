// SPDX-License-Identifier: GPL-3.0-or-later
// The loop over the plan: which target next, how it is called, what a failure means.
#include "pipeline/exchange.h"

#include "base/text.h"
#include "http/upstream_script.h"
#include "pipeline/service_model.h"
#include "pipeline/service_request.h"
#include "providers/demo.h"
#include "routing/retry.h"

#include <QTimer>

namespace pm {

namespace {

trace::Attempt describe(const Encoded &encoded, const ProviderRuntime &provider, const std::string &model)
{
    trace::Attempt attempt;
    attempt.provider = provider.provider.name;
    attempt.model = model;
    attempt.url = encoded.call.url.substr(0, encoded.call.url.find('?'));
    attempt.dialect = encoded.dialect->name();
    return attempt;
}

/// Of a direct call; nothing for a body that is not JSON, or not of that format.
std::optional<RequestFacts> factsOf(const http::Request &request, DialectId format)
{
    if (!hasJson(request))
        return std::nullopt;
    auto facts = dialect(format).facts(view(request.body));
    return facts ? std::optional(std::move(*facts)) : std::nullopt;
}

} // namespace

void Exchange::tryNext()
{
    while (m_next < m_plan.choices.size()) {
        const routing::Choice &choice = m_plan.choices[m_next];
        if (fetchMediaFor(choice))
            return; // comes back here with what it got
        if (acquire(choice)) {
            m_onThisTarget = 0;
            startAttempt(choice);
            return startCompanions();
        }
        m_recorder.detail().plan.push_back({choice.target->label(), "skipped: circuit open or being tested", true});
        ++m_next;
    }
    if (m_lastError || m_poor)
        return giveUp(m_lastError.value_or(Error{ErrorKind::NoHealthyTarget, "no other target can be tried"}));
    std::string message = "no target can be tried now";
    for (const routing::Exclusion &excluded : m_plan.excluded)
        message.append("; ").append(excluded.target).append(": ").append(excluded.reason);
    // When a key is all that is missing, say so: it is the one thing that the user can do.
    for (const routing::Exclusion &excluded : m_plan.excluded) {
        if (excluded.reason.find("no key") == std::string::npos)
            continue;
        const std::string provider = excluded.target.substr(0, excluded.target.find('/'));
        Error error{ErrorKind::ProviderKeyMissing, "no key for " + provider + ": set it with `pointsman keys set "
                                                       + provider + "` or in the window under Providers (" + message
                                                       + ")"};
        error.code = "provider_key_missing";
        return fail(std::move(error));
    }
    // What the request needs and no target has is the client's to change; the rest passes with time.
    const bool canRecover = m_plan.retryAfter.count() > 0;
    Error error{canRecover || m_plan.excluded.empty() ? ErrorKind::NoHealthyTarget : ErrorKind::NotSupported, message};
    if (canRecover)
        error.retryAfter = m_plan.retryAfter;
    fail(std::move(error));
}

bool Exchange::acquire(const routing::Choice &choice)
{
    const config::CircuitBreaker &breaker = *m_compiled->policy.breaker;
    if (choice.despiteOpen)
        return choice.target->stats->tryAcquireDespiteOpen(breaker, now());
    return choice.target->stats->tryAcquire(breaker, now());
}

void Exchange::startAttempt(const routing::Choice &choice)
{
    auto attempt = std::make_unique<Attempt>();
    attempt->target = choice.target;
    attempt->provider = m_snapshot->findProvider(choice.target->provider);
    attempt->key = keyFor(*attempt->provider);
    attempt->started = now();
    attempt->choice = m_next;
    attempt->row = m_recorder.detail().attempts.size();
    const EncodeContext context{m_request, m_route, *m_snapshot, m_compiled->policy, m_services.clock->systemNow(),
                                m_turn ? &*m_turn : nullptr, m_services.signatures, m_guard.get()};
    const std::string &model = modelOf(*attempt);
    auto encoded = isService() ? encodeService(context, m_decoded, *attempt->provider, model, attempt->key)
                               : encode(context, m_decoded, *attempt->provider, model, attempt->key);
    m_attempt = std::move(attempt);
    trace::Head &head = m_recorder.head();
    head.provider = choice.target->provider;
    head.model = model;
    ++m_attempts;
    ++m_onThisTarget;
    m_attempt->target->stats->requestStarted();
    if (!encoded) {
        trace::Attempt failed;
        failed.provider = head.provider;
        failed.model = model;
        failed.startedUs = m_recorder.since(now());
        m_recorder.detail().attempts.push_back(std::move(failed));
        return attemptFailed(m_mediaError ? *m_mediaError : encoded.error());
    }
    m_attempt->encoded = std::move(*encoded);
    m_recorder.detail().losses = m_attempt->encoded.losses;
    m_recorder.detail().attempts.push_back(describe(m_attempt->encoded, *m_attempt->provider, model));
    if (isStream()) {
        if (checkedChoice())
            m_attempt->assembly = std::make_unique<ReplyAssembly>();
        m_attempt->relay = std::make_unique<StreamRelay>(
            StreamRelay::Options{m_attempt->encoded.dialect, &dialect(m_route.dialect), replyContext(),
                                 m_attempt->encoded.shortenedTools, m_attempt->encoded.family,
                                 m_attempt->encoded.addedUsage, m_attempt->encoded.isInvoke, m_services.signatures,
                                 m_attempt->assembly.get()});
    }
    launch();
}

ReplyContext Exchange::replyContext() const
{
    ReplyContext context;
    context.requestId = m_id;
    context.model = m_decoded.facts.model;
    context.includeUsage = m_decoded.facts.includeUsage;
    context.inputTokensEstimate = m_decoded.facts.inputTokensEstimate;
    context.created = std::chrono::system_clock::to_time_t(m_services.clock->systemNow());
    context.variant = m_route.variant;
    context.request = view(m_request.body);
    context.elapsedNs = [clock = m_services.clock, start = m_start] {
        return std::int64_t(std::chrono::nanoseconds(clock->steadyNow() - start).count());
    };
    context.asArray = m_route.asArray;
    if (m_decoded.chat) {
        for (const Tool &tool : m_decoded.chat->tools) {
            if (tool.isCustom)
                context.customTools.insert(tool.name);
            if (!tool.group.empty())
                context.toolGroups.emplace(tool.name, tool.group);
        }
    }
    return context;
}

/// Not needed to pass it on, but a trace without model and prompt would be half a trace, and limits count tokens.
void Exchange::readDirect()
{
    auto facts = factsOf(m_request, m_route.dialect);
    if (!facts)
        return;
    trace::Head &head = m_recorder.head();
    m_decoded.facts = std::move(*facts);
    if (!m_route.modelId.empty())
        m_decoded.facts.model = m_route.modelId;
    m_decoded.facts.stream = m_decoded.facts.stream || m_route.pathStreams;
    head.requestedModel = head.model = m_decoded.facts.model;
    head.stream = m_decoded.facts.stream;
    head.promptStart = clipUtf8(m_decoded.facts.promptText, 160);
    m_recorder.detail().promptText = m_decoded.facts.promptText;
}

void Exchange::startDirect()
{
    const ProviderRuntime *provider = m_snapshot->findProvider(m_route.name);
    auto attempt = std::make_unique<Attempt>();
    attempt->provider = provider;
    attempt->key = pickKey(*provider, now());
    attempt->started = now();
    trace::Head &head = m_recorder.head();
    head.provider = provider->provider.name;
    if (!provider->isUsable() && !provider->provider.passClientKey) {
        Error error{ErrorKind::ProviderKeyMissing,
                    !provider->provider.isEnabled
                        ? head.provider + " is switched off in the configuration"
                        : "no key for " + head.provider + ": set it with `pointsman keys set " + head.provider + "`"};
        error.code = "provider_key_missing";
        return fail(std::move(error));
    }
    const EncodeContext context{m_request, m_route, *m_snapshot, defaultPolicy(), m_services.clock->systemNow()};
    auto encoded = encodeDirect(context, *provider, attempt->key);
    if (!encoded)
        return fail(encoded.error());
    attempt->encoded = std::move(*encoded);
    attempt->encoded.call.timeouts.firstByte = attempt->encoded.call.timeouts.total;
    m_attempt = std::move(attempt);
    m_attempts = 1;
    m_recorder.detail().routeLine = "direct: " + head.provider;
    m_recorder.detail().attempts.push_back(describe(m_attempt->encoded, *provider, head.model));
    if (m_decoded.facts.stream) {
        const Dialect *same = &dialect(m_route.dialect);
        m_attempt->relay = std::make_unique<StreamRelay>(StreamRelay::Options{same, same, ReplyContext{m_id}, {}, {}, false});
    }
    if (m_services.feed)
        publish();
    launch();
}

void Exchange::launch()
{
    m_state = State::Waiting;
    Attempt &attempt = *m_attempt;
    if (m_bill)
        reserveForAttempt();
    if (m_isSocket)
        shapeSocketCall();
    m_recorder.addUpstreamRequest(attempt.encoded.call, isDirect() || attempt.encoded.call.body == m_request.body);
    trace::Attempt &row = m_recorder.detail().attempts[attempt.row];
    row.startedUs = m_recorder.since(now());
    if (m_attempts == 1)
        m_recorder.head().gatewayUs = row.startedUs;
    if (attempt.target)
        attempt.target->stats->requestSent(m_decoded.facts.inputTokensEstimate, now());
    if (attempt.encoded.account.isEmpty())
        callUpstream();
    else
        launchWithToken();
}

void Exchange::launchWithToken()
{
    Encoded &encoded = m_attempt->encoded;
    if (!m_services.tokens)
        return attemptFailed({ErrorKind::Internal, "service accounts are not served here"});
    Attempt *const own = m_attempt.get();
    const auto use = [this](const Secret &token) {
        m_attempt->encoded.call.secretHeaders = authHeaders(AuthKind::Bearer, token);
        callUpstream();
    };
    if (const auto ready = m_services.tokens->ready(encoded.account))
        return use(*ready);
    auto waiting = m_services.tokens->request(encoded.account, [this, own, use](Result<Secret> token) {
        turnTo(own);
        const GoogleTokens::Waiting ours = std::move(m_attempt->token); // we run in it
        if (!token)
            return attemptFailed(token.error());
        use(*token);
    });
    if (!waiting)
        return attemptFailed(waiting.error());
    m_attempt->token = std::move(*waiting);
}

void Exchange::callUpstream()
{
    if (m_isSocket)
        return openSocket();
    Attempt &attempt = *m_attempt;
    http::UpstreamCallbacks callbacks;
    callbacks.onHead = [this, own = &attempt](const http::UpstreamHead &head) {
        turnTo(own);
        onHead(head);
    };
    callbacks.onData = [this, own = &attempt](std::string_view bytes) {
        turnTo(own);
        onData(bytes);
    };
    callbacks.onDone = [this, own = &attempt](Result<void> result) {
        turnTo(own);
        onDone(result);
    };
    // The call belongs to the attempt and the attempt to us: no callback can outlive this exchange.
    if (attempt.provider->provider.isDemo) {
        attempt.call = http::playScript(answerDemo(attempt.encoded.path, view(attempt.encoded.call.body)),
                                        std::move(callbacks));
    } else {
        attempt.call = m_services.upstream->start(std::move(attempt.encoded.call), std::move(callbacks));
    }
}

void Exchange::closeAttempt(const Error *error, std::string outcome)
{
    Attempt &attempt = *m_attempt;
    trace::Attempt &row = m_recorder.detail().attempts[attempt.row];
    row.outcome = std::move(outcome);
    row.status = attempt.head.status;
    if (attempt.call) {
        const http::PhaseTimes times = attempt.call->phases();
        row.dnsUs = times.dns;
        row.connectUs = times.connect;
        row.tlsUs = times.tls;
        row.sentUs = times.sent;
        row.firstByteUs = times.firstByte;
        row.reusedConnection = times.reused;
        row.bytesReceived = attempt.call->bytesReceived();
    }
    if (!attempt.isPoor) // its time was over when it was passed over
        row.totalUs = attemptTime().count();
    if (error) {
        row.errorKind = traits(error->kind).label;
        row.errorMessage = error->message;
        m_services.metrics->attemptFailed(row.provider, row.errorKind);
    }
    if (attempt.target) {
        attempt.target->stats->requestEnded();
        attempt.target->stats->tokensUsed(tokensNotCounted(error == nullptr), now());
        if (error && error->kind != ErrorKind::Cancelled)
            attempt.target->stats->recordFailure(error->kind, error->message, *m_compiled->policy.breaker, now());
    }
    m_attempt.reset(); // cancels what is still running
}

/// The output, and what the prompt was larger than estimated. Without a relay the usage is of the answer, if there was one.
std::int64_t Exchange::tokensNotCounted(bool isAnswer) const
{
    if (!m_attempt->relay && !isAnswer)
        return 0;
    const Usage &usage = m_attempt->relay ? m_attempt->relay->usage() : m_recorder.head().usage;
    const std::int64_t counted = m_decoded.facts.inputTokensEstimate;
    return std::max<std::int64_t>(0, usage.totalInput().value_or(counted) - counted) + usage.output.value_or(0);
}

/// What a stream counted before it failed is paid at its own target's price, whoever answers in the end.
void Exchange::payForFailed()
{
    const Usage usage = m_attempt->relay ? m_attempt->relay->usage() : Usage();
    if (!usage.isKnown())
        return;
    addSpent(*m_attempt, usage);
    m_recorder.head().usage = {};
}

void Exchange::restKey(const Error &error)
{
    // One dead or limited key of several rests; the others go on.
    if (!m_attempt->key || m_attempt->provider->keys.size() < 2)
        return;
    std::chrono::milliseconds rest{0};
    if (error.kind == ErrorKind::RateLimited)
        rest = error.retryAfter.value_or(std::chrono::seconds(30));
    else if (error.kind == ErrorKind::UpstreamAuth || error.kind == ErrorKind::QuotaExhausted)
        rest = std::chrono::minutes(5);
    if (rest.count() > 0)
        m_attempt->key->restsUntil->store((now() + rest).time_since_epoch().count(), std::memory_order_relaxed);
}

void Exchange::attemptFailed(const Error &error)
{
    if (isDirect())
        return giveUp(error);
    const Error kept = error; // `error` may live in the attempt that is about to end
    restKey(kept);
    m_timerContext.reset(); // a hedge that was to come
    if (failBesideRivals(kept))
        return;
    const bool canRotate = !keepsState() && m_attempt->provider->keys.size() > 1
                           && (kept.kind == ErrorKind::UpstreamAuth || kept.kind == ErrorKind::RateLimited
                               || kept.kind == ErrorKind::QuotaExhausted)
                           && m_onThisTarget < static_cast<int>(m_attempt->provider->keys.size());
    const Policy &policy = m_compiled->policy;
    m_next = std::max(m_next, m_attempt->choice);
    const bool fallback = policy.fallback->enabled && m_next + 1 < m_plan.choices.size();
    const routing::AttemptsSoFar so{m_onThisTarget, m_attempts, fallback,
                                    std::chrono::duration_cast<std::chrono::milliseconds>(now() - m_start)};
    routing::NextStep step = routing::nextStep(kept, so, *policy.retries, *policy.fallback, *policy.timeouts,
                                               m_services.rng);
    // A target that cannot express the request is passed over like one that lacks a capability.
    if (kept.kind == ErrorKind::NotSupported && m_next + 1 < m_plan.choices.size())
        step = {routing::NextStep::Kind::NextTarget, {}, "cannot express the request"};
    if (mayLackService(kept) && m_next + 1 < m_plan.choices.size())
        step = {routing::NextStep::Kind::NextTarget, {}, "does not seem to have it"};
    if (canRotate)
        step = {routing::NextStep::Kind::RetrySame, {}, "next key"};
    if (step.kind != routing::NextStep::Kind::GiveUp && !mayRepeat(kept))
        step = {routing::NextStep::Kind::GiveUp, {}, "may have been done already"};
    if (kept.kind == ErrorKind::RateLimited && !canRotate && m_attempt->target) {
        // Not longer than until our own next try, which the rest would forbid.
        const bool isRetried = step.kind == routing::NextStep::Kind::RetrySame;
        m_attempt->target->stats->rest(isRetried ? step.delay : kept.retryAfter.value_or(std::chrono::seconds(30)), now());
    }
    const auto retryTarget = m_attempt->target;
    std::string outcome(step.reason);
    if (step.kind == routing::NextStep::Kind::RetrySame)
        outcome = "retry in " + std::to_string(step.delay.count()) + " ms: " + outcome;
    else if (step.kind == routing::NextStep::Kind::NextTarget)
        outcome = "next target: " + outcome;
    m_lastError = kept;
    if (step.kind != routing::NextStep::Kind::GiveUp)
        payForFailed();
    closeAttempt(&kept, outcome);
    m_recorder.clearUpstreamAnswer();
    switch (step.kind) {
    case routing::NextStep::Kind::RetrySame: return scheduleRetry(step.delay);
    case routing::NextStep::Kind::NextTarget:
        m_state = State::Deciding;
        ++m_next;
        return tryNext();
    case routing::NextStep::Kind::GiveUp: return giveUp(kept);
    }
}

void Exchange::scheduleRetry(std::chrono::milliseconds delay)
{
    m_state = State::Backoff;
    m_timerContext = std::make_unique<QObject>();
    // Precise: others may come 5 % too early, into the rest that the target asked for.
    QTimer::singleShot(delay, Qt::PreciseTimer, m_timerContext.get(), [this] {
        if (m_state != State::Backoff)
            return;
        const routing::Choice &choice = m_plan.choices[m_next];
        if (acquire(choice)) {
            startAttempt(choice);
            return startCompanions();
        }
        ++m_next;
        tryNext();
    });
}

void Exchange::giveUp(const Error &error)
{
    Error last = error;
    if (m_attempt)
        closeAttempt(&last, "given up");
    if (answerPoor())
        return;
    const std::vector<trace::Attempt> &attempts = m_recorder.detail().attempts;
    if (attempts.size() > 1) {
        last.message += " (tried";
        for (std::size_t i = 0; i < attempts.size(); ++i) {
            const trace::Attempt &row = attempts[i];
            last.message.append(i == 0 ? " " : "; ").append(row.provider).append("/").append(row.model).append(": ");
            last.message.append(row.status >= 400 ? std::to_string(row.status) : row.errorKind);
        }
        last.message += ")";
    }
    fail(std::move(last));
}

void Exchange::fail(Error error)
{
    noteError(error);
    const int status = error.status();
    if (m_client->isOpen() && !m_hasBegun) {
        http::Headers headers = answerHeaders();
        headers.set("content-type", "application/json");
        if (error.retryAfter) {
            const auto seconds = std::chrono::ceil<std::chrono::seconds>(*error.retryAfter).count();
            headers.set("retry-after", std::to_string(std::max<long long>(1, seconds)));
        }
        // We have spent the attempts already; an SDK that repeats them would multiply them.
        if (m_attempts > 1 || !traits(error.kind).retryable)
            headers.set("x-should-retry", "false");
        addRefusalFields(error, headers);
        if (error.kind == ErrorKind::MethodNotAllowed)
            headers.set("allow", allowedMethods(m_request.path));
        const std::string body = dialect(m_route.dialect).writeError(error, m_id);
        m_recorder.addAnswerHeaders(headers);
        m_recorder.addAnswerBytes(body);
        m_client->send(status, std::move(headers), QByteArray::fromStdString(body));
    }
    finish(m_attempts > 0 ? trace::State::Failed : trace::State::Refused, status);
}

} // namespace pm
