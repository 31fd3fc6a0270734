// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/complexity_trainer.h"

#include "base/json.h"
#include "base/text.h"
#include "dialects/dialect.h"
#include "pipeline/complexity_labels.h"
#include "routing/complexity_training.h"
#include "routing/ranking.h"
#include "trace/trace_query.h"

#include <QFile>

#include <cstdio>
#include <map>
#include <unordered_map>

namespace pm {

namespace {

constexpr int kPage = 500;
constexpr qint64 kMostLabelBytes = 256LL * 1024 * 1024;
constexpr qint64 kMostLine = 1024 * 1024; ///< of a label file

/// Prompts, each once.
class Prompts
{
public:
    void add(const StoredPrompt &prompt, std::optional<bool> isPoor, bool isExplicit)
    {
        const auto [found, isNew] = m_byText.try_emplace(routing::spreadHash(prompt.text), m_all.size());
        if (isNew && m_all.size() >= std::size_t(kMostPrompts)) {
            m_byText.erase(found);
            return;
        }
        if (isNew)
            m_all.push_back({routing::featuresOf(prompt.facts()), std::nullopt, false});
        Entry &entry = m_all[found->second];
        if (!isPoor || (entry.isExplicit && !isExplicit))
            return;
        const bool wasPoor = entry.isExplicit == isExplicit && entry.isPoor.value_or(false);
        entry.isPoor = *isPoor || wasPoor;
        entry.isExplicit = isExplicit;
    }
    /// Gives the prompts away.
    void split(std::vector<routing::TrainingPrompt> &labelled, std::vector<routing::PromptFeatures> &others)
    {
        for (Entry &entry : m_all) {
            if (entry.isPoor)
                labelled.push_back({std::move(entry.features), *entry.isPoor});
            else
                others.push_back(std::move(entry.features));
        }
        m_all.clear();
    }

private:
    struct Entry
    {
        routing::PromptFeatures features;
        std::optional<bool> isPoor;
        bool isExplicit = false;
    };
    std::unordered_map<std::uint64_t, std::size_t> m_byText;
    std::vector<Entry> m_all;
};

/// The weak targets by router, of those that are asked for.
Result<std::map<std::string, std::vector<TierTarget>>> weakByRouter(const config::Config &config,
                                                                    const std::string &router)
{
    std::map<std::string, std::vector<TierTarget>> weak;
    std::vector<std::string> names;
    for (const config::Router &each : config.routers) {
        names.push_back(each.name);
        if (router.empty() || each.name == router)
            weak[each.name] = weakTargets(each);
    }
    if (!router.empty() && weak.empty())
        return fail(ErrorKind::NotFound,
                    "there is no router \"" + router + "\"; there are: " + joinNames(nearest(router, names)));
    return weak;
}

/// One line of a label file into `prompts`. The text of an error says what is wrong with the line.
Result<void> takeLabel(std::string_view line, const trace::Query &query, Prompts &prompts)
{
    const auto document = json::Document::parse(line);
    if (!document)
        return tl::unexpected(document.error());
    const auto strong = json::findInt(document->root(), "strong");
    const auto id = json::findString(document->root(), "id");
    const auto text = json::findString(document->root(), "prompt");
    if (!strong || (*strong != 0 && *strong != 1))
        return fail(ErrorKind::BadRequest, "\"strong\" must be 0 or 1");
    if (id.has_value() == text.has_value() || (text && text->empty()))
        return fail(ErrorKind::BadRequest, "give \"id\", a trace's, or \"prompt\", a text");
    if (text) {
        prompts.add({std::string(*text), false, false, estimateTokens(text->size(), 0)}, *strong == 1, true);
        return {};
    }
    const auto record = query.get(std::string(*id));
    if (!record)
        return tl::unexpected(record.error());
    const auto prompt = storedPrompt(*record);
    if (!prompt)
        return fail(ErrorKind::BadRequest,
                    "the prompt of trace " + std::string(*id) + " was not kept; give it as \"prompt\"");
    prompts.add(*prompt, *strong == 1, true);
    return {};
}

Result<void> takeLabels(const std::string &path, const trace::Query &query, Prompts &prompts)
{
    QFile file(QString::fromStdString(path));
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorKind::Storage, path + ": " + file.errorString().toStdString());
    if (file.size() > kMostLabelBytes)
        return fail(ErrorKind::Storage, path + ": over 256 MiB; give fewer labels");
    for (int number = 1; !file.atEnd(); ++number) {
        const QByteArray line = file.readLine(kMostLine).trimmed();
        if (line.isEmpty())
            continue;
        const auto taken = takeLabel({line.constData(), std::size_t(line.size())}, query, prompts);
        if (!taken)
            return fail(ErrorKind::BadRequest,
                        path + ":" + std::to_string(number) + ": " + taken.error().message);
    }
    return {};
}

/// The newest traces into `prompts`. Returns how many were looked at.
Result<std::int64_t> takeTraces(const trace::Query &query, const TrainingWish &wish,
                                const std::map<std::string, std::vector<TierTarget>> &weak, Prompts &prompts)
{
    trace::Filter filter;
    filter.router = wish.router;
    std::string before;
    std::int64_t looked = 0;
    while (looked < wish.last) {
        const auto page = query.list(filter, before, int(std::min<std::int64_t>(kPage, wish.last - looked)));
        if (!page)
            return tl::unexpected(page.error());
        for (const trace::Head &head : page->heads) {
            const auto record = query.get(head.id);
            const auto prompt = record ? storedPrompt(*record) : std::nullopt;
            const auto targets = weak.find(head.router);
            if (prompt)
                prompts.add(*prompt,
                            targets == weak.end() ? std::nullopt : weakAnswerIsPoor(*record, targets->second),
                            false);
        }
        looked += std::int64_t(page->heads.size());
        if (!page->hasMore || page->heads.empty())
            break;
        before = page->heads.back().id;
    }
    return looked;
}

Failure tooFew(const std::vector<routing::TrainingPrompt> &labelled, std::int64_t poor, std::int64_t traces)
{
    return fail(ErrorKind::BadRequest,
                std::to_string(labelled.size()) + " prompts have a label, " + std::to_string(poor) +
                    " of them poor, in " + std::to_string(traces) + " traces; at least " +
                    std::to_string(kLeastLabelled) + ", and " + std::to_string(kLeastOfAKind) +
                    " of each kind, are needed. More come from traffic through a router with cascade or "
                    "complexity (by how its "
                    "cheap child answers; traces.bodies must be full), from a larger --last, or from "
                    "--labels FILE with lines "
                    "{\"prompt\": TEXT, \"strong\": 0 or 1}");
}

std::string percent(double share)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %%", share * 100);
    return text;
}

} // namespace

