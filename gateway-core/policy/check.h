// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/guardrail.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What a guardrail looks for. Two shapes: a TextCheck finds places in a text, a WholeCheck judges a request
// or an answer as a whole. Both are pure, immutable once made, and used by all workers at once.
namespace pm::policy {

/// A place in a text, end exclusive, and what stands there.
struct Find
{
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string_view kind; ///< "EMAIL"; in placeholders, messages and counts. Lives as long as the program
    bool operator==(const Find &) const = default;
};

/// Bytes that a match may need to see before it (a letter before a digit, the word "version" before an
/// address).
constexpr std::size_t kLookBehind = 16;

class TextCheck
{
public:
    virtual ~TextCheck() = default;
    /// Appends what begins at `from` or behind it, in order, without overlaps. What stands before `from` is
    /// only looked at.
    virtual void find(std::string_view text, std::size_t from, std::vector<Find> &out) const = 0;
    /// Where what is not decided begins: if more text followed, a find could begin there or reach over it.
    /// Everything before it stays as find() says. `text.size()` when nothing is open. At most kMostOpen
    /// before the end.
    virtual std::size_t openFrom(std::string_view text, std::size_t from) const = 0;
};
/// What a stream is held back for the longest: a private key.
constexpr std::size_t kMostOpen = 8192;

/// What a WholeCheck looks at; of a request or of an answer that has ended.
struct Said
{
    std::string_view text; ///< of an answer all it says aloud; of a request the last text of the conversation
    std::size_t bytes = 0; ///< of the request's body, or of the answer's text
    std::int64_t characters = 0;        ///< of all texts
    std::int64_t tokens = 0;            ///< estimated
    std::size_t tools = 0;              ///< offered, or called
    std::vector<std::string> toolNames; ///< offered, or called
    std::string_view model;             ///< asked for
    bool hasToolCalls = false;          ///< of an answer
};

class WholeCheck
{
public:
    virtual ~WholeCheck() = default;
    /// What is wrong, for people ("12 tools, 8 are allowed"), without repeating what was said; nothing when
    /// all is well.
    virtual std::optional<std::string> problem(const Said &said) const = 0;
};

/// What a guardrail's settings lack or have too much: the key at fault ("entities", empty: the whole item)
/// and why.
struct SettingProblem
{
    std::string key;
    std::string message;
};

/// One row of THE TABLE in checks.cpp.
struct Check
{
    using Mode = config::Guardrail::Mode;
    using Side = config::Guardrail::Side;
    using MakeText = std::unique_ptr<const TextCheck> (*)(const config::Guardrail &);
    using MakeWhole = std::unique_ptr<const WholeCheck> (*)(const config::Guardrail &);

    std::string_view name;
    std::string_view sense;
    Mode mode = Mode::Hard;  ///< where the configuration says none
    Side side = Side::Both;  ///< the same
    Side sides = Side::Both; ///< where it can look
    std::string_view
        setting; ///< the key that it needs: "patterns", "limit", "models", "tools", "schema"; empty: none
    std::span<const std::string_view> entities{}; ///< what `entities` may name; empty: the check has none
    MakeText makeText = nullptr;
    MakeWhole makeWhole = nullptr;
    std::string (*problem)(const config::Guardrail &) = nullptr; ///< of the setting's value; empty: none
};

} // namespace pm::policy
