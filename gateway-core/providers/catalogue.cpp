// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/catalogue.h"

#include "base/json.h"
#include "providers/resource.h"

#include <algorithm>

namespace pm {

namespace {

constexpr const char *kOwnRank = "your configuration";

bool isDigits(std::string_view text)
{
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Without -YYYYMMDD or -YYYY-MM-DD at the end; the same view when there is none.
std::string_view withoutDate(std::string_view id)
{
    constexpr std::size_t kCompact = 9;
    constexpr std::size_t kDashed = 11;
    const auto isYear = [](std::string_view text) { return isDigits(text) && text.starts_with("20"); };
    if (id.size() > kCompact && id[id.size() - kCompact] == '-' && isYear(id.substr(id.size() - 8)))
        return id.substr(0, id.size() - kCompact);
    if (id.size() > kDashed) {
        const std::string_view tail = id.substr(id.size() - kDashed);
        if (tail[0] == '-' && isYear(tail.substr(1, 4)) && tail[5] == '-' && isDigits(tail.substr(6, 2)) &&
            tail[8] == '-' && isDigits(tail.substr(9, 2)))
            return id.substr(0, id.size() - kDashed);
    }
    return id;
}

std::string_view withoutLatest(std::string_view id)
{
    constexpr std::string_view kLatest = "-latest";
    return id.ends_with(kLatest) ? id.substr(0, id.size() - kLatest.size()) : id;
}

std::string keyOf(std::string_view provider, std::string_view model)
{
    std::string key;
    key.reserve(provider.size() + model.size() + 1);
    key.append(provider).append("/").append(model);
    return key;
}

/// Numbers of a price list in order; null and what is missing at the end are unknown.
std::vector<std::optional<double>> numbers(json::Array array)
{
    std::vector<std::optional<double>> values;
    for (const json::Element element : array) {
        double value = 0;
        const bool isNumber = element.get(value) == simdjson::SUCCESS;
        values.push_back(isNumber ? std::optional<double>(value) : std::nullopt);
    }
    return values;
}

/// "price": [input, output, cacheRead, cacheWrite, cacheWrite1h];
/// "tiers": [[prompt tokens above which it holds, input, output, cacheRead, cacheWrite], ...].
ModelPrice readPrice(json::Element model, json::Array list)
{
    auto values = numbers(list);
    values.resize(5);
    ModelPrice price{values[0], values[1], values[2], values[3], values[4], {}, {}};
    price.reasoning = json::findDouble(model, "reasoning-price");
    const auto tiers = json::findArray(model, "tiers");
    if (!tiers)
        return price;
    for (const json::Element element : *tiers) {
        json::Array row;
        if (element.get(row) != simdjson::SUCCESS)
            continue;
        auto tier = numbers(row);
        tier.resize(5);
        if (!tier[0])
            continue;
        price.tiers.push_back({static_cast<std::int64_t>(*tier[0]) + 1, tier[1], tier[2], tier[3], tier[4]});
    }
    std::sort(price.tiers.begin(), price.tiers.end(),
              [](const auto &a, const auto &b) { return a.fromInputTokens < b.fromInputTokens; });
    return price;
}

/// Words of a list like "tools images"; unknown ones are for later versions of the file.
bool hasWord(std::string_view list, std::string_view word)
{
    for (std::size_t at = list.find(word); at != std::string_view::npos; at = list.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' '))
            return true;
    }
    return false;
}

Model readModel(std::string_view provider, std::string_view id, json::Element element)
{
    Model model;
    model.provider = provider;
    model.id = id;
    model.name = json::findString(element, "name").value_or(id);
    model.released = json::findString(element, "released").value_or("");
    model.context = json::findInt(element, "context").value_or(0);
    model.maxOutput = json::findInt(element, "output").value_or(0);
    const std::string_view can = json::findString(element, "can").value_or("");
    const std::string_view cannot = json::findString(element, "cannot").value_or("");
    model.images = hasWord(can, "images");
    model.documents = hasWord(can, "documents");
    model.audio = hasWord(can, "audio");
    model.tools = hasWord(can, "tools");
    model.reasoning = hasWord(can, "reasoning");
    model.embeds = hasWord(can, "embeddings");
    model.isEmbedding = model.embeds && !hasWord(can, "chat");
    model.temperature = !hasWord(cannot, "temperature");
    model.structuredOutput = !model.isEmbedding && !hasWord(cannot, "schema");
    if (const auto price = json::findArray(element, "price"))
        model.price = readPrice(element, *price);
    return model;
}

} // namespace

