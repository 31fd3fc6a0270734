// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/budget_bill.h"
#include "pipeline/cache_turn.h"
#include "pipeline/encode.h"
#include "pipeline/local_answers.h"
#include "pipeline/media_fetch.h"
#include "pipeline/recorder.h"
#include "pipeline/reply_assembly.h"
#include "pipeline/semantic_lookup.h"
#include "pipeline/services.h"
#include "pipeline/socket_relay.h"
#include "pipeline/socket_request.h"
#include "pipeline/stream_relay.h"
#include "policy/guard.h"

#include <QObject>

#include <array>
#include <memory>
#include <optional>
#include <span>

namespace pm {

struct LimitsTaken;
namespace policy {
struct LimitAnswer;
}

/// One request's way, in order. Everything but relay is a plain function without I/O, tested by rows.
///
///  # | stage   | where                 | sense                                             | adds
///  1 | admit   | admit.cpp             | (head, snapshot) -> Result<Caller>                | caller; Host, Origin, loop, key checks
///  2 | resolve | resolve.cpp           | (head, snapshot) -> Result<Route>                 | router, client dialect, endpoint
///  3 | decode  | encode.cpp,           | (body, route) -> Result<Decoded>                  | model, stream?, facts; original bytes kept
///    |         | service_request.cpp   |                                                   |
///    | before  | exchange_stages.cpp   | what may make it wait, or answer it, before a     | what policies say
///    |         |                       | target is chosen: one after the other             |
///    |         | exchange_cache.cpp    | an answer that was given before                   | a hit ends here
///  4 | choose  | compiled_route.cpp,   | (route, facts, stats, rng) -> Plan                | ordered targets, and why
///    |         | service_route.cpp,    |                                                   |
///    |         | routing/plan.cpp      |                                                   |
///  5 | encode  | encode.cpp,           | (request, target) -> Result<Encoded>              | URL, headers, body, authentication
///    |         | service_request.cpp   |                                                   |
///    | media   | exchange_media.cpp    | pictures named by URL -> bytes                    | for targets that take no URLs
///  6 | relay   | exchange_relay.cpp,   | provider's bytes -> client's bytes                | attempts, first content, usage;
///    |         | exchange_service.cpp, |                                                   | next target on failure
///    |         | stream_relay.cpp,     |                                                   |
///    |         | exchange_rivals.cpp,  | several targets at once, mirrors                  | the first content wins
///    |         | exchange_cascade.cpp  | answers looked at before they count               |
///    |         | exchange_socket.cpp,  | WebSocket frames, both ways                       | messages of both sides
///    |         | socket_relay.cpp      |                                                   |
///  7 | record  | recorder.cpp          | (exchange) -> trace, metrics, cost                |
///
/// Fallback is the loop 5-6 over the plan. It may loop only until the first content byte went to the client; after that
/// a failure becomes the dialect's error event and an unclean end. Lives on one worker thread, owned by ActiveExchanges
/// until it is done; callbacks hold weak pointers.
class Exchange : public std::enable_shared_from_this<Exchange>
{
public:
    enum class State {
        Deciding,  ///< stages 1-4, or an admin answer under way
        Waiting,   ///< an attempt is under way, nothing of content has come
        Backoff,   ///< between two attempts
        Streaming, ///< content went to the client
        Done,
    };

    Exchange(Services &services, http::Request request, std::shared_ptr<http::ClientStream> client);

