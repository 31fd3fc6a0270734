// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/encode_call.h"

#include "providers/authentication.h"
#include "providers/google_oauth.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace pm {

namespace {

/// The way so far and ourselves at its end: a loop over several gateways shows only in the whole of it.
std::string viaBehind(const http::Headers &headers)
{
    std::string via;
    for (const auto &[name, value] : headers.fields()) {
        if (http::equalsIgnoreCase(name, "via"))
            via += value + ", ";
    }
    return via + "1.1 " + viaName();
}

} // namespace

http::UpstreamTimeouts timeoutsOf(const EncodeContext &context)
{
    const config::Timeouts &timeouts = *context.policy.timeouts;
    // The wait for the first *content* is the exchange's own; the first byte may come no later than that.
    http::UpstreamTimeouts limits{timeouts.connect, timeouts.firstToken, timeouts.idle, timeouts.total};
    // A client may shorten the total, in seconds; what is no number or longer is left as configured.
    const std::string_view asked = context.request.headers.value("x-pointsman-timeout");
    double seconds = 0;
    const auto [end, failed] = std::from_chars(asked.data(), asked.data() + asked.size(), seconds);
    if (failed == std::errc() && end == asked.data() + asked.size() && seconds > 0) {
        const std::chrono::milliseconds wanted(static_cast<long long>(std::min(seconds, 1e6) * 1000));
        limits.total = std::min(limits.total, wanted);
    }
    return limits;
}

void addStandardHeaders(const EncodeContext &context, const ProviderRuntime &provider, Encoded &encoded)
{
    http::Headers &headers = encoded.call.headers;
    if (!encoded.isTranslated) {
        // What the client's `connection` names ends here like the known hop-by-hop fields (RFC 9110 7.6.1).
        const auto options = http::listMembers(context.request.headers, "connection");
        const auto endsHere = [&](std::string_view name) {
            return staysHere(name) || std::any_of(options.begin(), options.end(), [&](std::string_view option) {
                       return http::equalsIgnoreCase(name, option.substr(0, option.find_first_of(" \t")));
                   });
        };
        for (const auto &[name, value] : context.request.headers.fields()) {
            if (!endsHere(name))
                headers.add(name, value);
        }
    } else if (const std::string_view parent = context.request.headers.value("traceparent"); !parent.empty()) {
        headers.add("traceparent", std::string(parent));
    }
    if (!headers.contains("user-agent"))
        headers.add("user-agent", "pointsman");
    headers.add("via", viaBehind(context.request.headers));
    const Provider &row = provider.provider;
    if (encoded.dialect->id() == DialectId::AnthropicMessages && !headers.contains("anthropic-version"))
        headers.add("anthropic-version", row.anthropicVersion.empty() ? "2023-06-01" : row.anthropicVersion);
    for (const auto &[name, value] : row.headers)
        headers.set(name, value);
}

void authenticate(const EncodeContext &context, const ProviderRuntime &provider, AuthKind auth, const KeySlot *key,
                  Encoded &encoded)
{
    const Provider &row = provider.provider;
    http::UpstreamRequest &call = encoded.call;
    const auto fields = [&](const Secret &secret) {
        return auth == row.auth ? authentication(row, secret, call, context.now) : authHeaders(auth, secret);
    };
    if (row.passClientKey)
        call.secretHeaders = fields(Secret(clientToken(context.request)));
    if (!call.secretHeaders.empty() || !key)
        return;
    call.secretHeaders = fields(key->key);
    if (auth == AuthKind::GoogleCloud && isServiceAccount(key->key.reveal()))
        encoded.account = key->key;
}

std::string withoutClientKey(const std::string &target)
{
    const std::size_t question = target.find('?');
    if (question == std::string::npos)
        return target;
    std::string out = target.substr(0, question);
    char separator = '?';
    for (const std::string_view pair : http::queryPairs(std::string_view(target).substr(question + 1))) {
        if (pair.starts_with("key="))
            continue;
        out += separator;
        out += pair;
        separator = '&';
    }
    return out;
}

Result<void> refuseLoop(const EncodeContext &context, const Provider &row)
{
    if (!pointsAt(row.baseUrl, context.snapshot.config.server.address, context.snapshot.port))
        return {};
    return fail(ErrorKind::LoopDetected, "providers." + row.name + ".base-url points at this gateway: " + row.baseUrl);
}

bool staysHere(std::string_view name)
{
    constexpr std::array<std::string_view, 12> kNames{
        "host",   "content-length", "accept-encoding", "authorization", "x-api-key", "x-goog-api-key",
        "api-key", "cookie",        "origin",          "referer",       "expect",    "via",
    };
    const auto is = [&](std::string_view other) { return http::equalsIgnoreCase(name, other); };
    return http::isHopByHop(name) || std::any_of(kNames.begin(), kNames.end(), is)
           || http::startsWithIgnoreCase(name, "x-pointsman-") || http::startsWithIgnoreCase(name, "helicone-")
           || http::startsWithIgnoreCase(name, "x-forwarded-") || http::startsWithIgnoreCase(name, "sec-")
           || http::startsWithIgnoreCase(name, "proxy-");
}

bool droppedFromAnswer(std::string_view name)
{
    constexpr std::array<std::string_view, 8> kNames{
        "content-length", "content-encoding", "set-cookie", "x-request-id",
        "request-id",     "via",              "alt-svc",    "strict-transport-security",
    };
    const auto is = [&](std::string_view other) { return http::equalsIgnoreCase(name, other); };
    return http::isHopByHop(name) || std::any_of(kNames.begin(), kNames.end(), is)
           || http::startsWithIgnoreCase(name, "access-control-");
}

const KeySlot *pickKey(const ProviderRuntime &provider, SteadyTime now)
{
    if (provider.keys.empty())
        return nullptr;
    const long long nanos = now.time_since_epoch().count();
    const unsigned start = provider.nextKey ? provider.nextKey->fetch_add(1, std::memory_order_relaxed) : 0;
    for (std::size_t i = 0; i < provider.keys.size(); ++i) {
        const KeySlot &slot = provider.keys[(start + i) % provider.keys.size()];
        if (slot.restsUntil->load(std::memory_order_relaxed) <= nanos)
            return &slot;
    }
    // All rest: the one that wakes first is the best there is.
    return &*std::min_element(provider.keys.begin(), provider.keys.end(), [](const KeySlot &a, const KeySlot &b) {
        return a.restsUntil->load(std::memory_order_relaxed) < b.restsUntil->load(std::memory_order_relaxed);
    });
}

} // namespace pm
