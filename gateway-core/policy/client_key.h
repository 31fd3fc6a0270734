// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/secret.h"
#include "config/budget.h"
#include "config/limits.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// A key that this gateway made for a caller, and its JSON: in the file of keys and in the admin API. Plain functions.
namespace pm::policy {

struct ClientKey
{
    std::string name;
    std::string hash;  ///< SHA-256 of the secret, 64 hexadecimal digits; empty before it is made
    std::string shown; ///< start of the secret, for people: "pm-Ab3d"
    std::vector<std::string> routers; ///< that it may use; empty: all
    std::vector<std::string> models;  ///< that it may ask for, `*` at the end; empty: all
    std::vector<config::Limit> limits;
    std::vector<config::Budget> budgets;
    std::map<std::string, std::string> metadata; ///< for requests that do not say otherwise
    std::int64_t createdAt = 0; ///< this and the following: Unix seconds
    std::int64_t expiresAt = 0; ///< from then on it is refused; 0: never
    std::int64_t revokedAt = 0; ///< 0: it is not
    std::int64_t usedAt = 0;    ///< the day of its last use; 0: never
    bool operator==(const ClientKey &) const = default;
};

/// "pm-" and 32 random letters and digits: 190 bits.
Secret makeClientSecret();
/// Whether the text has the form of one.
bool isClientSecret(std::string_view text);
/// SHA-256 in hexadecimal. A slow hash is for passwords that people think up: these secrets cannot be guessed, and every
/// request would pay for it.
std::string hashOf(std::string_view secret);

/// Is it allowed to ask for `model`? `patterns` name models as requests do (with or without provider); empty: all are.
bool allowsModel(const std::vector<std::string> &patterns, std::string_view model);

/// One object. `isStored`: with what only the file holds (the hash).
void writeClientKey(json::Writer &out, const ClientKey &key, bool isStored);
/// From such an object; expires also as text ("2026-12-31", "30d" from `now` on). Error: BadRequest with what is wrong.
Result<ClientKey> readClientKey(json::Element object, std::int64_t now);

// As the command line and the window write them. Error: BadRequest with the form.
Result<config::Budget> parseBudget(std::string_view text);                  ///< "20/month", "$5.50/day"
Result<config::Limit> parseLimit(std::string_view text);                    ///< "100/1m", "200k-tokens/1h", "5usd/1d"
Result<std::int64_t> parseExpiry(std::string_view text, std::int64_t now);  ///< "30d", "2026-12-31"
/// A name is 1 to 64 letters, digits, `-`, `_` or `.`.
Result<void> checkClientKey(const ClientKey &key);

} // namespace pm::policy
