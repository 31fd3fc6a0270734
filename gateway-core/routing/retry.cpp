// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/retry.h"

#include <algorithm>
#include <cmath>

namespace pm::routing {

namespace {

using std::chrono::milliseconds;

/// How a failure is treated: its name in `fallback.on`, and whether the same target may be asked again.
struct Treatment
{
    std::string_view onName; ///< empty: only a bare number in the list moves it on
    bool retrySame = false;
    std::string_view sameReason;
    std::string_view nextReason;
};

Treatment treatmentOfStatus(int status)
{
    switch (status) {
    case 408:
        return {"timeout", true, "request timeout: same target again", "request timeout: next target"};
    case 409:
        return {"", true, "conflict: same target again", "conflict: next target"};
    case 425:
        return {"", true, "too early: same target again", "too early: next target"};
    default:
        return {"", false, "", "listed status: next target"};
    }
}

Treatment treatmentOf(const Error &error)
{
    switch (error.kind) {
    case ErrorKind::ConnectFailed:
        return {"connect", true, "no connection: same target again", "no connection: next target"};
    case ErrorKind::RateLimited:
        return {"429", true, "rate limit: same target again", "rate limit: next target"};
    case ErrorKind::UpstreamError:
        return {"5xx", true, "server error: same target again", "server error: next target"};
    case ErrorKind::Overloaded:
        return {"5xx", true, "overloaded: same target again", "overloaded: next target"};
    case ErrorKind::UpstreamBroken:
        return {"5xx", false, "", "broken answer: next target"};
    case ErrorKind::UpstreamTimeout:
        if (error.upstreamStatus == 408) // the provider waited, not we
            return treatmentOfStatus(408);
        return {"timeout", false, "", "timeout: next target"};
    case ErrorKind::QuotaExhausted:
        return {"quota", false, "", "quota: next target"};
    case ErrorKind::UpstreamAuth:
    case ErrorKind::ProviderKeyMissing:
        return {"auth", false, "", "key refused: next target"};
    case ErrorKind::ModelNotFound:
        return {"model-not-found", false, "", "no such model there: next target"};
    case ErrorKind::ContextLength:
        return {"context", false, "", "prompt too long: next target"};
    case ErrorKind::ContentFilter:
        return {"content-policy", false, "", "content refused: next target"};
    case ErrorKind::NotSupported:
        return {"", false, "", "cannot be expressed there: next target"};
    default:
        return treatmentOfStatus(error.upstreamStatus);
    }
}

/// "429", "5xx" and names, as `fallback.on` lists them.
bool isListed(const Error &error, std::string_view name, const std::vector<std::string> &on)
{
    const std::string status =
        error.upstreamStatus > 0 ? std::to_string(error.upstreamStatus) : std::string();
    return std::any_of(on.begin(), on.end(), [&](std::string_view entry) {
        if (!name.empty() && entry == name)
            return true;
        if (status.empty())
            return false;
        return entry == status ||
               (entry.size() == 3 && entry.front() == status.front() && entry.ends_with("xx"));
    });
}

/// These end a request whatever the lists say: nobody else can do better, or nobody waits any more.
bool isFinal(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Cancelled:
    case ErrorKind::ShuttingDown:
    case ErrorKind::LoopDetected:
    case ErrorKind::Internal:
        return true;
    default:
        return false;
    }
}

bool mayMoveOn(const Error &error, const Treatment &treatment, const config::Fallback &fallback)
{
    // What cannot be expressed for one format may be fine in the next; nothing was sent yet.
    return fallback.enabled &&
           (error.kind == ErrorKind::NotSupported || isListed(error, treatment.onName, fallback.on));
}

NextStep giveUp(std::string_view reason)
{
    return {NextStep::Kind::GiveUp, milliseconds(0), reason};
}

double unit(Rng &rng)
{
    return static_cast<double>(rng() >> 11) / 9007199254740992.0; // [0, 1) with 53 bits
}

} // namespace

std::chrono::milliseconds backoff(const config::Retries &retries, int retry, Rng &rng)
{
    const auto least = static_cast<double>(std::max<long long>(0, retries.minDelay.count()));
    const auto most = static_cast<double>(std::max(retries.minDelay, retries.maxDelay).count());
    double delay = least;
    if (retries.strategy == config::Retries::Strategy::Exponential)
        delay = std::min(most, least * std::pow(std::max(1.0, retries.factor), std::clamp(retry - 1, 0, 64)));
    const double jitter = 0.8 + 0.4 * unit(rng);
    return milliseconds(std::llround(delay * jitter));
}

NextStep nextStep(const Error &error, const AttemptsSoFar &so, const config::Retries &retries,
                  const config::Fallback &fallback, const config::Timeouts &timeouts, Rng &rng)
{
    if (isFinal(error.kind))
        return giveUp("no other target can help");
    if (so.total >= kMaxTotalAttempts)
        return giveUp("attempt limit reached");
    if (so.elapsed >= timeouts.total)
        return giveUp("total time is over");
    const Treatment treatment = treatmentOf(error);
    const bool canMoveOn = so.hasNextTarget && mayMoveOn(error, treatment, fallback);
    const NextStep next = canMoveOn
                              ? NextStep{NextStep::Kind::NextTarget, milliseconds(0), treatment.nextReason}
                              : giveUp(treatment.retrySame ? "retries used up" : "not retryable");
    if (!treatment.retrySame) {
        const bool isClients =
            error.kind == ErrorKind::UpstreamRejected || error.kind == ErrorKind::BadRequest;
        return canMoveOn || !isClients ? next : giveUp("client error");
    }
    if (so.onThisTarget > retries.maxRetries)
        return next;
    milliseconds delay = backoff(retries, so.onThisTarget, rng);
    std::string_view reason = treatment.sameReason;
    if (error.retryAfter) {
        // A short wait is obeyed in place; a longer one only when there is nobody else to ask.
        const bool isShort = *error.retryAfter <= retries.maxDelay;
        if (!isShort && (canMoveOn || *error.retryAfter > kMaxObeyedRetryAfter))
            return canMoveOn ? next : giveUp("retry-after is too long");
        delay = std::max(*error.retryAfter, milliseconds(0));
        reason = "retry-after obeyed";
    } else if (error.kind == ErrorKind::RateLimited && canMoveOn) {
        return next; // no word of when: another target is sooner than a guess
    }
    if (so.elapsed + delay >= timeouts.total)
        return canMoveOn ? next : giveUp("no time left for a retry");
    return {NextStep::Kind::RetrySame, delay, reason};
}

} // namespace pm::routing
