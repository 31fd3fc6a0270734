// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/complexity_model.h"

#include "base/json.h"

#include <algorithm>
#include <cmath>

namespace pm::routing {

namespace {

constexpr std::string_view kKind = "pointsman-complexity";
constexpr std::size_t kGrams = std::size_t(1) << kGramBits;

/// A member that must be there, of one type; what is wrong is kept until the end. The first problem counts.
class Reader
{
public:
    explicit Reader(json::Element root)
        : m_root(root)
    {
    }

    double number(json::Element object, const std::string &place, std::string_view key)
    {
        const auto found = json::findDouble(object, key);
        if (!found || !std::isfinite(*found))
            tell(place + std::string(key) + " is no number");
        return found.value_or(0);
    }
    /// The numbers of a list of exactly `count`.
    template <typename Take>
    void list(const char *key, std::size_t count, double least, double most, Take take)
    {
        const auto items = json::findArray(m_root, key);
        if (!items || items->size() != count) {
            tell(std::string(key) + " is no list of " + std::to_string(count) + " numbers");
            return;
        }
        std::size_t at = 0;
        for (const json::Element item : *items) {
            const double value = numberOf(item);
            if (!(value >= least && value <= most)) {
                tell(std::string(key) + "[" + std::to_string(at) + "] is no number from " +
                     std::to_string(int(least)) + " to " + std::to_string(int(most)));
                return;
            }
            take(at++, value);
        }
    }
    std::optional<json::Element> object(const char *key)
    {
        const auto found = json::findObject(m_root, key);
        if (!found)
            tell(std::string(key) + " is missing");
        return found;
    }
    void tell(std::string problem)
    {
        if (m_problem.empty())
            m_problem = std::move(problem);
    }
    const std::string &problem() const { return m_problem; }

private:
    static double numberOf(json::Element item)
    {
        double value = 0;
        return item.is_number() && item.get(value) == simdjson::SUCCESS ? value : std::nan("");
    }

    json::Element m_root;
    std::string m_problem;
};

Failure broken(const std::string &problem)
{
    return fail(ErrorKind::Storage, problem + "; train it again with: pointsman train");
}

void readWeights(Reader &reader, ComplexityModel &model)
{
    const auto weights = reader.object("weights");
    for (std::size_t i = 0; weights && i < kHandFeatures; ++i)
        model.weights[i] = static_cast<float>(reader.number(*weights, "weights.", handFeatures()[i].name));
}

void readReport(Reader &reader, RankingReport &report)
{
    const auto object = reader.object("report");
    if (!object)
        return;
    const auto number = [&](std::string_view key) { return reader.number(*object, "report.", key); };
    report.prompts = static_cast<std::int64_t>(number("prompts"));
    report.positives = static_cast<std::int64_t>(number("poor"));
    report.auroc = number("auroc");
    report.apgr = number("apgr");
    report.apgrLow = number("apgr-low");
    report.apgrHigh = number("apgr-high");
    report.cpt50 = number("cpt50");
    report.cpt80 = number("cpt80");
}

void writeReport(json::Writer &out, const RankingReport &report)
{
    out.key("report");
    out.beginObject();
    out.member("prompts", report.prompts);
    out.member("poor", report.positives);
    out.member("auroc", report.auroc);
    out.member("apgr", report.apgr);
    out.member("apgr-low", report.apgrLow);
    out.member("apgr-high", report.apgrHigh);
    out.member("cpt50", report.cpt50);
    out.member("cpt80", report.cpt80);
    out.endObject();
}

} // namespace

double logistic(double x)
{
    return 1 / (1 + std::exp(-x));
}

double ComplexityModel::score(const PromptFeatures &features) const
{
    double sum = bias;
    for (std::size_t i = 0; i < kHandFeatures; ++i)
        sum += double(weights[i]) * features.hand[i];
    std::int64_t counted = 0;
    for (const std::uint16_t gram : features.grams)
        counted += grams[gram];
    if (!features.grams.empty())
        sum +=
            gramScale * static_cast<double>(counted) / std::sqrt(static_cast<double>(features.grams.size()));
    return logistic(sum);
}

double ComplexityModel::threshold(double share) const
{
    if (share <= 0)
        return 2; // no score reaches it
    if (share >= 1)
        return 0;
    const double place = (1 - share) * double(kQuantiles - 1);
    const auto below = static_cast<std::size_t>(place);
    const double rest = place - double(below);
    const double above = quantiles[std::min(below + 1, kQuantiles - 1)];
    return quantiles[below] + rest * (above - quantiles[below]);
}

std::string modelText(const ComplexityModel &model)
{
    json::Writer out;
    out.beginObject();
    out.member("kind", kKind);
    out.member("version", ComplexityModel::kVersion);
    out.member("trained", model.trained);
    writeReport(out, model.report);
    out.key("weights");
    out.beginObject();
    for (std::size_t i = 0; i < kHandFeatures; ++i)
        out.member(handFeatures()[i].name, double(model.weights[i]));
    out.endObject();
    out.member("bias", double(model.bias));
    out.key("quantiles");
    out.beginArray();
    for (const float quantile : model.quantiles)
        out.number(double(quantile));
    out.endArray();
    out.member("gram-scale", double(model.gramScale));
    out.key("grams");
    out.beginArray();
    for (const std::int8_t weight : model.grams)
        out.number(std::int64_t(weight));
    out.endArray();
    out.endObject();
    return out.take() + "\n";
}

Result<ComplexityModel> parseModel(std::string_view text)
{
    const auto document = json::Document::parse(text);
    if (!document)
        return broken(document.error().message);
    const json::Element root = document->root();
    if (!root.is_object() || json::findString(root, "kind") != kKind)
        return broken("kind is not \"" + std::string(kKind) + "\": this is no model of complexity");
    if (const auto version = json::findInt(root, "version"); version != ComplexityModel::kVersion)
        return broken("version is " + (version ? std::to_string(*version) : "missing") +
                      ", and this program reads version " + std::to_string(ComplexityModel::kVersion));
    Reader reader(root);
    ComplexityModel model;
    model.trained = json::findString(root, "trained").value_or("");
    readReport(reader, model.report);
    readWeights(reader, model);
    model.bias = static_cast<float>(reader.number(root, "", "bias"));
    model.gramScale = static_cast<float>(reader.number(root, "", "gram-scale"));
    reader.list("quantiles", ComplexityModel::kQuantiles, 0, 1,
                [&](std::size_t i, double value) { model.quantiles[i] = static_cast<float>(value); });
    model.grams.resize(kGrams);
    reader.list("grams", kGrams, -127, 127,
                [&](std::size_t i, double value) { model.grams[i] = static_cast<std::int8_t>(value); });
    if (!std::is_sorted(model.quantiles.begin(), model.quantiles.end()))
        reader.tell("quantiles do not rise");
    if (!reader.problem().empty())
        return broken(reader.problem());
    return model;
}

} // namespace pm::routing