Result<Catalogue> Catalogue::loadBuiltIn()
{
    const auto text = readResource("models.json");
    if (!text)
        return tl::unexpected(text.error());
    auto catalogue = parse(*text);
    if (!catalogue)
        return catalogue;
    auto ranks = QualityTable::loadBuiltIn();
    if (!ranks)
        return tl::unexpected(ranks.error());
    for (Model &model : catalogue->m_models) {
        if (auto quality = ranks->find(model.id)) {
            model.quality = quality->rank;
            model.qualitySource = std::move(quality->source);
        }
    }
    catalogue->m_ranks = std::make_shared<const QualityTable>(std::move(*ranks));
    return catalogue;
}

Catalogue Catalogue::withQuality(const std::vector<QualityOverride> &overrides) const
{
    Catalogue changed = *this;
    for (const QualityOverride &given : overrides) {
        const std::string key = keyOf(given.provider, given.model);
        changed.m_ownRanks[key] = given.rank;
        if (const auto known = changed.indexOf(given.provider, given.model)) {
            changed.m_models[*known].quality = given.rank;
            changed.m_models[*known].qualitySource = kOwnRank;
        }
    }
    return changed;
}

std::optional<Quality> Catalogue::quality(std::string_view provider, std::string_view model) const
{
    if (const auto own = m_ownRanks.find(keyOf(provider, model)); own != m_ownRanks.end())
        return Quality{own->second, kOwnRank};
    if (const Model *known = find(provider, model); known && known->quality)
        return Quality{*known->quality, known->qualitySource};
    return m_ranks ? m_ranks->find(model) : std::nullopt;
}

Result<Catalogue> Catalogue::parse(std::string_view text)
{
    const auto document = json::Document::parse(text);
    if (!document)
        return fail(ErrorKind::Internal, "model catalogue: " + document.error().message);
    const auto providers = json::findObject(document->root(), "providers");
    if (!providers || json::findInt(document->root(), "version") != 1)
        return fail(ErrorKind::Internal, "model catalogue: version 1 with \"providers\" is needed");
    Catalogue catalogue;
    json::Object list;
    if (providers->get(list) != simdjson::SUCCESS)
        return fail(ErrorKind::Internal, "model catalogue: \"providers\" must be an object");
    for (const auto provider : list) {
        json::Object models;
        if (provider.value.get(models) != simdjson::SUCCESS)
            return fail(ErrorKind::Internal,
                        "model catalogue: " + std::string(provider.key) + " must be an object");
        for (const auto model : models)
            catalogue.m_models.push_back(readModel(provider.key, model.key, model.value));
    }
    catalogue.index();
    return catalogue;
}

void Catalogue::index()
{
    m_byKey.reserve(m_models.size() * 2);
    for (std::size_t i = 0; i < m_models.size(); ++i)
        m_byKey.emplace(keyOf(m_models[i].provider, m_models[i].id), i);
    const auto isNewer = [this](std::size_t a, std::size_t b) { return m_models[a].id > m_models[b].id; };
    for (std::size_t i = 0; i < m_models.size(); ++i) {
        const Model &model = m_models[i];
        const std::string_view base = withoutDate(model.id);
        if (base.size() != model.id.size()) {
            const auto [at, isNew] = m_byKey.emplace(keyOf(model.provider, base), i);
            const bool isDated = m_models[at->second].id.size() > base.size();
            if (!isNew && isDated && isNewer(i, at->second))
                at->second = i;
        }
        for (const std::string_view name : {std::string_view(model.id), base}) {
            auto &providers = m_providersOf[std::string(name)];
            if (providers.empty() || providers.back() != model.provider)
                providers.push_back(model.provider);
        }
    }
}

std::optional<std::size_t> Catalogue::indexOf(std::string_view provider, std::string_view model) const
{
    const auto found = m_byKey.find(keyOf(provider, model));
    return found == m_byKey.end() ? std::nullopt : std::optional(found->second);
}

const Model *Catalogue::find(std::string_view provider, std::string_view model) const
{
    for (const std::string_view name : {model, withoutDate(model), withoutLatest(model)}) {
        if (const auto index = indexOf(provider, name))
            return &m_models[*index];
    }
    return nullptr;
}

std::vector<const Model *> Catalogue::findByName(std::string_view model) const
{
    std::vector<const Model *> models;
    for (const std::string_view name : {model, withoutDate(model), withoutLatest(model)}) {
        const auto found = m_providersOf.find(std::string(name));
        if (found == m_providersOf.end())
            continue;
        for (const std::string &provider : found->second) {
            if (const Model *known = find(provider, name))
                models.push_back(known);
        }
        break;
    }
    return models;
}

std::vector<const Model *> Catalogue::modelsOf(std::string_view provider) const
{
    std::vector<const Model *> models;
    for (const Model &model : m_models) {
        if (model.provider == provider)
            models.push_back(&model);
    }
    return models;
}

} // namespace pm
