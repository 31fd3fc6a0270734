// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/google_oauth.h"

#include "base/json.h"
#include "base/text.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <QByteArray>

#include <algorithm>
#include <memory>

namespace pm {

namespace {

constexpr std::string_view kScope = "https://www.googleapis.com/auth/cloud-platform";
constexpr std::string_view kTokenUri = "https://oauth2.googleapis.com/token";
constexpr std::chrono::seconds kLifetime{3600};

Failure noAccount(std::string why)
{
    return fail(ErrorKind::UpstreamAuth, "the service account cannot be used: " + std::move(why));
}

std::string base64Url(std::string_view bytes)
{
    const QByteArray text = QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size()))
                                .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    return text.toStdString();
}

template <auto Free>
struct Freed
{
    template <typename T>
    void operator()(T *pointer) const { Free(pointer); }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;

/// A key file that wants a password gets none, instead of a question on the terminal.
int noPassword(char *, int, int, void *)
{
    return -1;
}

Key readKey(std::string_view pem)
{
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return Key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, noPassword, nullptr) : nullptr);
}

Result<std::string> signedWith(const Key &key, std::string_view text)
{
    const Digest digest(EVP_MD_CTX_new());
    const auto *bytes = reinterpret_cast<const unsigned char *>(text.data());
    std::size_t size = 0;
    if (!digest || EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
        EVP_DigestSign(digest.get(), nullptr, &size, bytes, text.size()) != 1)
        return noAccount("its private key does not sign");
    std::string signature(size, '\0');
    auto *out = reinterpret_cast<unsigned char *>(signature.data());
    if (EVP_DigestSign(digest.get(), out, &size, bytes, text.size()) != 1)
        return noAccount("its private key does not sign");
    signature.resize(size);
    return signature;
}

std::string headOf(const ServiceAccount &account)
{
    json::Writer out;
    out.beginObject();
    out.member("alg", "RS256");
    out.member("typ", "JWT");
    if (!account.keyId.empty())
        out.member("kid", account.keyId);
    out.endObject();
    return out.take();
}

std::string claimsOf(const ServiceAccount &account, SystemTime now)
{
    const std::int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    json::Writer out;
    out.beginObject();
    out.member("iss", account.email);
    out.member("scope", kScope);
    out.member("aud", account.tokenUri);
    out.member("iat", seconds);
    out.member("exp", seconds + std::int64_t(kLifetime.count()));
    out.endObject();
    return out.take();
}

std::string said(json::Element root)
{
    std::string text(json::findString(root, "error").value_or(""));
    if (const auto more = json::findString(root, "error_description"))
        text += ": " + std::string(*more);
    return std::string(clipUtf8(text, 300));
}

} // namespace

bool isServiceAccount(std::string_view secret)
{
    const std::size_t first = secret.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && secret[first] == '{';
}

Result<ServiceAccount> readServiceAccount(std::string_view text)
{
    const auto document = json::Document::parse(text);
    if (!document || !document->root().is_object())
        return noAccount("it is no JSON object; give the whole key file");
    const json::Element root = document->root();
    const auto field = [&](std::string_view name) { return std::string(json::findString(root, name).value_or("")); };
    ServiceAccount account{field("client_email"), field("private_key_id"), field("token_uri"),
                           Secret(field("private_key"))};
    if (account.tokenUri.empty())
        account.tokenUri = kTokenUri;
    if (account.email.empty())
        return noAccount("its client_email is missing; a key file of a service account has one");
    if (account.privateKey.isEmpty())
        return noAccount("its private_key is missing");
    if (!account.tokenUri.starts_with("https://") && !account.tokenUri.starts_with("http://127.0.0.1"))
        return noAccount("its token_uri is no https address");
    return account;
}

Result<Secret> signedAssertion(const ServiceAccount &account, SystemTime now)
{
    const Key key = readKey(account.privateKey.reveal());
    if (!key || EVP_PKEY_base_id(key.get()) != EVP_PKEY_RSA)
        return noAccount("its private_key is no RSA key in PEM");
    std::string text = base64Url(headOf(account)) + "." + base64Url(claimsOf(account, now));
    const auto signature = signedWith(key, text);
    if (!signature)
        return fail(signature.error());
    text += "." + base64Url(*signature);
    return Secret(std::move(text));
}

http::UpstreamRequest tokenRequest(const ServiceAccount &account, const Secret &assertion)
{
    http::UpstreamRequest request;
    request.url = account.tokenUri;
    request.headers.set("content-type", "application/x-www-form-urlencoded");
    request.headers.set("accept", "application/json");
    request.headers.set("user-agent", "pointsman");
    const std::string_view text = assertion.reveal(); // base64url and dots: nothing to escape
    request.body = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
    request.body.append(text.data(), static_cast<qsizetype>(text.size()));
    using std::chrono::seconds;
    request.timeouts = {seconds(10), seconds(15), seconds(10), seconds(20)};
    return request;
}

Result<AccessToken> readToken(int status, std::string_view body, SteadyTime now)
{
    const auto document = json::Document::parse(body);
    const bool isObject = document && document->root().is_object();
    if (status >= 400 && status < 500 && status != 429)
        return noAccount("the token endpoint answered " + std::to_string(status) +
                         (isObject ? " (" + said(document->root()) + ")" : std::string()));
    if (status != 200)
        return fail(ErrorKind::UpstreamError, "the token endpoint answered " + std::to_string(status));
    const auto token = isObject ? json::findString(document->root(), "access_token") : std::nullopt;
    if (!token || token->empty())
        return fail(ErrorKind::UpstreamBroken, "the token endpoint's answer has no access_token");
    // A header field takes it: nothing that could end the line.
    if (std::any_of(token->begin(), token->end(), [](char c) { return c <= 0x20 || c >= 0x7F; }))
        return fail(ErrorKind::UpstreamBroken, "the token endpoint's access_token is no token");
    const std::int64_t seconds = json::findInt(document->root(), "expires_in").value_or(kLifetime.count());
    const std::chrono::seconds lifetime(std::clamp<std::int64_t>(seconds, 1, 24 * 3600));
    return AccessToken{Secret(std::string(*token)), now + lifetime};
}

} // namespace pm