    void start();
    /// Time limits, keep-alives, feed updates.
    void tick(SteadyTime now);
    /// Only asks `target`, whatever the routers say, for comparison with the answer to `original`. Before start().
    void mirror(const Exchange &original, std::shared_ptr<const routing::Target> target);
    /// The gateway stops: ends the request in a way that the client can see.
    void abort();

private:
    struct Attempt
    {
        std::shared_ptr<const routing::Target> target; ///< null for direct calls
        const ProviderRuntime *provider = nullptr;
        const KeySlot *key = nullptr;
        Encoded encoded;
        std::unique_ptr<http::UpstreamCall> call;
        http::UpstreamTunnel *tunnel = nullptr; ///< the call, where a WebSocket was asked for
        GoogleTokens::Waiting token; ///< while a token is being fetched
        std::unique_ptr<StreamRelay> relay; ///< for streams
        http::UpstreamHead head;
        std::string body;   ///< of a buffered answer
        std::string held;   ///< stream bytes before the first content, or before the check
        std::size_t choice = 0; ///< in the plan
        std::size_t row = 0;    ///< in the trace
        bool isPoor = false;    ///< a cascade passed it over, and nobody gave a better one
        // While several are under way the trace waits for the one that answers.
        std::string raw; ///< what the provider sent so far
        trace::HeaderList sentHeaders;
        trace::Body sentBody;
        std::unique_ptr<ReplyAssembly> assembly; ///< of a stream whose answer is looked at before it counts
        SteadyTime started;
        bool hasHead = false;
        bool isPaused = false;
    };

    // exchange_stages.cpp: what comes between reading a request and sending it
    enum class Step {
        Next, ///< the following stage may run
        Wait, ///< the stage calls advance() when it has what it waits for
        Over, ///< it has answered, or began to
    };
    using Stage = Result<Step> (Exchange::*)();
    static const std::array<Stage, 6> kRouted; ///< of what goes through routers
    static const std::array<Stage, 3> kDirect; ///< of /{provider}/…
    void runStages(std::span<const Stage> stages);
    void advance();
    Result<Step> askEmbedding();
    Result<Step> chooseTargets();
    Result<Step> sendDirect();

    // exchange_cache.cpp: answers that were given before
    Result<Step> lookUpCache();
    const config::Cache *cacheSettings() const;
    std::optional<policy::CacheKey> keyForCache(const CacheAsk &ask);
    template <typename Value>
    std::function<void(Value)> later(Result<Step> (Exchange::*use)(Value));
    void goOn(const Result<Step> &step);
    Result<Step> findInCache();
    Result<Step> useShelf(policy::CacheShelf shelf);
    Result<Step> flightEnded(bool leads);
    void checkCacheWait(SteadyTime time);
    Result<Step> notInCache();
    Result<Step> askByMeaning();
    Result<Step> useVector(Result<std::vector<UnitVector>> vectors);
    Result<Step> useSimilar(policy::CacheShelf shelf);
    Result<Step> missed();
    void keepInCache();
    // exchange_cache_hit.cpp
    bool answerFromCache(const policy::CachedAnswerPtr &answer);
    bool isFromCache() const { return m_cache && m_cache->answer; }
    void noteHit();
    void sendReplay();
    void keepReplayedTurn();
    void replayOn();
    void addCacheHeaders(http::Headers &headers) const;
    // exchange_guard.cpp: guardrails
    Result<Step> guardRequest();
    Result<void> retellPrompt();
    bool guardsAnswer() const;
    Result<void> guardReply(std::string &body, std::string &kept);
    void refuseAnswer(const Error &error);
    void writeGuarded(std::string_view bytes);
    bool finishGuarded();
    void settleGuard();
    // exchange_limits.cpp: what may pass, and how much at once
    Result<Step> takeLimits();
    void gatherLimits(LimitsTaken &limits) const;
    std::int64_t likelyCost(std::int64_t most) const;
    Result<Step> onLimitAnswer(policy::LimitAnswer answer);
    void goOnAfter(const Result<Step> &step);
    Result<Step> enterQueue();
    Result<Step> onQueueMoved();
    Error refuseFromQueue(std::chrono::milliseconds waited);
    void checkQueue(SteadyTime time);
    std::int64_t tokensUsed() const;
    std::int64_t spentBesides() const;
    void settleLimits();
    void addLimitFields(http::Headers &headers) const;
    void addRefusalFields(const Error &error, http::Headers &headers) const;

