// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/feature_probes.h"

#include "base/json.h"
#include "providers/catalogue.h"
#include "support/chat_facts.h"
#include "support/cohere_request.h"
#include "support/fact_names.h"

#include <QByteArray>

#include <algorithm>
#include <array>

namespace pm::test {

namespace {

struct TargetRow
{
    DialectId format;
    std::string_view provider;
    std::string_view model;
};

// clang-format off
constexpr std::array kTargets{
    TargetRow{DialectId::OpenAiChat,        "openai",    "gpt-5"},
    TargetRow{DialectId::OpenAiResponses,   "openai",    "gpt-5"},
    TargetRow{DialectId::AnthropicMessages, "anthropic", "claude-opus-4-6"},
    TargetRow{DialectId::Gemini,            "gemini",    "gemini-3-flash-preview"},
    TargetRow{DialectId::Ollama,            "ollama",    "qwen3:32b"},
    TargetRow{DialectId::Bedrock,           "bedrock",   "anthropic.claude-opus-4-6-v1"},
    TargetRow{DialectId::Cohere,            "cohere",    "command-a-reasoning-08-2025"},
};
// clang-format on

const TargetRow *rowOf(DialectId format)
{
    const auto found =
        std::find_if(kTargets.begin(), kTargets.end(), [&](const TargetRow &row) { return row.format == format; });
    return found == kTargets.end() ? nullptr : &*found;
}

std::string joined(const std::vector<std::string> &names)
{
    std::string text;
    for (const std::string &name : names)
        text += (text.empty() ? "" : "; ") + name;
    return text;
}

/// What the pipeline does before a target that fetches nothing is asked.
void fetchMedia(std::vector<Part> &parts)
{
    const auto fetch = [](MediaSource &source, const char *mediaType) {
        if (source.kind == MediaSource::Kind::Url)
            source = {MediaSource::Kind::Base64, mediaType, "ZmV0Y2hlZA=="};
    };
    for (Part &part : parts) {
        if (auto *image = part.as<ImagePart>())
            fetch(image->source, "image/png");
        if (auto *document = part.as<DocumentPart>())
            fetch(document->source, "application/pdf");
    }
}

Result<ChatRequest> read(const Dialect &client, const Probe &probe)
{
    auto request = client.readRequest(probe.body);
    if (request && client.id() == DialectId::Gemini)
        request->stream = probe.feature == "streaming"; // its path says so
    return request;
}

Facts readBack(const Dialect &target, const ChatRequest &asked, const std::string &written)
{
    if (target.id() == DialectId::Cohere)
        return factsOf(readCohereRequest(written));
    const TargetTraits traits = modelOfToday(target.id());
    auto request = target.readRequest(written);
    if (!request)
        return {};
    const bool pathSaysSo =
        target.path(Operation::Chat, traits, true) != target.path(Operation::Chat, traits, false);
    request->stream = pathSaysSo ? asked.stream : request->stream;
    return factsOf(*request);
}

/// The text without one level of JSON's escapes: what its strings say. Only those of ASCII, which our writer makes.
std::string unescaped(std::string_view text)
{
    constexpr std::string_view kLetters = "nrtbf";
    constexpr std::string_view kMeant = "\n\r\t\b\f";
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            plain += text[i];
            continue;
        }
        const char letter = text[++i];
        const std::size_t known = kLetters.find(letter);
        if (letter == 'u' && i + 4 < text.size()) {
            plain += char(QByteArray(text.data() + i + 1, 4).toInt(nullptr, 16));
            i += 4;
        } else {
            plain += known == std::string_view::npos ? letter : kMeant[known];
        }
    }
    return plain;
}

/// A written request and what it says, to look for a statement in.
struct Written
{
    const Dialect &target;
    const std::string &bytes;
    const Facts &facts;
    bool has(std::string_view text) const
    {
        return bytes.find(text) != std::string::npos || unescaped(bytes).find(text) != std::string::npos;
    }
};

bool isOfTools(const Fact &fact)
{
    constexpr std::array<std::string_view, 7> kStarts{"tool",       "schema of", "description of",  "strict",
                                                      "grammar of", "free text", "cache mark: tool"};
    return std::any_of(kStarts.begin(), kStarts.end(),
                       [&](std::string_view start) { return fact.what.starts_with(start); });
}

/// What formats have different means for; each is looked for, not believed.
bool isMeantOtherwise(const Fact &fact, const Facts &asked, const Written &written)
{
    const bool forbidsTools = missing({Fact{"tool choice", "none"}}, asked).empty();
    if (forbidsTools && isOfTools(fact) && !states(written.facts, "tool")) // not to call any is not to see any
        return true;
    if (fact.what == "role") // its words are looked for by themselves
        return states(written.facts, "system text");
    if (fact.what.starts_with("free text for")) // as a function of one text
        return written.has(R"("input":{"type":"string")");
    const DialectId to = written.target.id();
    if (fact.what == "reasoning" && fact.value == "on") // models of these formats that reason do so unasked
        return to == DialectId::OpenAiChat || to == DialectId::OpenAiResponses || to == DialectId::Gemini;
    if (fact.what == "cache mark: whole prompt" && to == DialectId::Bedrock) // a point behind the last block
        return written.has(R"({"cachePoint")");
    if (fact.what == "effort")
        return states(written.facts, "thinking budget");
    if (fact.what == "thinking budget")
        return states(written.facts, "effort") && to != DialectId::Ollama;
    if (fact.what == "thinking display" && to == DialectId::Gemini)
        return written.has(R"("includeThoughts":true)") == (fact.value != "omitted");
    if (fact.what == "thinking display" && to == DialectId::OpenAiResponses)
        return fact.value == "omitted" && !written.has(R"("summary")");
    return fact.what.ends_with("by URL") && !modelOfToday(to).mediaUrls && written.has("ZmV0Y2hlZA==");
}

