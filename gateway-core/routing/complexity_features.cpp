// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/complexity_features.h"

#include "base/hash.h"
#include "routing/plan.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace pm::routing {

namespace {

constexpr std::array<std::string_view, 24> kWork{
    "analyse",  "analyze",   "build",   "calculate", "compute", "create",   "debug",    "design",
    "fix",      "implement", "improve", "integrate", "migrate", "optimise", "optimize", "port",
    "refactor", "review",    "rewrite", "simulate",  "solve",   "test",     "verify",   "write",
};
constexpr std::array<std::string_view, 20> kReasoning{
    "algorithm", "architecture", "assume",    "because", "compare", "complexity", "deadlock",
    "derive",    "evaluate",     "explain",   "however", "prove",   "proof",      "reason",
    "step",      "steps",        "therefore", "theorem", "why",     "tradeoffs",
};
constexpr std::array<std::string_view, 16> kSimple{
    "capital", "define", "greet", "hello",     "hey",       "hi",     "name",  "please",
    "rename",  "short",  "spell", "summarise", "summarize", "thanks", "title", "translate",
};

constexpr unsigned char lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<unsigned char>(c | 0x20) : c;
}

enum class Kind : std::uint8_t { Work, Reasoning, Simple };

/// The lists by hash: a word is looked up by the hash that it has anyway.
const std::unordered_map<std::uint64_t, Kind> &kinds()
{
    static const auto map = [] {
        std::unordered_map<std::uint64_t, Kind> built;
        const auto add = [&built](std::span<const std::string_view> words, Kind kind) {
            for (const std::string_view word : words)
                built.emplace(fnv1a(word), kind);
        };
        add(kWork, Kind::Work);
        add(kReasoning, Kind::Reasoning);
        add(kSimple, Kind::Simple);
        return built;
    }();
    return map;
}

/// Top bits after a multiplication: FNV's low bits alone are poor for short words.
std::uint16_t bucket(std::uint64_t hash)
{
    hash ^= hash >> 33;
    return static_cast<std::uint16_t>((hash * 0xFF51AFD7ED558CCDULL) >> (64 - kGramBits));
}

/// What one pass over the text counts.
struct Counts
{
    std::size_t bytes = 0; ///< that were looked at
    int lines = 1, items = 0, questions = 0, digits = 0, code = 0, maths = 0, other = 0;
    int words = 0, letters = 0, work = 0, reasoning = 0, simple = 0;
};

bool isOneOf(unsigned char c, std::string_view set)
{
    return set.find(static_cast<char>(c)) != std::string_view::npos;
}

bool isWordByte(unsigned char c)
{
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c >= 0x80;
}

/// A character of three or four bytes in UTF-8: scripts written without spaces are cut into characters.
bool beginsWideCharacter(unsigned char c)
{
    return c >= 0xE0;
}

/// One pass: counts, and words to `onWord` by their hash.
template <typename OnWord>
class Scan
{
public:
    Scan(Counts &counts, OnWord onWord)
        : m_counts(counts)
        , m_onWord(onWord)
    {
    }

    void run(std::string_view text)
    {
        m_counts.bytes = text.size();
        for (const char each : text)
            take(static_cast<unsigned char>(each));
        endWord();
    }

private:
    void take(unsigned char c)
    {
        count(c);
        if (!isWordByte(c) || beginsWideCharacter(c) || (m_isWide && (c < 0x80 || c >= 0xC0)))
            endWord();
        if (!isWordByte(c))
            return;
        m_isWide = m_isWide || beginsWideCharacter(c);
        m_hash = fnv1aStep(m_length == 0 ? kFnvStart : m_hash, lower(c));
        ++m_length;
    }
    void count(unsigned char c)
    {
        lineStart(c);
        m_counts.questions += c == '?';
        m_counts.other += c >= 0x80;
        m_counts.digits += c >= '0' && c <= '9';
        if (c < 0x80 && !isWordByte(c) && c > ' ') {
            m_counts.code += isOneOf(c, "{};=<>()[]_`");
            m_counts.maths += isOneOf(c, "+-*/^%=\\$|");
        }
    }
    /// List items: "- ", "* ", "1. ", "2) ", after white space.
    void lineStart(unsigned char c)
    {
        if (c == '\n') {
            ++m_counts.lines;
            m_start = Start::Bare;
            return;
        }
        const bool isDigit = c >= '0' && c <= '9';
        switch (m_start) {
        case Start::Bare:
            m_start = c == '-' || c == '*'    ? Start::Mark
                      : isDigit               ? Start::Number
                      : c == ' ' || c == '\t' ? Start::Bare
                                              : Start::Text;
            break;
        case Start::Number:
            m_start = c == '.' || c == ')' ? Start::Mark : isDigit ? Start::Number : Start::Text;
            break;
        case Start::Mark:
            m_counts.items += c == ' ';
            m_start = Start::Text;
            break;
        case Start::Text:
            break;
        }
    }
    void endWord()
    {
        if (m_length == 0)
            return;
        ++m_counts.words;
        m_counts.letters += m_length;
        if (const auto kind = kinds().find(m_hash); kind != kinds().end()) {
            m_counts.work += kind->second == Kind::Work;
            m_counts.reasoning += kind->second == Kind::Reasoning;
            m_counts.simple += kind->second == Kind::Simple;
        }
        m_onWord(m_hash);
        m_length = 0;
        m_isWide = false;
    }

