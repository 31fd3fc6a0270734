// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace pm {

/// What went wrong, by cause. Each kind has one row in the table in error.cpp: HTTP status, a low-cardinality
/// label for metrics and traces, whether another try can help, and a hint for the user.
enum class ErrorKind {
    BadRequest,         ///< the client's JSON or shape is wrong
    Unauthorized,       ///< no or wrong client key
    Forbidden,          ///< Host, Origin or client key not allowed to do this
    NotFound,           ///< unknown path or router
    ModelNotFound,      ///< no provider is known for the model, or the provider does not have it
    MethodNotAllowed,
    RequestTimeout,     ///< the client's header or body came too slowly
    PayloadTooLarge,
    HeaderTooLarge,
    UnsupportedMedia,
    RateLimited,        ///< a 429, ours or the provider's; retryAfter may be set
    BudgetExceeded,     ///< a budget of the configuration is spent
    Guardrail,          ///< a guardrail of the configuration refuses what was said
    QuotaExhausted,     ///< the provider says that money or quota is gone: waiting does not help
    ContextLength,      ///< the prompt does not fit the model
    ContentFilter,      ///< the provider refused the content
    ProviderKeyMissing,
    UpstreamAuth,       ///< the provider refused our key (401, 403)
    UpstreamRejected,   ///< another 4xx of the provider: the request is at fault there
    UpstreamError,      ///< a 5xx of the provider
    Overloaded,         ///< 503 or 529 of the provider
    ConnectFailed,      ///< DNS, TCP or TLS failed
    UpstreamTimeout,    ///< connect, first-token, idle or total time is over
    UpstreamBroken,     ///< cut stream, garbage, wrong content type, empty answer
    NoHealthyTarget,    ///< nothing in the plan may be tried now
    LoopDetected,       ///< the request came back to this gateway
    NotSupported,       ///< what was asked cannot be expressed for the target
    TooManyConnections,
    Paused,             ///< the user paused the gateway
    ShuttingDown,
    Cancelled,          ///< the client went away
    Config,             ///< configuration text is wrong
    Storage,            ///< a file or the trace store failed
    KeyringLocked,
    KeyringMissing,     ///< no usable keyring service
    SecretNotFound,
    Internal,           ///< a defect of ours
};

struct ErrorTraits
{
    int status;             ///< HTTP status towards the client
    std::string_view label; ///< stable, lower case, low cardinality
    bool retryable;         ///< another target, or the same later, may succeed
    std::string_view hint;  ///< what to do, empty when the message says it all
};

/// The row of `kind`. Never fails.
const ErrorTraits &traits(ErrorKind kind);

/// One failure. `message` is for people and names the place and the remedy; it never holds a secret.
struct Error
{
    ErrorKind kind = ErrorKind::Internal;
    std::string message;
    std::string code;    ///< machine code in the client's error body, e.g. "model_not_found"; may be empty
    std::string param;   ///< the request field at fault, e.g. "messages[0].content"; may be empty
    int upstreamStatus = 0;                             ///< the provider's HTTP status, 0 when none
    std::optional<std::chrono::milliseconds> retryAfter; ///< as the provider or limiter said
    std::string upstreamBody;                           ///< the provider's error body (capped), for the trace

    /// HTTP status towards the client: the upstream's own 4xx/5xx where there is one, else the kind's.
    int status() const;
};

} // namespace pm