/// True for a loss that says what stands for what was asked.
bool isReplaced(const std::string &loss)
{
    constexpr std::array<std::string_view, 13> kWords{"given as", "in words",      "as instruction", "as effort", "as level",
                                                      "lowered",  "raised",        "clamped",        "alone",     "declared",
                                                      "moved",    "answered as", "asked for the least"};
    return std::any_of(kWords.begin(), kWords.end(),
                       [&](std::string_view word) { return loss.find(word) != std::string::npos; });
}

Facts unexplained(const Facts &gone, const Facts &asked, const Written &written)
{
    Facts left;
    for (const Fact &fact : gone) {
        const bool isFound = fact.kind == Fact::Kind::Words && written.has(fact.value);
        if (!isFound && !isMeantOtherwise(fact, asked, written))
            left.push_back(fact);
    }
    return left;
}

Verdict judge(const Facts &wanted, const Facts &asked, const Written &written, const Losses &losses)
{
    const Facts gone = missing(wanted, written.facts);
    const std::string named = joined(losses);
    if (gone.empty())
        return {losses.empty() ? Outcome::Carried : Outcome::OtherForm, named, {}};
    const Facts left = unexplained(gone, asked, written);
    if (left.empty())
        return {Outcome::OtherForm, named, {}};
    Facts silent = left;
    std::erase_if(silent, [&](const Fact &fact) { return isNamed(fact, losses); });
    if (!silent.empty())
        return {Outcome::Silent, named, shown(silent)};
    Losses replaced = losses;
    std::erase_if(replaced, [](const std::string &loss) { return !isReplaced(loss); });
    const bool isAllReplaced =
        std::all_of(left.begin(), left.end(), [&](const Fact &fact) { return isNamed(fact, replaced); });
    return {isAllReplaced ? Outcome::OtherForm : Outcome::Lost, named, {}};
}

/// The client's bytes go on as they are, but for the model's name, which is the same here. Something may be added: the size
/// of the context window, to Ollama.
Verdict passedThrough(const Dialect &format, const Probe &probe, const TargetTraits &ofVendor)
{
    TargetTraits traits = ofVendor;
    traits.model = "m";
    const auto sent = format.retarget(probe.body, traits, false);
    if (!sent)
        return {Outcome::Refused, sent.error().message, {}};
    const auto members = json::members(probe.body);
    const bool isWhole = members && std::all_of(members->begin(), members->end(), [&](const json::Member &member) {
        return sent->find(probe.body.substr(member.key.begin, member.value.end - member.key.begin)) != std::string::npos;
    });
    return isWhole ? Verdict{Outcome::Bytes, {}, {}} : Verdict{Outcome::Silent, {}, "the bytes are changed: " + *sent};
}

} // namespace

TargetTraits modelOfToday(DialectId format)
{
    const TargetRow *target = rowOf(format);
    const ProviderRow *row = target ? findProviderRow(target->provider) : nullptr;
    if (!row)
        return {};
    Provider vendor;
    vendor.name = row->name;
    vendor.dialect = format;
    vendor.family = row->family;
    vendor.auth = row->auth;
    vendor.quirks = row->quirks;
    Model model;
    model.maxOutput = 32000;
    model.reasoning = model.structuredOutput = true;
    return targetTraits(vendor, format, target->model, &model);
}

std::string describedTarget(DialectId format)
{
    const TargetRow *row = rowOf(format);
    return row ? std::string(row->model) + " at " + std::string(row->provider) : std::string();
}

bool isTarget(const Dialect &format)
{
    return rowOf(format.id()) != nullptr;
}

Verdict requestVerdict(const Dialect &client, const Probe &plain, const Probe &probe, const Dialect &target)
{
    const TargetTraits traits = modelOfToday(target.id());
    if (client.id() == target.id())
        return passedThrough(client, probe, traits);
    const auto bare = read(client, plain);
    const auto asked = read(client, probe);
    if (!bare || !asked)
        return {Outcome::Refused, (asked ? bare : asked).error().message, {}};
    const Facts wanted = missing(factsOf(*asked), factsOf(*bare));
    if (wanted.empty() && &plain != &probe)
        return {Outcome::Silent, {}, "the client's own format reads nothing of it"};
    return sentVerdict(*asked, wanted, target);
}

Verdict sentVerdict(const ChatRequest &request, const Facts &wanted, const Dialect &target)
{
    const TargetTraits traits = modelOfToday(target.id());
    ChatRequest sent = request;
    if (!traits.mediaUrls) {
        for (Message &message : sent.messages)
            fetchMedia(message.parts);
    }
    Losses losses;
    const auto written = target.writeRequest(sent, traits, losses);
    if (!written)
        return {Outcome::Refused, written.error().message, {}};
    const Facts facts = readBack(target, sent, *written);
    return judge(wanted, factsOf(request), {target, *written, facts}, losses);
}

} // namespace pm::test
