// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pm {

/// How good a model is said to be, 0 to 100. It orders the models of one vendor as the vendor ranks them;
/// between vendors it is a rough guess.
struct Quality
{
    int rank = 0;
    std::string source; ///< who says so, and when: "Google's tier: …, 2026-11"
};

/// A rank of the user's own, for what they do. It goes before the table's.
struct QualityOverride
{
    std::string provider;
    std::string model;
    int rank = 0; ///< 0..100
};

/// Ranks of families of models by patterns of their names, from resources/quality.json: lists of [pattern,
/// rank] under the source that says so, null for what is to have none. The first pattern that matches
/// decides.
class QualityTable
{
public:
    static Result<QualityTable> loadBuiltIn();
    /// Error: Internal, for what is no such table.
    static Result<QualityTable> parse(std::string_view json);

    /// By the model's name at any provider: a vendor's prefix, capitals and what stands between the words
    /// ("claude-opus-4.8", "us.anthropic.claude-opus-4-8", "meta-llama/Llama-3.3-70B") make no difference.
    /// Nothing when nobody ranks it.
    std::optional<Quality> find(std::string_view model) const;
    std::vector<std::string> patterns() const; ///< in their order

private:
    struct Row
    {
        std::string pattern; ///< '*' is any text; matches from the start of a word to the end of the name
        std::optional<int> rank;
        std::size_t source = 0; ///< index into m_sources
    };
    const Row *rowOf(std::string_view model) const;

    std::vector<Row> m_rows;
    std::vector<std::string> m_sources;
};

} // namespace pm
