// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace pm::policy {

/// A JSON Schema (draft 7), ready to check texts. Immutable, any thread; a check builds what it needs itself.
/// Bounded: see kMaxText and kMaxValues. Only json_schema.cpp sees the library.
class JsonSchema
{
public:
    static constexpr std::size_t kMaxSchema = 256 * 1024;
    static constexpr std::size_t kMaxText = 1024 * 1024; ///< of what is checked
    static constexpr std::size_t kMaxValues =
        20'000; ///< in what is checked; where items must differ, a tenth

    /// Error: Config, saying what is wrong with the schema. `pattern` and `patternProperties` are refused:
    /// the library's matching is neither linear nor bounded, and what is matched comes from outside. `format`
    /// says nothing here.
    static Result<JsonSchema> parse(std::string_view schema);
    ~JsonSchema();
    JsonSchema(JsonSchema &&) noexcept;
    JsonSchema &operator=(JsonSchema &&) noexcept;

    /// Why `text` is not of this schema, without repeating what it holds; nothing when it is.
    std::optional<std::string> problem(std::string_view text) const;

private:
    struct Compiled;
    explicit JsonSchema(std::unique_ptr<Compiled> compiled);
    std::unique_ptr<const Compiled> m_compiled;
};

} // namespace pm::policy