    // exchange.cpp: stages 1-5 and the end
    Result<void> decide();
    Result<void> decideTargets();
    Result<void> readRequest();
    void answerLocally();
    void answerStored();
    void sendLocal(const LocalAnswer &answer);
    Result<void> readTurn();
    void answerAdmin();
    void answerCount();
    bool isForeign(const routing::Plan &plan) const;
    void answerPreflight();
    void finish(trace::State state, int status);
    void checkFirstContent(SteadyTime time);
    void planMirror();
    void learnCost();
    void publish();

    // exchange_attempts.cpp: the loop over the plan
    void tryNext();
    bool acquire(const routing::Choice &choice);
    void startAttempt(const routing::Choice &choice);
    ReplyContext replyContext() const;
    void readDirect();
    void startDirect();
    void launch();
    void launchWithToken();
    void callUpstream();
    void attemptFailed(const Error &error);
    void scheduleRetry(std::chrono::milliseconds delay);
    void payForFailed();
    void restKey(const Error &error);
    void giveUp(const Error &error);
    void fail(Error error);
    void closeAttempt(const Error *error, std::string outcome);
    std::int64_t tokensNotCounted(bool isAnswer) const;

    // exchange_rivals.cpp: several targets for one request
    void startCompanions();
    bool startRival(std::size_t choice);
    void turnTo(Attempt *attempt);
    bool hasRivals() const { return !m_rivals.empty(); }
    bool failBesideRivals(const Error &error);
    void settleRivals();
    void followAttempt();
    void dropRivals(const std::string &outcome);
    void countSpent(const Attempt &attempt);
    void addSpent(const Attempt &attempt, const Usage &usage);
    const std::string &modelOf(const Attempt &attempt) const;
    void keepMemories();
    void startMirrors();

    // exchange_cascade.cpp: answers that are looked at before they count
    const routing::Choice *checkedChoice() const;
    bool isHeldForCheck() const;
    std::string poorAnswer(const ChatReply &reply, std::string_view body);
    bool escalates(const ChatReply &reply, std::string_view body);
    bool answerPoor();

    // exchange_budgets.cpp: what a request may cost, and has cost
    bool openBill();
    std::vector<BudgetBill::Place> budgetPlaces() const;
    Result<Step> checkBudgets();
    Result<void> judgeBudgets();
    Result<void> keepToBudgets(const routing::RequestNeeds &needs);
    void noteBudgets();
    void reserveForAttempt();
    void noteCut();
    void settleBudgets(bool isAnswered);
    Result<void> authorizeAsked();

    // exchange_media.cpp: what a request names by URL, for targets that take none
    bool fetchMediaFor(const routing::Choice &choice);
    std::vector<RemoteMedia> mediaToFetch(const routing::Choice &choice);

    // exchange_relay.cpp: what the provider sends
    void onHead(const http::UpstreamHead &head);
    void onData(std::string_view bytes);
    void onDone(const Result<void> &result);
    void onStreamData(std::string_view bytes);
    void onStreamDone(const Result<void> &result);
    void onReplyDone();
    void onDirectDone(const Result<void> &result);
    void beginStream();
    void breakStream(const Error &error);
    void succeed();
    void learnSpeed();
    void keepTurn();
    void writeToClient(std::string_view bytes);
    void sendToClient(std::string_view bytes, std::string_view kept);
    void checkBackPressure();
    Error errorFromAnswer() const;
    Result<std::string> replyForClient();
    http::Headers answerHeaders() const;

    // exchange_service.cpp: what passes through as it is, on routers
    bool keepsState() const { return m_route.keepsState; }
    const KeySlot *keyFor(const ProviderRuntime &provider) const;
    bool mayRepeat(const Error &error) const;
    bool mayLackService(const Error &error) const;
    void onServiceData(std::string_view bytes);
    void onServiceDone(const Result<void> &result);
    void beginService();

