// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/random_chat.h"

#include <array>
#include <random>

namespace pm::test {

namespace {

/// Makes one conversation. std::mt19937_64 is the same everywhere, the standard's distributions are not: hence pick().
class ChatMaker
{
public:
    ChatMaker(std::uint64_t seed, const Abilities &abilities)
        : m_random(seed)
        , m_can(abilities)
    {
    }
    ChatRequest make();

private:
    std::uint64_t pick(std::uint64_t count) { return m_random() % count; }
    bool maybe(bool can = true) { return pick(3) == 0 && can; }
    std::string words();
    std::string arguments();
    Part text();
    std::optional<CacheMark> mark();
    void system();
    void user();
    void media(std::vector<Part> &parts);
    void assistant(std::size_t calls);
    void results();
    void tools();
    void sampling();
    void wishes();

    std::mt19937_64 m_random;
    const Abilities &m_can;
    ChatRequest m_request;
    std::vector<std::string> m_open; ///< ids of calls without results
    std::size_t m_calls = 0;
    int m_marks = 0;
    bool m_hasCalled = false;
};

std::string ChatMaker::words()
{
    constexpr std::array<std::string_view, 12> kWords{
        "stripes", "a \"quoted\" zoo", "line\nbreak", "back\\slash", "größer",  "縞馬",
        "🦓🦓",    "tab\there",        "{\"a\": 1}",  "</tag>",      "100 %s", "\x01 control"};
    std::string out = "w" + std::to_string(pick(100000));
    for (std::uint64_t i = 0, count = 1 + pick(4); i < count; ++i)
        out.append(" ").append(kWords[pick(kWords.size())]);
    return out;
}

std::string ChatMaker::arguments()
{
    constexpr std::array<std::string_view, 6> kArguments{
        "{}",
        R"({"where":"zoo"})",
        R"({"a":[1,2.5,{"b":null}],"c":true})",
        R"({"text":"say \"hi\"\n縞馬 \\ 🦓"})",
        R"({"big":9007199254740993,"small":1e-7})",
        R"({"":{"deep":{"er":[[[]]]}}})"};
    return std::string(kArguments[pick(kArguments.size())]);
}

std::optional<CacheMark> ChatMaker::mark()
{
    if (!maybe(m_can.cacheMarks) || m_marks >= 4)
        return std::nullopt;
    ++m_marks;
    return CacheMark{pick(2) == 0 ? "1h" : ""};
}

Part ChatMaker::text()
{
    return {TextPart{words(), {}}, mark()};
}

void ChatMaker::system()
{
    Message turn{Role::System};
    turn.isDeveloper = maybe(m_can.developers);
    turn.parts.push_back(text());
    m_request.messages.push_back(std::move(turn));
}

void ChatMaker::media(std::vector<Part> &parts)
{
    if (maybe(m_can.images)) {
        ImagePart image{{MediaSource::Kind::Base64, "image/png", "iVBORw0KGgo" + std::to_string(pick(10)) + "AAA="}, {}};
        if (maybe(m_can.imageUrls))
            image.source = {MediaSource::Kind::Url, {}, "https://example.com/" + std::to_string(pick(100)) + ".png"};
        if (maybe(m_can.imageDetail))
            image.detail = pick(2) == 0 ? "low" : "high";
        parts.push_back({std::move(image), mark()});
    }
    if (maybe(m_can.documents)) {
        DocumentPart document{{MediaSource::Kind::Base64, "application/pdf", "JVBERi0xLjQ="}, {}};
        document.title = m_can.documentTitles ? "paper " + std::to_string(parts.size()) + std::to_string(pick(1000)) : "";
        parts.push_back({std::move(document), mark()});
    }
    if (maybe(m_can.audio))
        parts.push_back({AudioPart{"wav", "UklGRnpl"}, {}});
}

void ChatMaker::user()
{
    Message turn;
    if (maybe(m_can.names))
        turn.name = "zebedee";
    turn.parts.push_back(text());
    media(turn.parts);
    m_request.messages.push_back(std::move(turn));
}

void ChatMaker::assistant(std::size_t calls)
{
    Message turn{Role::Assistant};
    if (m_can.thinking && (calls > 0 || pick(2) == 0)) {
        const Signature signature =
            m_can.signedBy.empty() ? Signature{} : Signature{"c2ln" + std::to_string(pick(1000)), m_can.signedBy};
        turn.parts.push_back({ThinkingPart{words(), signature}, {}});
    }
    if (maybe(m_can.sealed))
        turn.parts.push_back({RedactedThinkingPart{{"c2VhbGVk" + std::to_string(pick(1000)), m_can.signedBy}}, {}});
    if (calls == 0 || pick(2) == 0)
        turn.parts.push_back(text());
    for (std::size_t i = 0; i < calls; ++i) {
        ToolCallPart call{"call_" + std::to_string(++m_calls), pick(2) == 0 ? "look" : "go_there", arguments(), {}};
        if (!m_can.callsSignedBy.empty() && i == 0)
            call.signature = {"c2ln" + std::to_string(pick(1000)), m_can.callsSignedBy};
        m_open.push_back(call.id);
        turn.parts.push_back({std::move(call), {}});
        m_hasCalled = true;
    }
    m_request.messages.push_back(std::move(turn));
}

