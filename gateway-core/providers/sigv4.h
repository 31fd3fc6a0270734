// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "http/http.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// AWS Signature Version 4. Pure functions. SHA-256 and HMAC are Qt Core's, which is linked anyway and is checked
// against Amazon's published vectors in the tests: another library for two functions would be one more to ship.
namespace pm::sigv4 {

struct Credentials
{
    std::string accessKeyId;
    Secret secretKey;
    Secret sessionToken; ///< of temporary ones
};

/// "AKID:SECRET" or "AKID:SECRET:TOKEN". Nothing for another text, which may be a bearer key.
std::optional<Credentials> parseCredentials(std::string_view text);

/// What is signed. `headers` are the fields to sign besides `host`, which comes from the URL.
struct Request
{
    std::string_view method;
    std::string_view url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string_view body;
};

struct Scope
{
    std::string region;
    std::string service;
    std::string time; ///< "20150830T123600Z"
};

/// "20150830T123600Z".
std::string timeText(SystemTime time);

/// The text whose hash is signed: method, path (encoded once more, as for all services but S3), sorted query, fields by
/// name with trimmed values, body hash.
std::string canonicalRequest(const Request &request);

/// The value of `authorization` for a request that has x-amz-date among its headers.
std::string authorization(const Request &request, const Credentials &credentials, const Scope &scope);

/// All fields that a signed call carries: x-amz-date, x-amz-content-sha256, x-amz-security-token and authorization.
/// `headers` are those that the call has already; content-type and x-amz-* ones among them are signed.
std::vector<std::pair<std::string, Secret>> signedFields(const Request &request, const http::Headers &headers,
                                                         const Credentials &credentials, const Scope &scope);

} // namespace pm::sigv4
