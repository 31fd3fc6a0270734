// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/cache_key.h"

#include "policy/canonical_json.h"
#include "policy/canonical_text.h"

#include <openssl/evp.h>

namespace pm::policy {

namespace {

/// Changes with the spelling: entries of an older one on disk are then not found.
constexpr std::string_view kSpelling = "pm1";

std::string beginKey(const CacheScope &scope, std::string_view model)
{
    std::string out(kSpelling);
    CanonicalText text(out);
    out += '\n';
    text.text("router", scope.router);
    text.text("forced", scope.forced);
    text.text("seed", scope.seed);
    text.text("client", scope.client);
    text.text("wire", scope.wire);
    text.text("betas", scope.betas);
    text.text("model", model);
    return out;
}

/// What the reader met and could not carry may change the answer: then the whole request counts as it stands.
void addForeign(std::string &out, const std::vector<std::string> &uncarried, std::string_view body)
{
    const auto document = json::Document::parse(body);
    if (!document) {
        json::appendQuoted(out, body);
        return;
    }
    out += "\nforeign ";
    if (uncarried.empty())
        appendUnknown(out, document->root());
    else
        appendRequest(out, document->root());
}

/// The text of a turn that is nothing else; empty otherwise.
std::string textOf(const Message &turn)
{
    std::string text;
    for (const Part &part : turn.parts) {
        const auto *piece = part.as<TextPart>();
        if (!piece || !piece->citations.empty())
            return {};
        text.append(text.empty() ? "" : "\n").append(piece->text);
    }
    return text;
}

} // namespace

Sha256 sha256(std::string_view bytes)
{
    Sha256 hash{};
    unsigned int size = 0;
    static EVP_MD *const kSha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr); // EVP_sha256() looks it up again at each use
    EVP_Digest(bytes.data(), bytes.size(), hash.data(), &size, kSha256, nullptr); // fails for want of memory alone
    return hash;
}

std::string hex(const Sha256 &hash, std::size_t bytes)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    for (std::size_t i = 0; i < bytes && i < hash.size(); ++i) {
        out += kDigits[hash[i] >> 4];
        out += kDigits[hash[i] & 15];
    }
    return out;
}

CacheKey cacheKey(const CacheScope &scope, const ChatRequest &request, std::string_view model, std::string_view body)
{
    CacheKey key;
    key.text = beginKey(scope, model);
    CanonicalText out(key.text);
    addSettings(out, request);
    addTools(out, request);
    addForeign(key.text, request.uncarried, body);
    CallNames calls;
    for (const Message &message : request.messages) {
        key.turns += message.role != Role::System;
        if (&message == &request.messages.back() && message.role == Role::User)
            break;
        addMessage(out, message, calls);
    }
    key.shared = key.text.size();
    if (!request.messages.empty() && request.messages.back().role == Role::User) {
        addMessage(out, request.messages.back(), calls);
        if (request.uncarried.empty()) // else the turn is part of what must be equal
            key.lastTurn = textOf(request.messages.back());
    }
    key.hash = sha256(key.text);
    return key;
}

CacheKey cacheKey(const CacheScope &scope, const EmbeddingsRequest &request, std::string_view model, std::string_view body)
{
    CacheKey key;
    key.text = beginKey(scope, model);
    CanonicalText out(key.text);
    key.text += "\nembeddings ";
    out.number("dimensions", request.dimensions);
    out.text("task", request.taskType);
    out.text("title", request.title);
    out.number("truncate", request.truncate);
    if (!request.uncarried.empty())
        addForeign(key.text, request.uncarried, body);
    for (const EmbeddingInput &input : request.inputs) {
        key.text += '\n';
        for (const std::int64_t token : input.tokens)
            key.text.append(std::to_string(token)).append(" ");
        if (!input.isTokens)
            json::appendQuoted(key.text, input.text);
    }
    key.shared = key.text.size();
    key.hash = sha256(key.text);
    return key;
}

} // namespace pm::policy