    // exchange_socket.cpp: WebSockets
    void refuseSocket(const SocketRefusal &why);
    void shapeSocketCall();
    void openSocket();
    void onSocketHead(const http::UpstreamHead &head);
    void beginSocket();
    void onProviderMessage(const http::WebSocketMessage &message);
    void onSocketDone(const Result<void> &result);
    bool endedSocket();
    void abortSocket(const Error &error);
    void breakSocket(const Error &error);
    void noteError(const Error &error);

    void onClientClosed();
    SteadyTime now() const { return m_services.clock->steadyNow(); }
    std::chrono::microseconds attemptTime() const
    {
        return std::chrono::duration_cast<std::chrono::microseconds>(now() - m_attempt->started);
    }
    bool isStream() const { return m_decoded.facts.stream && m_route.endpoint != Endpoint::Embeddings; }
    bool isService() const { return m_route.endpoint == Endpoint::Service; }
    /// The answer goes to the client as it comes; an error is read first, for another target may do better.
    bool isPassing() const { return isService() && m_attempt->hasHead && m_attempt->head.status < 400; }
    bool isDirect() const { return m_route.endpoint == Endpoint::PassThrough; }

    Services &m_services;
    http::Request m_request;
    std::shared_ptr<http::ClientStream> m_client;
    SnapshotPtr m_snapshot;
    State m_state = State::Deciding;
    std::string m_id;
    SteadyTime m_start;
    Recorder m_recorder;
    Route m_route;
    Caller m_caller;
    Decoded m_decoded;
    std::optional<ResponseTurn> m_turn; ///< of a Responses request
    CompiledRoutePtr m_compiled;
    std::unique_ptr<policy::Guard> m_guard; ///< null without guardrails
    QByteArray m_askedBody; ///< the client's own, where a guardrail has changed it: `m_turn` reads there
    std::span<const Stage> m_stages; ///< still to run
    std::shared_ptr<LimitsTaken> m_limits; ///< null: it falls under none
    routing::Plan m_plan;
    std::size_t m_next = 0;        ///< index into the plan of the target to try
    int m_onThisTarget = 0;        ///< attempts made on it
    int m_attempts = 0;            ///< in all
    std::optional<Error> m_lastError;
    std::unique_ptr<Attempt> m_attempt; ///< the one that something happens to now
    std::vector<std::unique_ptr<Attempt>> m_rivals; ///< others under way, until one has content
    std::unique_ptr<Attempt> m_poor;  ///< the last answer that a cascade passed over: better than none
    struct Spent
    {
        std::string provider;
        std::string model;
        std::optional<MicroUsd> cost; ///< unset: unknown
    };
    std::vector<Spent> m_spentBesides; ///< at targets that did not answer the client
    std::size_t m_poorSpent = 0;       ///< which of it m_poor has
    std::unique_ptr<BudgetBill> m_bill; ///< null without budgets
    std::optional<Usage> m_cutUsage;    ///< of an attempt that was cut, as far as it came; only where there are budgets
    std::string m_mirrorOf;           ///< trace id of the request that this one only mirrors; empty for most
    std::shared_ptr<const routing::Target> m_mirrorTarget;
    bool m_isSocket = false;               ///< a WebSocket is asked for
    std::unique_ptr<SocketRelay> m_socket; ///< once it is agreed on; uses the attempt's tunnel
    std::unique_ptr<SemanticLookup> m_semantic; ///< what rules by example need to know
    std::unique_ptr<CacheTurn> m_cache; ///< null: no cache has to do with it
    bool m_isAnswerPrivate = false;     ///< set by a stage before the cache: the answer is for this request alone
    std::unique_ptr<MediaFetch> m_mediaFetch;
    std::optional<Error> m_mediaError; ///< why it could not be fetched
    std::unique_ptr<QObject> m_timerContext; ///< dies with us: a retry timer never fires into the dead
    SteadyTime m_lastSent;         ///< to the client, for keep-alives
    SteadyTime m_lastPublished;
    bool m_hasBegun = false;       ///< the head went to the client
    bool m_atEventEnd = true;      ///< what was sent ends with a whole event: a keep-alive may follow
};

} // namespace pm
