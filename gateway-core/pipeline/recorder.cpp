// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/recorder.h"

#include "base/text.h"
#include "pipeline/route.h"
#include "pipeline/socket_request.h"
#include "trace/packed_body.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <unordered_map>

namespace pm {

namespace {

/// By name, of a header field or a query parameter.
bool isCredential(std::string_view name)
{
    const std::string lower = lowerAscii(name);
    constexpr std::array<std::string_view, 8> kParts{"authorization", "secret",    "password", "credential",
                                                     "apikey",        "signature", "api_key",  "cookie"};
    const auto has = [&](std::string_view part) { return lower.find(part) != std::string::npos; };
    if (std::any_of(kParts.begin(), kParts.end(), has))
        return true;
    // "x-auth-token" opens a door, "x-ratelimit-remaining-tokens" counts.
    const std::size_t token = lower.find("token");
    const bool isToken = token != std::string::npos && lower.compare(token, 6, "tokens") != 0;
    return isToken || lower == "key" || lower.ends_with("-key") || lower.ends_with("-auth");
}

/// isCredential(), remembered: the same few dozen names come with every request, and looking through one costs more
/// than finding it again. Names come from anywhere, so their number and length are bounded.
bool isKnownCredential(const std::string &name)
{
    constexpr std::size_t kMostNames = 512;
    constexpr std::size_t kLongestName = 64;
    thread_local std::unordered_map<std::string, bool> known;
    if (name.size() > kLongestName)
        return isCredential(name);
    const auto found = known.find(name);
    if (found != known.end())
        return found->second;
    if (known.size() >= kMostNames)
        known.clear();
    return known.emplace(name, isCredential(name)).first->second;
}

/// "/v1/x?key=abc&beta=true" without the values of credentials in the query.
std::string safeTarget(const http::Request &request)
{
    if (request.query.empty())
        return request.path;
    std::string out = request.path;
    char separator = '?';
    for (const std::string_view pair : http::queryPairs(request.query)) {
        out += separator;
        const std::string_view name = pair.substr(0, pair.find('='));
        const bool isSecret = name.size() < pair.size() && isCredential(name);
        out += isSecret ? std::string(name) + "=****" : std::string(pair);
        separator = '&';
    }
    return out;
}

} // namespace

trace::HeaderList starred(const http::Headers &headers)
{
    trace::HeaderList list;
    std::size_t bytes = 0;
    for (const auto &[name, value] : headers.fields())
        bytes += name.size() + value.size();
    list.reserve(headers.size(), bytes);
    for (const auto &[name, value] : headers.fields()) {
        // This window's key is not the client's, and no use to who reads or repeats the request.
        if (http::equalsIgnoreCase(name, "sec-websocket-protocol"))
            list.add(name, starredProtocols(value));
        else if (!http::equalsIgnoreCase(name, kOwnKeyHeader))
            list.add(name, isKnownCredential(name) ? std::string_view("****") : std::string_view(value));
    }
    return list;
}

Recorder::Recorder(const http::Request &request, std::string id, SteadyTime now, SystemTime wall,
                   const config::Traces &settings)
    : m_start(now), m_bodies(settings.bodies), m_maxBody(static_cast<std::size_t>(settings.maxBody))
{
    trace::Head &h = m_record.head;
    h.id = std::move(id);
    h.startedAt = unixMicros(wall);
    h.method = request.method;
    h.path = safeTarget(request);
    m_record.detail.requestHeaders = starred(request.headers);
    replaceRequestBody(request.body);
}

void Recorder::replaceRequestBody(const QByteArray &bytes)
{
    if (m_bodies != config::Traces::Bodies::Full)
        return;
    trace::Body &body = m_record.detail.requestBody;
    body.fullSize = bytes.size();
    // Sharing the bytes costs nothing; only what is over the cap is cut off.
    const auto most = static_cast<qsizetype>(m_maxBody);
    body.bytes = bytes.size() <= most ? bytes : bytes.left(most);
}

std::int64_t Recorder::since(SteadyTime now) const
{
    return std::chrono::duration_cast<std::chrono::microseconds>(now - m_start).count();
}

void Recorder::append(trace::Body &body, std::string_view bytes) const
{
    body.fullSize += static_cast<std::int64_t>(bytes.size());
    if (m_bodies != config::Traces::Bodies::Full)
        return;
    const auto kept = static_cast<std::size_t>(body.packedSize + body.bytes.size());
    const std::size_t room = m_maxBody > kept ? m_maxBody - kept : 0;
    bytes = bytes.substr(0, room);
    if (m_record.head.stream)
        appendPacking(body, bytes);
    else
        body.bytes.append(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

void Recorder::addUpstreamRequest(const http::UpstreamRequest &call, bool isSameBody)
{
    trace::Detail &d = m_record.detail;
    d.upstreamRequestHeaders = starred(call.headers);
    for (const auto &[name, secret] : call.secretHeaders)
        d.upstreamRequestHeaders.add(name, "****");
    d.upstreamRequestBody = {};
    if (isSameBody)
        return;
    d.upstreamRequestBody.fullSize = call.body.size();
    if (m_bodies == config::Traces::Bodies::Full)
        d.upstreamRequestBody.bytes = call.body.left(static_cast<qsizetype>(m_maxBody));
}

void Recorder::addUpstreamHead(const http::UpstreamHead &upstream)
{
    m_record.detail.upstreamResponseHeaders = starred(upstream.headers);
}

void Recorder::addUpstreamBytes(std::string_view bytes, SteadyTime now)
{
    if (m_hidesUpstream)
        m_record.detail.upstreamResponseBody.fullSize += static_cast<std::int64_t>(bytes.size());
    else
        append(m_record.detail.upstreamResponseBody, bytes);
    if (m_record.detail.chunkTimesUs.size() < trace::Detail::kMaxChunkTimes)
        m_record.detail.chunkTimesUs.push_back(since(now));
}

void Recorder::clearUpstreamAnswer()
{
    m_record.detail.upstreamResponseBody = {};
    m_record.detail.chunkTimesUs.clear();
}

void Recorder::addAnswerHeaders(const http::Headers &headers)
{
    m_record.detail.responseHeaders = starred(headers);
}

void Recorder::addAnswerBytes(std::string_view bytes)
{
    append(m_record.detail.responseBody, bytes);
}

trace::Record Recorder::take()
{
    if (m_bodies != config::Traces::Bodies::Full) {
        // Only figures were asked for; a prompt in the list or in the search index would be the body after all.
        m_record.detail.promptText.clear();
        m_record.head.promptStart.clear();
    }
    if (m_bodies == config::Traces::Bodies::Off) {
        for (trace::HeaderList *headers : headersOf(m_record.detail))
            *headers = {};
    }
    return std::move(m_record);
}

struct Redactor::Patterns
{
    struct Pattern
    {
        std::unique_ptr<RE2> expression;
        int group = 0; ///< what of the match is starred; 0: all of it
    };
    std::vector<Pattern> all;
};

namespace {

/// Key shapes that vendors publish. Agents paste keys into prompts; a trace must not keep them. In a body an escape may
/// stand before the key ("\nsk-…"), whose last letter would hide the start of a word.
constexpr const char *kVendorKeys =
    R"re((?:\b|\\[bfnrt]|\\u[0-9A-Fa-f]{4})()re"
    R"re(c?sk-[A-Za-z0-9_-]{20,}|AIza[A-Za-z0-9_-]{30,}|gsk_[A-Za-z0-9]{20,}|xai-[A-Za-z0-9]{20,})re"
    R"re(|hf_[A-Za-z0-9]{20,}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{22,}|A[KS]IA[A-Z0-9]{16})re"
    R"re(|nvapi-[A-Za-z0-9_-]{20,}|pplx-[A-Za-z0-9]{20,}|fw_[A-Za-z0-9]{20,}|tgp_v1_[A-Za-z0-9_-]{20,}))re";

/// Stars every match that is not empty; true when there was one.
bool star(std::string &text, const RE2 &expression, int group)
{
    constexpr int kMostGroups = 2;
    const re2::StringPiece whole(text);
    std::array<re2::StringPiece, kMostGroups> match;
    std::string out;
    std::size_t kept = 0; // up to here `text` is in `out`
    std::size_t at = 0;
    while (at < text.size()
           && expression.Match(whole, at, text.size(), RE2::UNANCHORED, match.data(), group + 1)) {
        const re2::StringPiece &found = match[static_cast<std::size_t>(group)];
        const auto begin = static_cast<std::size_t>(found.data() - whole.data());
        if (found.empty()) { // "x*" matches between any two letters
            at = begin + 1;
            continue;
        }
        out.append(text, kept, begin - kept).append("****");
        kept = at = begin + found.size();
    }
    if (kept == 0)
        return false;
    text = out.append(text, kept);
    return true;
}

} // namespace

Redactor::Redactor(const std::vector<std::string> &patterns) : m_patterns(std::make_unique<Patterns>())
{
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(8 << 20);
    m_patterns->all.push_back({std::make_unique<RE2>(kVendorKeys, options), 1});
    for (const std::string &pattern : patterns) {
        auto compiled = std::make_unique<RE2>(pattern, options);
        if (compiled->ok()) // the check of the configuration has refused the others
            m_patterns->all.push_back({std::move(compiled), 0});
    }
}

Redactor::~Redactor() = default;

void Redactor::apply(trace::Record &record) const
{
    const auto redact = [&](std::string &text) {
        bool hasChanged = false;
        for (const Patterns::Pattern &pattern : m_patterns->all)
            hasChanged = star(text, *pattern.expression, pattern.group) || hasChanged;
        return hasChanged;
    };
    trace::Detail &d = record.detail;
    for (trace::Body *body : trace::bodiesOf(d)) {
        const re2::StringPiece view(body->bytes.constData(), static_cast<std::size_t>(body->bytes.size()));
        const bool hit = std::any_of(m_patterns->all.begin(), m_patterns->all.end(),
                                     [&](const auto &pattern) { return RE2::PartialMatch(view, *pattern.expression); });
        if (!hit)
            continue;
        std::string text = body->bytes.toStdString();
        if (!redact(text))
            continue;
        const qsizetype cut = body->bytes.size() - static_cast<qsizetype>(text.size());
        body->bytes = QByteArray::fromStdString(text);
        body->fullSize -= cut; // stars are no truncation
    }
    redact(d.promptText);
    redact(record.head.errorMessage);
    for (trace::Attempt &attempt : d.attempts)
        redact(attempt.errorMessage);
    redact(record.head.promptStart);
    redact(record.head.path);
}

} // namespace pm
