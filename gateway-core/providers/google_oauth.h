// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "http/upstream.h"

#include <string>
#include <string_view>

// How a service account becomes an access token (RFC 7523: a signed statement for a token). Pure functions.
namespace pm {

/// What a key file of Google Cloud holds, as far as it is needed.
struct ServiceAccount
{
    std::string email;
    std::string keyId;
    std::string tokenUri;
    Secret privateKey; ///< PEM
};

struct AccessToken
{
    Secret value;
    SteadyTime expires{};
};

/// True for the text of a key file, as opposed to an API key or an access token.
bool isServiceAccount(std::string_view secret);

/// Error: UpstreamAuth naming what is missing; it never repeats the text.
Result<ServiceAccount> readServiceAccount(std::string_view json);

/// The statement, signed with RS256, valid for an hour from `now`. Error: UpstreamAuth for a key that is none.
Result<Secret> signedAssertion(const ServiceAccount &account, SystemTime now);

/// What to send to the account's token endpoint.
http::UpstreamRequest tokenRequest(const ServiceAccount &account, const Secret &assertion);

/// The endpoint's answer. Error: UpstreamAuth when it refuses the account, UpstreamError, UpstreamBroken.
Result<AccessToken> readToken(int status, std::string_view body, SteadyTime now);

} // namespace pm
