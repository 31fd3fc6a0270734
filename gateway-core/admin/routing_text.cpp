// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/routing_text.h"

#include "admin/admin_json.h"
#include "base/local_time.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace pm::admin {

namespace {

constexpr const char *kNone = "–"; ///< unknown
constexpr std::size_t kShown = 20;

template <typename... Values>
std::string formatted(const char *format, Values... values)
{
    std::array<char, 256> text{};
    const int size = std::snprintf(text.data(), text.size(), format, values...);
    return {text.data(), std::min(static_cast<std::size_t>(std::max(size, 0)), text.size() - 1)};
}

/// To the micro-dollar.
std::string money(std::int64_t micros)
{
    return formatted("$%lld.%06lld", static_cast<long long>(micros / 1'000'000),
                     static_cast<long long>(micros % 1'000'000));
}

std::string money(const std::optional<std::int64_t> &micros)
{
    return micros ? money(*micros) : kNone;
}

std::string millis(std::int64_t micros)
{
    return std::to_string((micros + 500) / 1000) + " ms";
}

std::string millis(const std::optional<std::int64_t> &micros)
{
    return micros ? millis(*micros) : kNone;
}

std::string percent(const std::optional<double> &share)
{
    return share ? formatted("%.1f %%", *share * 100) : kNone;
}

std::string orNone(const std::string &target)
{
    return target.empty() ? "(no target)" : target;
}

std::string clockTime(std::int64_t micros)
{
    return formatTime("%m-%d %H:%M:%S", localTime(static_cast<std::time_t>(micros / 1'000'000)));
}

/// Pads by characters; a dash of three bytes is one.
std::string padded(std::string text, std::size_t width, bool isRight = false)
{
    const auto isStart = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
    const auto length = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), isStart));
    if (length < width)
        text.insert(isRight ? 0 : text.size(), width - length, ' ');
    return text;
}

std::string beforeAfter(const char *what, const std::string &before, const std::string &after, int count)
{
    return padded(what, 12) + padded(before, 14, true) + " -> " + padded(after, 14, true) + "   of " +
           std::to_string(count) + " where both are known\n";
}

std::string totalsText(const SimulationReport &report)
{
    const SimulationReport::Sums &sums = report.sums;
    std::string text = formatted("%zu requests, %d would go elsewhere", report.requests.size(), sums.changed);
    if (sums.byChance > 0)
        text += formatted(", a draw or a turn has part in %d", sums.byChance);
    if (sums.byFigures > 0)
        text += formatted(", what is known of the targets now in %d", sums.byFigures);
    text += "\n";
    if (sums.priced > 0)
        text += beforeAfter("cost", money(sums.costBefore), money(sums.costAfter), sums.priced);
    if (sums.timed > 0)
        text += beforeAfter("latency", millis(sums.latencyBefore / sums.timed),
                            millis(sums.latencyAfter / sums.timed), sums.timed);
    if (sums.rated > 0)
        text += beforeAfter("errors", percent(sums.errorsBefore / sums.rated),
                            percent(sums.errorsAfter / sums.rated), sums.rated);
    for (const auto &[reason, count] : report.skipped)
        text += formatted("%d left out: ", count) + reason + "\n";
    if (report.hasMore)
        text += formatted("older ones match too; the newest %d were taken\n", SimulationQuery::kMost);
    return text;
}

std::string changedLine(const SimulatedRequest &request)
{
    const auto &before = request.before;
    const auto &after = request.after;
    std::string text = request.id + "  " + clockTime(request.startedAt) + "  " + orNone(before.target) +
                       " -> " + orNone(after.target) + (after.isByChance ? " (by chance)" : "") + "\n";
    return text + "    " + after.reason + "; " + money(before.costMicroUsd) + " -> " +
           money(after.costMicroUsd) + ", " + millis(before.latencyUs) + " -> " + millis(after.latencyUs) +
           "\n";
}

std::string choiceLine(const ExplainedChoice &explained)
{
    const auto &[choice, expected] = explained;
    std::string start =
        choice.start == routing::Start::AfterFailure ? "" : "  " + std::string(startName(choice.start));
    if (choice.start == routing::Start::AfterDelay)
        start += formatted(" %lld ms", static_cast<long long>(choice.delay.count()));
    const auto micros =
        expected.latency ? std::optional<std::int64_t>(expected.latency->count()) : std::nullopt;
    return padded(choice.target->label(), 36) + " " +
           padded(expected.costUsd ? formatted("$%.6f", *expected.costUsd) : kNone, 11, true) + " " +
           padded(millis(micros), 9, true) + " " + padded(percent(expected.errorRate), 7, true) + "  " +
           choice.reason.text() + start + (choice.isByChance ? " (by chance)" : "") + "\n";
}

} // namespace

std::string simulationText(const SimulationReport &report)
{
    std::string text = totalsText(report);
    if (!report.targets.empty())
        text += "\n" + padded("TARGET", 44) + padded("BEFORE", 8, true) + padded("AFTER", 8, true) + "\n";
    for (const SimulationReport::Share &share : report.targets) {
        text += padded(orNone(share.target), 44) + padded(std::to_string(share.before), 8, true) +
                padded(std::to_string(share.after), 8, true) + "\n";
    }
    if (!report.moves.empty())
        text += "\nMOVES\n";
    for (const SimulationReport::Move &move : report.moves)
        text += padded(std::to_string(move.count), 8, true) + "  " + orNone(move.from) + " -> " +
                orNone(move.to) + "\n";
    std::size_t shown = 0;
    for (const SimulatedRequest &request : report.requests) {
        if (!request.isChanged() || shown == kShown)
            continue;
        text += shown++ == 0 ? "\nCHANGED\n" : "";
        text += changedLine(request);
    }
    if (const auto changed = static_cast<std::size_t>(report.sums.changed); changed > shown)
        text += formatted("and %zu more (--json has all)\n", changed - shown);
    return text;
}

std::string explanationText(const Explanation &explanation)
{
    const RequestFacts &facts = explanation.facts;
    std::string text = "router " + explanation.route.name + ": model " +
                       (facts.model.empty() ? kNone : facts.model) + ", class " +
                       std::string(explanation.kind) +
                       formatted(", about %lld tokens", static_cast<long long>(facts.inputTokensEstimate)) +
                       (facts.stream ? ", a stream\n" : "\n") + "route  " + explanation.line + "\n";
    if (!explanation.choices.empty()) {
        text += "\n" + padded("TARGET", 36) + " " + padded("COST", 11, true) + " " +
                padded("LATENCY", 9, true) + " " + padded("ERRORS", 7, true) + "  WHY\n";
    }
    for (const ExplainedChoice &choice : explanation.choices)
        text += choiceLine(choice);
    for (const ExplainedChoice &mirror : explanation.mirrors)
        text += choiceLine(mirror);
    for (const routing::Exclusion &excluded : explanation.excluded)
        text += "not " + padded(excluded.target, 32) + " " + excluded.reason + "\n";
    return text;
}

} // namespace pm::admin
