// SPDX-License-Identifier: GPL-3.0-or-later
// Answers that were given before: looked for before a provider is asked, and kept when one was.
#include "pipeline/exchange.h"

#include "base/text.h"
#include "dialects/embeddings.h"

#include <algorithm>

namespace pm {
namespace {

constexpr std::size_t kStartOfPrompt = 160; ///< bytes of a prompt that lists show
constexpr double kNear = 0.1; ///< below the threshold by no more than this is near
/// A longer turn is not looked up by meaning: models of embeddings cut, and what they cut would not count.
constexpr std::size_t kMostEmbedded = 8 * 1024;

/// Complete, and not what a filter left of it.
bool isGood(FinishReason reason)
{
    return reason != FinishReason::ContentFilter && reason != FinishReason::ContextFull && reason != FinishReason::Pause;
}

/// What is known of the answer that has just come to its end; takes what was copied of it.
std::shared_ptr<policy::CachedAnswer> entryOf(CacheTurn &turn, const trace::Head &head, const Route &route)
{
    auto answer = std::make_shared<policy::CachedAnswer>();
    turn.fill->moveTo(*answer);
    answer->slot = turn.slot;
    answer->dialect = route.dialect;
    answer->variant = route.variant;
    answer->isEmbeddings = route.endpoint == Endpoint::Embeddings;
    answer->isStream = head.stream;
    answer->provider = head.provider;
    answer->model = head.model;
    answer->router = route.name;
    answer->requestedModel = head.requestedModel;
    answer->usage = head.usage;
    answer->costMicroUsd = head.costMicroUsd;
    answer->lifetime = turn.ask.wish.lifetime.count();
    answer->request = std::move(turn.key.text);
    return answer;
}

} // namespace

/// The router's own cache, or that of all.
const config::Cache *Exchange::cacheSettings() const
{
    const auto ofPolicies = [](const config::Policies *policies) {
        return policies && policies->cache ? &*policies->cache : nullptr;
    };
    const config::Cache *const own = ofPolicies(m_compiled->policy.own);
    return own ? own : ofPolicies(m_compiled->policy.global);
}

Result<Exchange::Step> Exchange::lookUpCache()
{
    const config::Cache *settings = cacheSettings();
    const bool isKind = m_route.endpoint == Endpoint::Chat || m_route.endpoint == Endpoint::Embeddings;
    if (!settings || !m_services.cache || !isKind || m_isSocket || m_decoded.facts.loadsModel || m_isAnswerPrivate)
        return Step::Next;
    auto turn = std::make_unique<CacheTurn>();
    turn->settings = settings;
    turn->ask = cacheAsk(m_request.headers, *settings);
    turn->store = m_services.cache->store();
    if (turn->ask.isOff || !turn->store)
        return Step::Next;
    auto key = keyForCache(turn->ask);
    if (!key)
        return Step::Next; // what only its provider understands is not ours to compare
    turn->key = std::move(*key);
    m_cache = std::move(turn);
    return findInCache();
}

/// Nothing when the request cannot be read, or refers to what only a provider knows.
std::optional<policy::CacheKey> Exchange::keyForCache(const CacheAsk &ask)
{
    const http::Headers &headers = m_request.headers;
    policy::CacheScope scope;
    scope.router = m_route.name;
    for (const char *name : {"x-pointsman-provider", "helicone-forced-routing", "x-pointsman-model"})
        scope.forced.append(headers.value(name)).append("\n");
    scope.seed = ask.seed;
    const bool isShared = cacheSettings()->share == config::Cache::Share::All && !ask.wish.isPrivate;
    scope.client = isShared ? std::string() : m_caller.name;
    if (m_route.dialect == DialectId::OpenAiCompletions || !m_route.variant.empty())
        scope.wire.append(dialect(m_route.dialect).name()).append(" ").append(m_route.variant);
    if (m_guard && m_guard->answerMark() != 0)
        scope.wire.append(" guard ").append(std::to_string(m_guard->answerMark()));
    for (const char *name : {"anthropic-beta", "openai-beta"})
        scope.betas.append(headers.value(name)).append(headers.contains(name) ? "\n" : "");
    const std::string_view body = view(m_request.body);
    if (m_route.endpoint == Endpoint::Embeddings) {
        const EmbeddingsFormat *format = dialect(m_route.dialect).embeddings();
        auto read = format ? std::optional(format->readRequest(body)) : std::nullopt;
        if (!read || !*read)
            return std::nullopt;
        m_decoded.embeddings = std::move(**read);
        return policy::cacheKey(scope, *m_decoded.embeddings, m_decoded.facts.model, body);
    }
    const auto whole = m_turn ? m_turn->bodyFor({{}, true, false}) : Result<std::string>();
    if (!whole || !readChat(m_turn ? std::string_view(*whole) : body, m_route, m_decoded))
        return std::nullopt;
    return policy::cacheKey(scope, *m_decoded.chat, m_decoded.facts.model, m_turn ? std::string_view(*whole) : body);
}

/// What another thread answers comes back to this one; not to an exchange that is gone.
template <typename Value>
std::function<void(Value)> Exchange::later(Result<Step> (Exchange::*use)(Value))
{
    return [weak = weak_from_this(), post = m_services.post, use](Value value) {
        post([weak, use, value = std::move(value)]() mutable {
            const auto self = weak.lock();
            if (self && self->m_state != State::Done && self->m_cache)
                self->goOn((self.get()->*use)(std::move(value)));
        });
    };
}

void Exchange::goOn(const Result<Step> &step)
{
    if (!step)
        return fail(step.error());
    if (*step == Step::Next)
        advance();
}

Result<Exchange::Step> Exchange::findInCache()
{
    auto shelf = m_cache->store->find(m_cache->key.hash, later<policy::CacheShelf>(&Exchange::useShelf));
    return shelf ? useShelf(std::move(*shelf)) : Step::Wait;
}

Result<Exchange::Step> Exchange::useShelf(policy::CacheShelf shelf)
{
    CacheTurn &turn = *m_cache;
    const ShelfChoice choice = chooseFrom(shelf, turn.ask, turn.key.text, unixSeconds(m_services.clock->systemNow()),
                                          m_services.rng);
    if (choice.answer && answerFromCache(choice.answer))
        return Step::Over;
    turn.slot = choice.slot;
    if (turn.ask.wish.onlyIfCached && !turn.settings->semantic)
        return notInCache();
    const bool isAlone = !turn.settings->singleFlight || !turn.ask.wish.looksUp || !turn.ask.wish.stores;
    if (isAlone || turn.seat)
        return askByMeaning();
    auto boarding = m_services.cache->flights().board(turn.key.hash, later<bool>(&Exchange::flightEnded));
    turn.seat = std::move(boarding.seat);
    if (boarding.leads)
        return findInCache(); // the one before may have landed since we looked
    turn.isWaiting = true;
    turn.waitsSince = now();
    return Step::Wait;
}

/// The one that was waited for has an answer, or has none and it is this one's turn.
Result<Exchange::Step> Exchange::flightEnded(bool leads)
{
    if (!m_cache->isWaiting)
        return Step::Wait; // it has not waited so long
    m_cache->isWaiting = false;
    if (leads)
        return askByMeaning();
    m_cache->seat.reset();
    return findInCache();
}

/// Nobody waits longer for another's answer than for a provider's.
void Exchange::checkCacheWait(SteadyTime time)
{
    if (!m_cache->isWaiting || time - m_cache->waitsSince < m_compiled->policy.timeouts->total)
        return;
    m_cache->isWaiting = false;
    m_cache->seat.reset();
    goOn(askByMeaning());
}

/// RFC 9111 5.2.1.7.
Result<Exchange::Step> Exchange::notInCache()
{
    Error error{ErrorKind::NotFound, "the cache has no answer to this request that may be given, and cache-control says "
                                     "only-if-cached; leave that out to ask a provider"};
    error.code = "not_cached";
    error.upstreamStatus = 504;
    m_recorder.head().cache = "miss";
    m_services.metrics->cache().answered(m_route.name, "miss");
    return tl::unexpected(std::move(error));
}

Result<Exchange::Step> Exchange::askByMeaning()
{
    CacheTurn &turn = *m_cache;
    const auto &semantic = turn.settings->semantic;
    const bool isAsked = semantic && turn.ask.wish.looksUp && !turn.key.lastTurn.empty()
                         && turn.key.lastTurn.size() <= kMostEmbedded && turn.key.turns <= semantic->messages;
    if (!isAsked)
        return missed();
    auto call = EmbeddingCall::start({*m_services.upstream, m_snapshot, m_services.clock->systemNow(), now()},
                                     {semantic->embedding, {turn.key.lastTurn}},
                                     [this](Result<std::vector<UnitVector>> vectors) {
                                         goOn(useVector(std::move(vectors)));
                                     });
    if (!call)
        return useVector(tl::unexpected(call.error()));
    turn.embedding = std::move(*call);
    return Step::Wait;
}

Result<Exchange::Step> Exchange::useVector(Result<std::vector<UnitVector>> vectors)
{
    CacheTurn &turn = *m_cache;
    const config::SemanticCache &semantic = *turn.settings->semantic;
    if (!vectors || vectors->empty() || vectors->front().empty()) {
        m_recorder.detail().verdicts.push_back(
            {"cache", "semantic", "no embedding",
             semantic.embedding + ": " + (vectors ? std::string("a vector of zeros") : vectors.error().message)});
        return missed();
    }
    turn.vector = std::move(vectors->front());
    const auto near = m_services.cache->index(semantic.embedding)
                          ->nearest(policy::sha256(turn.key.sharedText()), turn.vector, semantic.threshold - kNear);
    if (!near)
        return missed();
    turn.similarity = near->similarity;
    if (near->similarity >= semantic.threshold) {
        auto shelf = turn.store->find(near->row.entry, later<policy::CacheShelf>(&Exchange::useSimilar));
        return shelf ? useSimilar(std::move(*shelf)) : Step::Wait;
    }
    // Who wants no prompts in traces wants none in this list either.
    if (m_snapshot->config.traces.bodies == config::Traces::Bodies::Full) {
        m_services.cache->addNearMiss({unixSeconds(m_services.clock->systemNow()), m_route.name, near->similarity,
                                       semantic.threshold, std::string(clipUtf8(turn.key.lastTurn, kStartOfPrompt)),
                                       near->row.text});
    }
    return missed();
}

Result<Exchange::Step> Exchange::useSimilar(policy::CacheShelf shelf)
{
    const CacheTurn &turn = *m_cache;
    const std::int64_t seconds = unixSeconds(m_services.clock->systemNow());
    for (const policy::CachedAnswerPtr &answer : shelf) {
        const policy::seconds age(std::max<std::int64_t>(0, seconds - answer->storedAt));
        const bool isOfScope = std::string_view(answer->request).substr(0, turn.key.shared) == turn.key.sharedText();
        if (isOfScope && policy::mayServe(turn.ask.wish, age, policy::seconds(answer->lifetime)) && answerFromCache(answer))
            return Step::Over;
    }
    return missed();
}

Result<Exchange::Step> Exchange::missed()
{
    CacheTurn &turn = *m_cache;
    if (turn.ask.wish.onlyIfCached)
        return notInCache();
    trace::Head &head = m_recorder.head();
    head.cache = turn.ask.wish.looksUp ? "miss" : "refresh";
    m_services.metrics->cache().answered(m_route.name, head.cache);
    std::string text = turn.ask.buckets > 1 ? "answer " + std::to_string(turn.slot + 1) + " of "
                                                  + std::to_string(turn.ask.buckets) + " is collected"
                                            : std::string();
    if (turn.similarity)
        text.append(text.empty() ? "" : "; ").append("nearest at " + similarityText(*turn.similarity));
    m_recorder.detail().verdicts.push_back({"cache", turn.settings->semantic ? "semantic" : "exact", head.cache, text});
    if (turn.ask.wish.stores)
        turn.fill.emplace(turn.settings->maxEntry);
    return Step::Next;
}

/// Before the client sees the end: its next request may come to another worker at once.
void Exchange::keepInCache()
{
    CacheTurn &turn = *m_cache;
    const Attempt &attempt = *m_attempt;
    const FinishReason reason = attempt.relay ? attempt.relay->finishReason() : turn.finish;
    const bool isKept = turn.fill && !turn.fill->isTooLarge() && !m_isAnswerPrivate && !attempt.isPoor && isGood(reason)
                        && attempt.head.status == 200 && (!attempt.relay || attempt.relay->hasEnded());
    if (!isKept)
        return;
    learnCost();
    const auto answer = entryOf(turn, m_recorder.head(), m_route);
    answer->isArray = isStream() && m_route.asArray;
    answer->hasUsageEvent = m_decoded.facts.includeUsage;
    answer->tookUs = m_recorder.since(now());
    answer->storedAt = unixSeconds(m_services.clock->systemNow());
    if (!turn.vector.empty()) {
        const std::string_view shared = std::string_view(answer->request).substr(0, turn.key.shared);
        m_services.cache->index(turn.settings->semantic->embedding)
            ->add({policy::sha256(shared), turn.key.hash, std::string(clipUtf8(turn.key.lastTurn, kStartOfPrompt))},
                  turn.vector);
    }
    turn.store->put(turn.key.hash, answer);
    const policy::CacheUse use = turn.store->use(false);
    m_services.metrics->cache().stored(m_route.name, use.entries, use.bytes);
    if (turn.seat)
        turn.seat->landed();
}

} // namespace pm
