// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/usage.h"
#include "config/config.h"
#include "providers/provider.h"
#include "providers/quality.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace pm {

/// Money in integer micro-dollars.
using MicroUsd = std::int64_t;

/// USD for a million tokens. Unset is unknown.
struct ModelPrice
{
    std::optional<double> input;
    std::optional<double> output;
    std::optional<double> cacheRead;
    std::optional<double> cacheWrite;   ///< five-minute cache
    std::optional<double> cacheWrite1h;
    std::optional<double> reasoning;    ///< only where reasoning tokens cost other than the rest of the output
    /// A dearer price from this many prompt tokens on.
    struct Tier
    {
        std::int64_t fromInputTokens = 0;
        std::optional<double> input;
        std::optional<double> output;
        std::optional<double> cacheRead;
        std::optional<double> cacheWrite;
    };
    std::vector<Tier> tiers;
};

struct Model
{
    std::string provider;
    std::string id;
    std::string name;
    std::int64_t context = 0;   ///< tokens, 0 unknown
    std::int64_t maxOutput = 0; ///< tokens, 0 unknown
    std::string released;       ///< "2025-08-07"
    bool images = false;        ///< takes images
    bool documents = false;     ///< takes PDF
    bool audio = false;         ///< takes audio
    bool tools = false;
    bool reasoning = false;
    bool temperature = true;    ///< takes sampling parameters
    bool structuredOutput = false; ///< takes a JSON schema; also true where the facts are silent
    bool embeds = false;
    bool isEmbedding = false; ///< embeds and does nothing else
    std::optional<ModelPrice> price;
    std::optional<int> quality;  ///< 0..100, see Quality; unset: unknown
    std::string qualitySource;   ///< who says so, with the date
};

/// The models we have facts about. Immutable, shared by all threads.
class Catalogue
{
public:
    /// From the resource. Built once at start, about 10 ms.
    static Result<Catalogue> loadBuiltIn();
    static Result<Catalogue> parse(std::string_view json);

    /// Exact id, then without a date suffix, then without "-latest"; a name without a date finds the newest dated one.
    /// Null when the catalogue does not know it.
    const Model *find(std::string_view provider, std::string_view model) const;
    /// Providers that have a model of this bare name, in table order.
    std::vector<const Model *> findByName(std::string_view model) const;
    /// Also of models that are not in the catalogue, by their names. Nothing where nobody ranks them.
    std::optional<Quality> quality(std::string_view provider, std::string_view model) const;
    /// The same facts with ranks of the user's own, of models that are in it and of others. An override of a name holds for
    /// the exact name, not for its dated versions.
    Catalogue withQuality(const std::vector<QualityOverride> &overrides) const;
    std::vector<const Model *> modelsOf(std::string_view provider) const;
    const std::vector<Model> &models() const { return m_models; }

private:
    std::vector<Model> m_models;
    std::optional<std::size_t> indexOf(std::string_view provider, std::string_view model) const;
    void index();

    std::unordered_map<std::string, std::size_t> m_byKey; ///< "provider/model"
    std::unordered_map<std::string, std::vector<std::string>> m_providersOf; ///< of a bare name, in table order
    std::shared_ptr<const QualityTable> m_ranks; ///< for names that are not in the catalogue
    std::unordered_map<std::string, int> m_ownRanks; ///< "provider/model"
};

/// Cost of one answer; unknown when a count that was used has no known price, or usage itself is unknown.
/// A config price stands in only where the catalogue knows none.
std::optional<MicroUsd> costOf(const Usage &usage, const Model *model, const std::optional<config::Price> &configPrice);

/// What a dialect's writer must know of (provider, model): quirks of the row plus the catalogue's capabilities.
TargetTraits targetTraits(const Provider &provider, DialectId format, std::string_view model, const Model *known);

} // namespace pm
