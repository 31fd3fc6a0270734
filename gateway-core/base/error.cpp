// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"

#include <array>

namespace pm {

namespace {

struct Row
{
    ErrorKind kind;
    ErrorTraits traits;
};

// clang-format off
constexpr std::array kTable{
    //  kind                            status label                 retry  hint
    Row{ErrorKind::BadRequest,         {400, "bad_request",          false, ""}},
    Row{ErrorKind::Unauthorized,       {401, "unauthorized",         false, "send a client key as Authorization: Bearer"}},
    Row{ErrorKind::Forbidden,          {403, "forbidden",            false, ""}},
    Row{ErrorKind::NotFound,           {404, "not_found",            false, ""}},
    Row{ErrorKind::ModelNotFound,      {404, "model_not_found",      false, "GET /v1/models lists what can be asked for"}},
    Row{ErrorKind::MethodNotAllowed,   {405, "method_not_allowed",   false, ""}},
    Row{ErrorKind::RequestTimeout,     {408, "request_timeout",      false, ""}},
    Row{ErrorKind::PayloadTooLarge,    {413, "payload_too_large",    false, "raise server.max-body"}},
    Row{ErrorKind::HeaderTooLarge,     {431, "header_too_large",     false, ""}},
    Row{ErrorKind::UnsupportedMedia,   {415, "unsupported_media",    false, "send application/json"}},
    Row{ErrorKind::RateLimited,        {429, "rate_limited",         true,  "wait for retry-after"}},
    Row{ErrorKind::BudgetExceeded,     {402, "budget_exceeded",      false, "raise the budget, or wait for its next span"}},
    Row{ErrorKind::Guardrail,          {400, "guardrail",            false, ""}},
    Row{ErrorKind::QuotaExhausted,     {429, "quota_exhausted",      false, "check the provider's billing page"}},
    Row{ErrorKind::ContextLength,      {400, "context_length",       false, "shorten the conversation or choose a model with more context"}},
    Row{ErrorKind::ContentFilter,      {400, "content_filter",       false, ""}},
    Row{ErrorKind::ProviderKeyMissing, {401, "provider_key_missing", false, "pointsman keys set PROVIDER"}},
    Row{ErrorKind::UpstreamAuth,       {502, "upstream_auth",        false, "check the provider's key"}},
    Row{ErrorKind::UpstreamRejected,   {400, "upstream_rejected",    false, ""}},
    Row{ErrorKind::UpstreamError,      {502, "upstream_error",       true,  ""}},
    Row{ErrorKind::Overloaded,         {503, "overloaded",           true,  ""}},
    Row{ErrorKind::ConnectFailed,      {502, "connect_failed",       true,  ""}},
    Row{ErrorKind::UpstreamTimeout,    {504, "upstream_timeout",     true,  ""}},
    Row{ErrorKind::UpstreamBroken,     {502, "upstream_broken",      true,  ""}},
    Row{ErrorKind::NoHealthyTarget,    {503, "no_healthy_target",    true,  ""}},
    Row{ErrorKind::LoopDetected,       {508, "loop_detected",        false, "a provider's base-url points at this gateway"}},
    Row{ErrorKind::NotSupported,       {400, "not_supported",        false, ""}},
    Row{ErrorKind::TooManyConnections, {503, "too_many_connections", true,  "raise server.max-connections"}},
    Row{ErrorKind::Paused,             {503, "paused",               true,  "resume Pointsman in its window or tray"}},
    Row{ErrorKind::ShuttingDown,       {503, "shutting_down",        true,  ""}},
    Row{ErrorKind::Cancelled,          {499, "cancelled",            false, ""}},
    Row{ErrorKind::Config,             {400, "config",               false, ""}},
    Row{ErrorKind::Storage,            {500, "storage",              false, ""}},
    Row{ErrorKind::KeyringLocked,      {500, "keyring_locked",       false, "unlock the keyring"}},
    Row{ErrorKind::KeyringMissing,     {500, "keyring_missing",      false, "install gnome-keyring or use env: or file: references"}},
    Row{ErrorKind::SecretNotFound,     {500, "secret_not_found",     false, ""}},
    Row{ErrorKind::Internal,           {500, "internal",             false, "this is a defect of Pointsman; please report it"}},
};
// clang-format on

constexpr bool rowsFollowTheEnum()
{
    for (std::size_t i = 0; i < kTable.size(); ++i) {
        if (static_cast<std::size_t>(kTable[i].kind) != i)
            return false;
    }
    return kTable.size() == static_cast<std::size_t>(ErrorKind::Internal) + 1;
}
static_assert(rowsFollowTheEnum(), "one row for each kind, in the order of the enum");

} // namespace

const ErrorTraits &traits(ErrorKind kind)
{
    return kTable[static_cast<std::size_t>(kind)].traits;
}

int Error::status() const
{
    // A provider that refuses our key is our fault, not the client's: its 401 must not reach the client.
    const bool ownStatus = kind != ErrorKind::UpstreamAuth && upstreamStatus >= 400 && upstreamStatus < 600;
    return ownStatus ? upstreamStatus : traits(kind).status;
}

} // namespace pm
