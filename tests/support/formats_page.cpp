// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/formats_page.h"

#include "support/answer_probes.h"
#include "support/places.h"

#include <QDir>

#include <algorithm>

namespace pm::test {

namespace {

constexpr std::string_view kHead = R"(# Wire formats: what is carried where

Made by a test that sends each feature through: it reads the client's request, writes the target's, and reads that again
(`tests/unit/dialects/tst_formats_page.cpp`; `PM_UPDATE_GOLDENS=1` writes this page anew). Nothing here is written by hand.

| cell | meaning |
|---|---|
| = | same format on both sides: the client's bytes go on untouched, unknown fields too |
| yes | carried: read in the target's format it says the same |
| other form | it reaches the model, said in another way: a prefix, an instruction, the nearest setting |
| lost | it does not, and `x-pointsman-lossy` and the trace name it |
| refused | an error in the client's format names the field and what to do |
| – | the target's format has no such thing |
| left out | of answers: the client's format has no place for it, and no header names it |

Names in the last column stand in `x-pointsman-lossy` as they are here. Pictures and documents by URL are fetched first for
targets that fetch none (`media.fetch`); with that off they are refused. Targets of the same format that refuse fields
(OpenAI-compatible vendors) get them dropped or respelled and named. The signature of a call that a client's format cannot
hold is remembered by the call's id and put back when the call comes back. The models that were asked:)";

std::string text(std::string_view view)
{
    return std::string(view);
}

std::string_view wordOf(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Bytes: return "=";
    case Outcome::Carried: return "yes";
    case Outcome::OtherForm: return "other form";
    case Outcome::Lost: return "lost";
    case Outcome::Refused: return "refused";
    case Outcome::Absent: return "–";
    case Outcome::LeftOut: return "left out";
    case Outcome::Silent: return "SILENT";
    }
    return {};
}

std::vector<const Dialect *> clients()
{
    std::vector<const Dialect *> found;
    for (const Dialect *format : dialects()) {
        if (!probesOf(*format).empty())
            found.push_back(format);
    }
    return found;
}

std::vector<const Dialect *> targets()
{
    std::vector<const Dialect *> found;
    for (const Dialect *format : dialects()) {
        if (isTarget(*format))
            found.push_back(format);
    }
    return found;
}

/// "| first | A | B | last |" and the line below it.
std::string tableHead(std::string first, std::string_view last = {})
{
    std::string names = "| " + std::move(first) + " |";
    std::string rule = "|---|";
    for (const Dialect *target : targets()) {
        names += " " + text(titleOf(*target)) + " |";
        rule += "---|";
    }
    if (!last.empty()) {
        names += " " + text(last) + " |";
        rule += "---|";
    }
    return names + "\n" + rule + "\n";
}

void add(std::vector<std::string> &names, const Verdict &verdict)
{
    const bool isLoss = verdict.outcome == Outcome::Lost || verdict.outcome == Outcome::OtherForm;
    if (!isLoss || verdict.named.empty())
        return;
    for (std::size_t at = 0; at < verdict.named.size();) {
        const std::size_t end = std::min(verdict.named.find("; ", at), verdict.named.size());
        std::string name = verdict.named.substr(at, end - at);
        std::replace(name.begin(), name.end(), '|', '/');
        if (std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(std::move(name));
        at = end + 2;
    }
}

std::string requestRow(const Dialect &client, const Probe &plain, const Probe &probe)
{
    std::string row = "| " + probe.feature + " |";
    std::vector<std::string> names;
    for (const Dialect *target : targets()) {
        const Verdict verdict = requestVerdict(client, plain, probe, *target);
        row += " " + text(wordOf(verdict.outcome)) + " |";
        add(names, verdict);
    }
    row += " ";
    for (std::size_t i = 0; i < names.size(); ++i)
        row += (i > 0 ? ", `" : "`") + names[i] + "`";
    return row + " |\n";
}

std::string cellOf(const AnswerVerdict &verdict)
{
    const std::string whole = text(wordOf(verdict.whole.outcome));
    const std::string streamed = text(wordOf(verdict.streamed.outcome));
    return whole == streamed ? whole : whole + "; streamed: " + streamed;
}

template <typename VerdictOf>
std::string row(const std::string &name, VerdictOf verdictOf)
{
    std::string line = "| " + name + " |";
    for (const Dialect *target : targets())
        line += " " + text(wordOf(verdictOf(*target).outcome)) + " |";
    return line + "\n";
}

std::string answerTable(const Dialect &client)
{
    std::string table = tableHead("from");
    for (const AnswerFeature &feature : answerFeatures()) {
        table += "| " + (feature.name == "plain" ? std::string("text") : feature.name) + " |";
        for (const Dialect *target : targets())
            table += " " + cellOf(answerVerdict(feature, *target, client)) + " |";
        table += "\n";
    }
    for (const ErrorFeature &feature : errorFeatures())
        table += row(feature.name, [&](const Dialect &target) { return errorVerdict(feature, target, client); });
    table += row("error within a stream", [&](const Dialect &target) { return brokenStreamVerdict(false, target, client); });
    table += row("stream cut off", [&](const Dialect &target) { return brokenStreamVerdict(true, target, client); });
    return table;
}

/// Golden cases of `kind` that begin in `from` and end in `to`.
int goldens(const Dialect &from, const Dialect &to, const QString &kind)
{
    const auto name = [](const Dialect &format) {
        return QString::fromUtf8(format.name().data(), qsizetype(format.name().size()));
    };
    const QDir folder(inTests(QStringLiteral("/golden/")) + name(from) + QLatin1Char('/') + kind);
    const QStringList files = folder.entryList({QStringLiteral("*.to-%1.*").arg(name(to))}, QDir::Files);
    return int(std::count_if(files.begin(), files.end(),
                             [](const QString &file) { return !file.endsWith(QStringLiteral(".losses")); }));
}

std::string goldenTable()
{
    std::string table = tableHead("client");
    for (const Dialect *client : clients()) {
        table += "| " + text(titleOf(*client)) + " |";
        for (const Dialect *target : targets()) {
            table += " " + std::to_string(goldens(*client, *target, QStringLiteral("requests")));
            for (const char *kind : {"replies", "streams", "errors"})
                table += " / " + std::to_string(goldens(*target, *client, QString::fromLatin1(kind)));
            table += " |";
        }
        table += "\n";
    }
    return table;
}

} // namespace

std::string_view titleOf(const Dialect &format)
{
    switch (format.id()) {
    case DialectId::OpenAiChat: return "OpenAI Chat";
    case DialectId::AnthropicMessages: return "Anthropic";
    case DialectId::OpenAiResponses: return "OpenAI Responses";
    case DialectId::OpenAiCompletions: return "OpenAI Completions";
    case DialectId::Gemini: return "Gemini";
    case DialectId::Ollama: return "Ollama";
    case DialectId::Bedrock: return "Bedrock Converse";
    case DialectId::Cohere: return "Cohere";
    }
    return format.name();
}

std::string formatsPage()
{
    std::string page = text(kHead);
    const std::vector<const Dialect *> asked = targets();
    for (const Dialect *target : asked)
        page += (target == asked.front() ? " " : ", ") + describedTarget(target->id()) + " (" + text(titleOf(*target)) + ")";
    page += ".\n";
    for (const Dialect *client : clients()) {
        const std::vector<Probe> probes = probesOf(*client);
        page += "\n## Requests of " + text(titleOf(*client)) + " clients\n\n" + tableHead("to", "named");
        for (std::size_t i = 1; i < probes.size(); ++i)
            page += requestRow(*client, probes.front(), probes[i]);
    }
    for (const Dialect *client : clients())
        page += "\n## Answers to " + text(titleOf(*client)) + " clients\n\n" + answerTable(*client);
    page += "\n## Golden cases\n\nOf each pair: requests to the target / whole answers, streams and errors from it. Each stream "
            "is also cut at every byte, and what is written is checked against the format's protocol.\n\n" +
            goldenTable();
    return page;
}

} // namespace pm::test