    enum class Start : std::uint8_t { Bare, Number, Mark, Text };
    Counts &m_counts;
    OnWord m_onWord;
    std::uint64_t m_hash = kFnvStart;
    int m_length = 0;
    bool m_isWide = false;
    Start m_start = Start::Bare;
};

float share(double part, double whole, double full)
{
    return whole <= 0 ? 0.0F : static_cast<float>(std::min(1.0, part / whole / full));
}

float logOf(double count, double full)
{
    return static_cast<float>(std::min(1.0, std::log2(1 + count) / full));
}

float upTo(double count, double full)
{
    return static_cast<float>(std::min(1.0, count / full));
}

std::string_view scored(const PromptFacts &facts)
{
    return facts.prompt.substr(0, kScoredBytes);
}

} // namespace

PromptFacts factsOf(const RequestNeeds &needs)
{
    return {needs.prompt, needs.tools, needs.images || needs.audio || needs.documents, needs.inputTokens};
}

const std::array<HandFeature, kHandFeatures> &handFeatures()
{
    static const std::array<HandFeature, kHandFeatures> table{{
        {"length", "log2 of the prompt's bytes, of 13"},
        {"lines", "log2 of its lines, of 10"},
        {"list-items", "share of lines that begin with -, * or a number, of a half"},
        {"questions", "question marks, of 5"},
        {"digits", "share of digits, of a fifth"},
        {"code-signs", "share of {};=<>()[]_`, of a tenth"},
        {"maths-signs", "share of +-*/^%=\\$|, of a tenth"},
        {"other-scripts", "share of bytes beyond ASCII"},
        {"word-length", "mean length of words in bytes, of 10"},
        {"work-words", "words that ask for work, of 5"},
        {"reasoning-words", "words of reasoning, of 5"},
        {"simple-words", "words of small requests, of 3"},
        {"tools", "1 when tools are offered or were used"},
        {"media", "1 when pictures, sound or documents are in the conversation"},
        {"conversation", "log2 of the conversation's estimated tokens, of 18"},
    }};
    return table;
}

PromptFeatures featuresOf(const PromptFacts &facts)
{
    PromptFeatures out;
    out.grams.reserve(scored(facts).size() / 2);
    Counts n;
    std::uint64_t before = 0;
    Scan scan(n, [&](std::uint64_t word) {
        out.grams.push_back(bucket(word));
        if (before != 0)
            out.grams.push_back(bucket((before * kFnvPrime) ^ word));
        before = word;
    });
    scan.run(scored(facts));
    const auto bytes = static_cast<double>(n.bytes);
    out.hand = {
        logOf(static_cast<double>(facts.prompt.size()), 13),
        logOf(n.lines, 10),
        share(n.items, n.lines, 0.5),
        upTo(n.questions, 5),
        share(n.digits, bytes, 0.2),
        share(n.code, bytes, 0.1),
        share(n.maths, bytes, 0.1),
        share(n.other, bytes, 1),
        share(n.letters, n.words, 10),
        upTo(n.work, 5),
        upTo(n.reasoning, 5),
        upTo(n.simple, 3),
        facts.tools ? 1.0F : 0.0F,
        facts.media ? 1.0F : 0.0F,
        logOf(static_cast<double>(std::max<std::int64_t>(0, facts.inputTokens)), 18),
    };
    return out;
}

RulePoints rulePoints(const PromptFacts &facts)
{
    constexpr std::size_t kLong = 1500;
    constexpr std::size_t kEnoughForCode = 200;
    const std::string_view text = scored(facts);
    Counts n;
    Scan(n, [](std::uint64_t) {}).run(text);
    RulePoints points;
    points.isLong = facts.prompt.size() >= kLong;
    points.hasCode = text.find("```") != std::string_view::npos ||
                     (text.size() >= kEnoughForCode && static_cast<std::size_t>(n.code) * 20 >= text.size());
    points.asksWork = n.work + n.reasoning >= 3;
    points.hasSteps = n.items >= 3 || n.questions >= 3;
    return points;
}

std::span<const std::string_view> workWords()
{
    return kWork;
}

std::span<const std::string_view> reasoningWords()
{
    return kReasoning;
}

} // namespace pm::routing
