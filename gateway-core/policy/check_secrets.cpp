// SPDX-License-Identifier: GPL-3.0-or-later
// What opens doors: private keys, keys of vendors by their shape, tokens by their randomness.
#include "policy/checks.h"

#include "policy/pattern_finder.h"
#include "policy/shapes.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace pm::policy {

namespace {

constexpr std::array<std::string_view, 4> kNames{"private-key", "api-key", "jwt", "token"};

/// Shapes that vendors publish. A letter of an escape ("\nsk-…") may stand before one.
constexpr const char *kVendorKeys =
    R"re(\b(?:[nrtbf])?(?:sk-ant-[A-Za-z0-9_-]{20,}|sk-(?:proj|svcacct|admin|or)-[A-Za-z0-9_-]{20,}|c?sk-[A-Za-z0-9_-]{20,})re"
    R"re(|AIza[A-Za-z0-9_-]{35}|A[KS]IA[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{22,})re"
    R"re(|glpat-[A-Za-z0-9_-]{20,}|xox[abeoprs]-[A-Za-z0-9-]{12,}|[rsp]k_(?:live|test)_[A-Za-z0-9]{16,}|hf_[A-Za-z0-9]{20,})re"
    R"re(|gsk_[A-Za-z0-9]{20,}|xai-[A-Za-z0-9]{20,}|nvapi-[A-Za-z0-9_-]{20,}|pplx-[A-Za-z0-9]{20,}|fw_[A-Za-z0-9]{20,})re"
    R"re(|tgp_v1_[A-Za-z0-9_-]{20,}|npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{40,}|dop_v1_[a-f0-9]{64}|shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32})re"
    R"re(|ya29\.[A-Za-z0-9_-]{20,}|SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}|r8_[A-Za-z0-9]{37}|sk_[a-f0-9]{48}|AGE-SECRET-KEY-1[A-Z0-9]{58}))re";
constexpr std::string_view kJwtStart = "eyJ";
constexpr const char *kJwt = R"re(eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,})re";
constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::size_t kLongestRun = 2048;
constexpr std::size_t kLongestHead = 60;
/// The shortest key has 20 letters, and lies within a run of its letters; most prose has no such word.
constexpr std::size_t kShortest = 17;

/// Letters of keys and of what is around them in a run.
constexpr ByteSet kKeyLetters([](char c) {
    return isAlnum(c) || std::string_view("_-.+/=").find(c) != std::string_view::npos;
});
constexpr bool isKeyLetter(char c)
{
    return kKeyLetters.has(c);
}

std::size_t judgeVendorKey(std::string_view text, std::size_t begin, std::size_t end)
{
    // "sk-learn-like-names-with-hyphens" are words; a key has digits.
    const std::string_view key = text.substr(begin, end - begin);
    const auto digits = std::count_if(key.begin(), key.end(), isDigit);
    const bool isWord = before(text, begin) == '-' || before(text, begin) == '_';
    return digits >= 1 && !isWord ? end : begin;
}

/// Base64 of readable text is no key.
bool saysSomething(std::string_view token)
{
    const std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned bits = 0;
    int count = 0;
    for (const char c : token.substr(0, token.find('='))) {
        const std::size_t value = alphabet.find(c);
        if (value == std::string_view::npos)
            return false;
        bits = (bits << 6 | static_cast<unsigned>(value)) & 0xFFFF;
        count += 6;
        if (count < 8)
            continue;
        count -= 8;
        const unsigned byte = bits >> count & 0xFF;
        if (byte < 0x20 || byte > 0x7E)
            return false;
    }
    return true;
}

double bitsPerLetter(std::string_view text)
{
    std::array<int, 256> counts{};
    for (const unsigned char c : text)
        ++counts[c];
    double bits = 0;
    for (const int count : counts) {
        if (count > 0) {
            const double share = double(count) / double(text.size());
            bits -= share * std::log2(share);
        }
    }
    return bits;
}

/// Random letters of both cases with digits among them: words, paths, hashes and names in code are not like
/// that.
std::size_t judgeToken(std::string_view text, std::size_t begin, std::size_t end)
{
    // Behind "=" a value begins; before it a name ends.
    const bool isWhole =
        (before(text, begin) == '=' || !isKeyLetter(before(text, begin))) &&
        (behind(text, end) == '.' ? !isKeyLetter(behind(text, end + 1)) : !isKeyLetter(behind(text, end)));
    if (!isWhole || behind(text, end) == '(')
        return begin;
    const std::string_view token = text.substr(begin, end - begin);
    if (token.starts_with("sha1-") || token.starts_with("sha256-") || token.starts_with("sha384-") ||
        token.starts_with("sha512-"))
        return begin;
    int digits = 0, uppers = 0, lowers = 0, changes = 0, joints = 0;
    char last = 0;
    for (const char c : token) {
        const char kind = isDigit(c) ? 'd' : isUpper(c) ? 'u' : isLower(c) ? 'l' : 'j';
        digits += kind == 'd' ? 1 : 0;
        uppers += kind == 'u' ? 1 : 0;
        lowers += kind == 'l' ? 1 : 0;
        joints += kind == 'j' ? 1 : 0;
        changes += last != 0 && kind != last ? 1 : 0;
        last = kind;
    }
    const int size = static_cast<int>(token.size());
    const bool isMixed = digits >= 3 && uppers >= 3 && lowers >= 3 && changes * 10 >= size * 4 &&
                         joints * 8 <= size && !saysSomething(token);
    return isMixed && bitsPerLetter(token) >= 4.0 ? end : begin;
}

/// The block from `begin`, where "-----BEGIN " stands; `begin` when it is none of a private key. A block that
/// is cut ends with the text.
std::size_t endOfPrivateKey(std::string_view text, std::size_t begin)
{
    const std::size_t head = text.find("-----", begin + kBegin.size());
    if (head == std::string_view::npos || head - begin > kLongestHead ||
        text.substr(begin, head - begin).find("PRIVATE KEY") == std::string_view::npos)
        return begin;
    const std::size_t tail = text.find(kEnd, head);
    const std::size_t close = tail == std::string_view::npos ? tail : text.find("-----", tail + kEnd.size());
    if (close != std::string_view::npos && close + 5 - begin <= kMostOpen)
        return close + 5;
    std::size_t end = head + 5; // its end is missing
    while (
        end < text.size() && end - begin < kMostOpen &&
        (isKeyLetter(text[end]) || std::string_view("\r\n\\ :,").find(text[end]) != std::string_view::npos))
        ++end;
    return end;
}

class Secrets : public TextCheck
{
public:
    explicit Secrets(const std::vector<std::string> &wanted)
    {
        const auto has = [&](std::string_view name) {
            return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
        };
        m_findsBlocks = has("private-key");
        if (has("api-key"))
            m_vendorKeys = compilePattern(kVendorKeys);
        if (has("jwt"))
            m_jwt = compilePattern(kJwt);
        m_findsTokens = has("token");
    }