void ChatMaker::results()
{
    Message turn;
    for (const std::string &id : m_open) {
        ToolResultPart result{id, {}, maybe(m_can.failedResults)};
        result.content.push_back({TextPart{words(), {}}, {}});
        if (maybe(m_can.resultImages))
            result.content.push_back({ImagePart{{MediaSource::Kind::Base64, "image/png", "iVBORw0KGgo="}, {}}, {}});
        turn.parts.push_back({std::move(result), {}});
    }
    m_open.clear();
    m_request.messages.push_back(std::move(turn));
}

void ChatMaker::tools()
{
    for (const char *name : {"look", "go_there"}) {
        Tool tool;
        tool.name = name;
        tool.description = words();
        tool.schema = R"({"type":"object","properties":{"where":{"type":"string"}},"required":["where"],"additionalProperties":false})";
        if (maybe(m_can.strictTools))
            tool.strict = true;
        tool.cache = mark();
        m_request.tools.push_back(std::move(tool));
    }
    if (maybe(m_can.forcedChoice))
        m_request.toolChoice = pick(2) == 0 ? ToolChoice{ToolChoice::Mode::Required, {}}
                                            : ToolChoice{ToolChoice::Mode::Named, "look"};
    else if (maybe(m_can.noneChoice))
        m_request.toolChoice = ToolChoice{ToolChoice::Mode::None, {}};
    const bool isNone = m_request.toolChoice && m_request.toolChoice->mode == ToolChoice::Mode::None;
    if (maybe(m_can.oneCallAtATime && !isNone))
        m_request.parallelToolCalls = false;
}

void ChatMaker::sampling()
{
    m_request.maxTokens = std::int64_t(2000 + pick(5000));
    if (maybe())
        m_request.temperature = double(pick(5)) / 4;
    else if (maybe())
        m_request.topP = 0.25;
    if (maybe(m_can.topK))
        m_request.topK = std::int64_t(1 + pick(100));
    if (maybe(m_can.seed))
        m_request.seed = std::int64_t(pick(100000));
    if (maybe(m_can.stops))
        m_request.stop = {"END " + std::to_string(pick(10)), "\n\nHuman:"};
    if (maybe(m_can.penalties)) {
        m_request.presencePenalty = 0.5;
        m_request.frequencyPenalty = 0.25;
    }
    if (maybe(m_can.logitBias))
        m_request.logitBias = R"({"50256":-100})";
}

void ChatMaker::wishes()
{
    constexpr std::array<std::string_view, 3> kEfforts{"low", "medium", "high"};
    if (maybe(m_can.jsonObject))
        m_request.responseFormat.kind = ResponseFormat::Kind::JsonObject;
    else if (maybe(m_can.schema))
        m_request.responseFormat = {ResponseFormat::Kind::JsonSchema, "answer",
                                    R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false})",
                                    {}, {}};
    const bool isSampled = m_request.temperature || m_request.topP || m_request.topK;
    if (maybe(m_can.effort && !m_hasCalled && !m_request.toolChoice && !isSampled)) {
        m_request.reasoning.mode = Reasoning::Mode::Adaptive;
        m_request.reasoning.effort = kEfforts[pick(kEfforts.size())];
    }
    if (maybe(m_can.verbosity))
        m_request.verbosity = "low";
    if (maybe(m_can.user))
        m_request.user = "user-" + std::to_string(pick(1000));
    if (maybe(m_can.metadata))
        m_request.metadata = R"({"animal":"zebra"})";
    if (maybe(m_can.cacheKey))
        m_request.promptCacheKey = "key-" + std::to_string(pick(1000));
    m_request.stream = pick(2) == 0;
}

ChatRequest ChatMaker::make()
{
    m_request.model = "m";
    const bool hasTools = m_can.tools && pick(3) > 0;
    if (pick(2) == 0)
        system();
    user();
    for (std::uint64_t round = 0, rounds = pick(4); round < rounds; ++round) {
        assistant(hasTools ? pick(4) : 0);
        if (!m_open.empty())
            results();
        else
            user();
        if (maybe(m_can.lateSystem && round + 1 < rounds)) {
            assistant(0);
            system();
            user();
        }
    }
    if (hasTools)
        tools();
    sampling();
    wishes();
    return std::move(m_request);
}

} // namespace

ChatRequest randomChat(std::uint64_t seed, const Abilities &abilities)
{
    return ChatMaker(seed, abilities).make();
}

} // namespace pm::test
