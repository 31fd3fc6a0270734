// SPDX-License-Identifier: GPL-3.0-or-later
#include "secrets/secret_store.h"

#include <array>
#include <utility>

namespace pm::secrets {

namespace {

constexpr std::array<std::pair<std::string_view, Reference::Kind>, 5> kForms{{
    {"keychain:", Reference::Kind::Keychain},
    {"env:", Reference::Kind::Environment},
    {"file:", Reference::Kind::File},
    {"credential:", Reference::Kind::Credential},
    {"aws:", Reference::Kind::Aws},
}};

constexpr std::string_view kAllowed =
    "allowed are keychain:NAME, env:VARIABLE, file:PATH, credential:NAME and aws:PROFILE; the key itself does not belong "
    "in the "
    "config: store it with `pointsman keys set NAME` and write keychain:NAME";

bool isNameCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
}

/// A key that was pasted behind a form. Keys of the known vendors begin like this and are longer than any
/// name.
bool looksLikeKey(std::string_view text)
{
    constexpr std::array<std::string_view, 10> kBeginnings{"sk-",  "sk_",  "gsk_", "xai-",  "hf_",
                                                           "AIza", "AKIA", "ghp_", "pplx-", "r8_"};
    constexpr std::size_t kShortestKey = 20;
    if (text.size() < kShortestKey)
        return false;
    for (const std::string_view beginning : kBeginnings) {
        if (text.starts_with(beginning))
            return true;
    }
    return false;
}

/// Names go into messages and lists, so a key must not pass for one.
bool isName(std::string_view name)
{
    constexpr std::size_t kLongest = 64;
    if (name.size() > kLongest || name == "." || name == ".." || looksLikeKey(name))
        return false;
    for (const char c : name) {
        if (!isNameCharacter(c))
            return false;
    }
    return true;
}

bool isWellFormed(const Reference &reference)
{
    switch (reference.kind) {
    case Reference::Kind::File:
        return reference.name.find('\0') == std::string::npos;
    case Reference::Kind::Environment:
    case Reference::Kind::Keychain:
    case Reference::Kind::Credential:
    case Reference::Kind::Aws:
        return isName(reference.name);
    }
    return false;
}

} // namespace

Result<Reference> parseReference(std::string_view text)
{
    for (const auto &[form, kind] : kForms) {
        if (!text.starts_with(form))
            continue;
        Reference reference{kind, std::string(text.substr(form.size()))};
        if (reference.name.empty())
            return fail(ErrorKind::Config,
                        std::string(form) + " needs a name after it; " + std::string(kAllowed));
        if (!isWellFormed(reference))
            return fail(ErrorKind::Config,
                        "what follows " + std::string(form) +
                            " is no name (letters, digits, '_', '-' and '.', at most 64); " +
                            std::string(kAllowed));
        return reference;
    }
    return fail(ErrorKind::Config, "this is not a reference to a key; " + std::string(kAllowed));
}

} // namespace pm::secrets