    void find(std::string_view text, std::size_t from, std::vector<Find> &out) const override
    {
        std::vector<Find> found;
        for (std::size_t at = m_findsBlocks ? text.find(kBegin, from) : std::string_view::npos;
             at != std::string_view::npos;) {
            const std::size_t end = endOfPrivateKey(text, at);
            if (end > at)
                found.push_back({at, end, "PRIVATE_KEY"});
            at = text.find(kBegin, std::max(end, at + 1));
        }
        for (Run run = nextRun(text, from, kShortest, kKeyLetters); run.begin < run.end;
             run = nextRun(text, run.end, kShortest, kKeyLetters))
            findInRun(text, run.begin, run.end, found);
        settle(found);
        skipEscapes(text, found);
        out.insert(out.end(), found.begin(), found.end());
    }

    std::size_t openFrom(std::string_view text, std::size_t from) const override
    {
        const std::size_t least = std::max(from, text.size() - std::min(text.size(), kLongestRun));
        std::size_t run = text.size();
        while (run > least && isKeyLetter(text[run - 1]))
            --run;
        if (!m_findsBlocks)
            return run;
        const std::size_t block =
            text.find(kBegin, std::max(from, text.size() - std::min(text.size(), kMostOpen)));
        if (block == std::string_view::npos)
            return run;
        const std::size_t head = text.find("-----", block + kBegin.size());
        const bool mayBeKey = head == std::string_view::npos ? text.size() - block <= kLongestHead
                                                             : endOfPrivateKey(text, block) > block;
        const std::size_t tail = text.find(kEnd, block);
        const std::size_t close =
            tail == std::string_view::npos ? tail : text.find("-----", tail + kEnd.size());
        return mayBeKey && close == std::string_view::npos ? std::min(block, run) : run;
    }

private:
    /// Keys and tokens lie within one run of their letters.
    void findInRun(std::string_view text, std::size_t begin, std::size_t end, std::vector<Find> &out) const
    {
        if (m_vendorKeys)
            findAll(*m_vendorKeys, text, begin, "API_KEY", judgeVendorKey, out, end);
        if (m_jwt && text.substr(begin, end - begin).find(kJwtStart) != std::string_view::npos)
            findAll(*m_jwt, text, begin, "JWT", nullptr, out, end);
        for (std::size_t at = begin; m_findsTokens && at + kShortest < end;) {
            const std::size_t shape = tokenShape(text, at);
            const std::size_t token = shape > at ? judgeToken(text, at, shape) : at;
            if (token > at)
                out.push_back({at, token, "TOKEN"});
            at = std::max(token, at + 1);
        }
    }

    bool m_findsBlocks = false;
    bool m_findsTokens = false;
    std::unique_ptr<const RE2> m_vendorKeys; ///< null where they are not looked for
    std::unique_ptr<const RE2> m_jwt;        ///< the same
};

} // namespace

std::span<const std::string_view> secretEntities()
{
    return kNames;
}

std::unique_ptr<const TextCheck> makeSecrets(const config::Guardrail &guardrail)
{
    return std::make_unique<const Secrets>(guardrail.entities);
}

} // namespace pm::policy
