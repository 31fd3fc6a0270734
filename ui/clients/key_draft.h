// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/client_key.h"

#include <QString>

#include <array>
#include <vector>

// A new client key as it is typed. Values and plain functions.
namespace pm::ui {

enum class KeyField { Name, Routers, Models, Budget, Limit, Expires, Metadata };
constexpr std::size_t kKeyFields = 7;

/// What stands in each field; several of one are parted by commas. Empty but for the name: no restriction.
struct KeyDraft
{
    std::array<QString, kKeyFields> texts;
    QString &operator[](KeyField field) { return texts[std::size_t(field)]; }
    const QString &operator[](KeyField field) const { return texts[std::size_t(field)]; }
};

struct KeyProblem
{
    KeyField field = KeyField::Name;
    QString text; ///< what to write instead
    bool operator==(const KeyProblem &) const = default;
};

struct ReadKey
{
    policy::ClientKey key;            ///< to make, if there are no problems
    std::vector<KeyProblem> problems; ///< at most one for each field, in their order
};

/// What can be told before it is made. `routers` are those there are; `taken` the names that keys have which
/// are not revoked.
ReadKey readDraft(const KeyDraft &draft, const std::vector<std::string> &routers,
                  const std::vector<std::string> &taken, std::int64_t nowSeconds);

/// The field that a refusal of Gateway::createClientKey is about.
KeyField fieldOf(const Error &error);

} // namespace pm::ui