Result<Training> trainFromTraces(const config::Config &config, const TrainingWish &wish)
{
    const auto weak = weakByRouter(config, wish.router);
    if (!weak)
        return tl::unexpected(weak.error());
    const auto query = trace::Query::open(wish.storePath);
    if (!query)
        return tl::unexpected(query.error());
    Prompts prompts;
    if (!wish.labelsPath.empty()) {
        if (const auto taken = takeLabels(wish.labelsPath, *query, prompts); !taken)
            return tl::unexpected(taken.error());
    }
    const auto looked = takeTraces(*query, wish, *weak, prompts);
    if (!looked)
        return tl::unexpected(looked.error());
    std::vector<routing::TrainingPrompt> labelled;
    std::vector<routing::PromptFeatures> others;
    prompts.split(labelled, others);
    std::int64_t poor = 0;
    for (const routing::TrainingPrompt &prompt : labelled)
        poor += prompt.isPoor;
    const auto count = std::int64_t(labelled.size());
    if (count < kLeastLabelled || poor < kLeastOfAKind || count - poor < kLeastOfAKind)
        return tooFew(labelled, poor, *looked);
    Training training{routing::trainComplexity(labelled, others), *looked, std::int64_t(others.size())};
    training.model.trained = wish.trained;
    return training;
}

std::string trainingReport(const Training &training)
{
    const routing::RankingReport &report = training.model.report;
    char figures[512];
    std::snprintf(figures, sizeof figures,
                  "AUROC   %.3f   (chance: 0.5)\n"
                  "APGR    %.3f   (chance: 0.5; 95 %% interval %.3f to %.3f)\n",
                  report.auroc, report.apgr, report.apgrLow, report.apgrHigh);
    std::string text = std::to_string(training.traces) + " traces, " + std::to_string(report.prompts) +
                       " labelled prompts, " + std::to_string(report.positives) +
                       " with a poor weak answer; " + std::to_string(training.unlabelled) +
                       " more for the shares\nby prompts that were not trained on (5 folds), taking the "
                       "strong tier's answers as good:\n";
    text += figures;
    text += "CPT50   " + percent(report.cpt50) +
            "  of requests to the strong tier avoid half of the poor answers (chance: 50 %)\n";
    text += "CPT80   " + percent(report.cpt80) + "  avoid 80 % of them (chance: 80 %)\n";
    text += report.isBetterThanRandom() ? "better than random on your data\n"
                                        : "not better than random on your data\n";
    return text;
}

} // namespace pm
