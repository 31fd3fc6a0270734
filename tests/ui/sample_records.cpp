// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_source.h"

#include "base/ids.h"

#include <array>
#include <cmath>

namespace pm::ui::sample {

namespace {

struct Target
{
    const char *provider;
    const char *model;
    double typicalMs; ///< to the first token
    double dollarsIn, dollarsOut;
    double share;
};
// clang-format off
constexpr std::array kTargets{
    Target{"anthropic", "claude-sonnet-5", 560, 3.0, 15.0, 0.38}, Target{"openai", "gpt-5", 480, 1.25, 10.0, 0.27},
    Target{"gemini", "gemini-2.5-pro", 540, 1.25, 10.0, 0.13},    Target{"ollama", "qwen3:32b", 190, 0, 0, 0.12},
    Target{"groq", "llama-4-70b", 150, 0.6, 0.8, 0.10},
};
constexpr std::array kApps{"claude-code", "codex", "aider", "opencode", "sdk-js"};
constexpr std::array kPrompts{
    "The cart total is wrong when a coupon and a gift card are used together. Find out why.",
    "Write a test for the retry budget that fails before the fix.", "Why does the build pull in two copies of zlib?",
    "Rename Session to Draft in the editor and keep the old file readable.", "Summarise the open issues about the tray icon.",
    "Make the upload resumable.", "Explain what this regular expression accepts and where it backtracks.",
};
// clang-format on

const Target &pick(std::mt19937_64 &rng)
{
    double at = std::uniform_real_distribution<>(0, 1)(rng);
    for (const Target &target : kTargets) {
        at -= target.share;
        if (at < 0)
            return target;
    }
    return kTargets.front();
}

std::string idAt(std::int64_t startedAt, std::mt19937_64 &rng)
{
    return makeTraceId(
        SystemTime(std::chrono::duration_cast<SystemTime::duration>(std::chrono::microseconds(startedAt))),
        rng);
}

trace::Attempt attemptOf(const trace::Head &head, std::int64_t startedUs)
{
    trace::Attempt attempt;
    attempt.provider = head.provider;
    attempt.model = head.model;
    attempt.url = "https://api." + head.provider + ".com/v1/messages";
    attempt.dialect = head.clientDialect;
    attempt.startedUs = startedUs;
    attempt.reusedConnection = true;
    attempt.sentUs = 900;
    attempt.status = 200;
    attempt.outcome = "answered";
    attempt.firstByteUs = head.firstContentUs - startedUs - 4'000;
    attempt.firstContentUs = head.firstContentUs - startedUs;
    attempt.totalUs = head.totalUs - startedUs;
    attempt.bytesReceived = 42'000;
    return attempt;
}

void price(trace::Head &head, const Target &target)
{
    const double in =
        double(head.usage.uncachedInput.value_or(0)) + 0.1 * double(head.usage.cacheRead.value_or(0));
    head.costMicroUsd =
        std::int64_t(in * target.dollarsIn + double(head.usage.output.value_or(0)) * target.dollarsOut);
}

QByteArray requestBody(const trace::Head &head)
{
    return "{\"model\":\"" + QByteArray::fromStdString(head.requestedModel) +
           "\",\"max_tokens\":32000,\"stream\":true,\"system\":[{\"type\":\"text\",\"text\":\"You are a "
           "coding agent "
           "that works in the user's repository. Read before you write. Run the tests after each change.\","
           "\"cache_control\":{\"type\":\"ephemeral\"}}],\"messages\":[{\"role\":\"user\",\"content\":\"" +
           QByteArray::fromStdString(head.promptStart) +
           "\"}],\"tools\":[{\"name\":\"Bash\",\"input_schema\":{\"type\":\"object\"}},{\"name\":\"Read\"}],"
           "\"temperature\":1,\"metadata\":{\"user_id\":\"shop\"}}";
}

QByteArray answerStream()
{
    const char *const words[] = {"I will ", "look for ", "where the coupon ", "is applied ", "first."};
    QByteArray out =
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"role\":\"assistant\"}}\n\n"
        "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
        "{\"type\":\"text\",\"text\":\"\"}}\n\n";
    for (const char *word : words)
        out +=
            QByteArray(
                "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
                "{\"type\":\"text_delta\",\"text\":\"") +
            word + "\"}}\n\n";
    out +=
        "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":1,\"content_block\":"
        "{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"Bash\",\"input\":{}}}\n\n"
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":"
        "\"input_json_delta\",\"partial_json\":\"{\\\"command\\\": \\\"rg -n applyCoupon src/\\\"}\"}}\n\n"
        "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
    return out;
}

void addBodies(trace::Record &record, std::mt19937_64 &rng)
{
    trace::Detail &detail = record.detail;
    detail.requestBody.bytes = requestBody(record.head);
    detail.requestBody.fullSize = detail.requestBody.bytes.size();
    detail.upstreamResponseBody.bytes = answerStream();
    detail.upstreamResponseBody.fullSize = detail.upstreamResponseBody.bytes.size();
    detail.requestHeaders = {{"accept", "application/json"},       {"content-type", "application/json"},
                             {"user-agent", "claude-cli/2.1.197"}, {"x-api-key", "***"},
                             {"anthropic-version", "2023-06-01"},  {"x-stainless-lang", "js"},
                             {"host", "127.0.0.1:8080"},           {"content-length", "2182"}};
    detail.responseHeaders = {{"content-type", "text/event-stream"},
                              {"x-request-id", record.head.id},
                              {"x-pointsman-router", record.head.router},
                              {"x-pointsman-provider", record.head.provider}};
    detail.upstreamRequestHeaders = {{"content-type", "application/json"}, {"x-api-key", "***"}};
    detail.upstreamResponseHeaders = {{"content-type", "text/event-stream"}, {"server", "cloudflare"}};
    std::int64_t at = record.head.firstContentUs;
    for (int i = 0; i < std::min(record.head.streamEvents, 400) && at < record.head.totalUs; ++i) {
        detail.chunkTimesUs.push_back(at);
        at += 4'000 + std::int64_t(std::exponential_distribution<>(1.0 / 8'000)(rng));
    }
}

} // namespace

trace::Record makeRecord(std::mt19937_64 &rng, std::int64_t startedAt)
{
    const Target &target = pick(rng);
    trace::Record record;
    trace::Head &head = record.head;
    head.id = idAt(startedAt, rng);
    head.startedAt = startedAt;
    head.state = trace::State::Done;
    head.status = 200;
    head.method = "POST";
    head.path = "/v1/messages";
    head.router = rng() % 3 ? "production" : "dev";
    head.endpoint = "chat";
    head.clientDialect = rng() % 2 ? "anthropic" : "openai";
    head.app = kApps[rng() % kApps.size()];
    head.provider = target.provider;
    head.model = head.requestedModel = target.model;
    head.stream = true;
    head.attempts = rng() % 14 ? 1 : 2;
    head.gatewayUs = 150 + std::int64_t(rng() % 220);
    head.firstContentUs =
        std::int64_t(1'000 * target.typicalMs * std::lognormal_distribution<>(0, 0.45)(rng));
    head.usage.output = 120 + std::int64_t(rng() % 2'300);
    head.usage.uncachedInput = 400 + std::int64_t(rng() % 9'000);
    head.usage.cacheRead = std::int64_t(rng() % 78'000);
    head.totalUs = head.firstContentUs + *head.usage.output * std::int64_t(2'000 + rng() % 2'500);
    head.streamEvents = int(*head.usage.output / 3);
    head.promptStart = kPrompts[rng() % kPrompts.size()];
    price(head, target);
    record.detail.plan = {{head.provider + "/" + head.model, "lowest latency, 410 ms × 1 in flight", false}};
    record.detail.attempts = {attemptOf(head, head.gatewayUs)};
    addBodies(record, rng);
    return record;
}

trace::Record makeFallbackRecord(std::int64_t startedAt)
{
    std::mt19937_64 rng(7);
    trace::Record record = makeRecord(rng, startedAt);
    trace::Head &head = record.head;
    head.router = "production";
    head.app = "claude-code";
    head.clientDialect = "anthropic";
    head.provider = "anthropic";
    head.model = "claude-sonnet-5";
    head.requestedModel = "gpt-5";
    head.attempts = 2;
    head.gatewayUs = 200;
    head.firstContentUs = 902'000;
    head.totalUs = 4'310'000;
    head.usage.uncachedInput = 2'193;
    head.usage.cacheRead = 46'020;
    head.usage.output = 287;
    head.streamEvents = 302;
    head.costMicroUsd = 34'100;
    head.promptStart = kPrompts[0];
    trace::Attempt failed;
    failed.provider = "openai";
    failed.model = "gpt-5";
    failed.startedUs = 200;
    failed.dnsUs = 12'000;
    failed.connectUs = 31'000;
    failed.tlsUs = 68'000;
    failed.sentUs = 70'000;
    failed.firstByteUs = 289'000;
    failed.totalUs = 290'000;
    failed.status = 529;
    failed.errorKind = "overloaded";
    failed.errorMessage = "openai answered 529";
    failed.outcome = "next target: overloaded";
    record.detail.attempts = {failed, attemptOf(head, 290'200)};
    record.detail.plan = {{"openai/gpt-5", "lowest latency, 410 ms", false},
                          {"anthropic/claude-sonnet-5", "next, 655 ms × 1 in flight", false},
                          {"ollama/qwen3:32b", "context 32k < 48k needed", true}};
    record.detail.losses = {"logit_bias"};
    record.detail.chunkTimesUs.clear();
    addBodies(record, rng);
    record.detail.upstreamRequestBody = record.detail.requestBody;
    return record;
}

trace::Record makeFailedRecord(std::int64_t startedAt)
{
    trace::Record record = makeFallbackRecord(startedAt);
    std::mt19937_64 rng(8);
    trace::Head &head = record.head;
    head.id = idAt(startedAt, rng);
    head.state = trace::State::Failed;
    head.status = 502;
    head.provider = "openai";
    head.model = "gpt-5";
    head.attempts = 1;
    head.firstContentUs = -1;
    head.totalUs = 291'000;
    head.usage = {};
    head.costMicroUsd.reset();
    head.streamEvents = 0;
    head.errorKind = "upstream_auth";
    head.errorMessage = "openai refused the key (401)";
    record.detail.attempts.resize(1);
    record.detail.attempts[0].status = 401;
    record.detail.plan.resize(1);
    record.detail.losses.clear();
    record.detail.upstreamResponseBody = {};
    record.detail.chunkTimesUs.clear();
    return record;
}

trace::Record makeCancelledRecord(std::int64_t startedAt)
{
    trace::Record record = makeFallbackRecord(startedAt);
    std::mt19937_64 rng(9);
    record.head.id = idAt(startedAt, rng);
    record.head.state = trace::State::Cancelled;
    record.head.status = 499;
    record.head.errorKind = "cancelled";
    record.head.totalUs = 1'500'000;
    record.head.usage.output.reset();
    record.head.costMicroUsd.reset();
    QByteArray &body = record.detail.upstreamResponseBody.bytes;
    body.truncate(body.indexOf("where the coupon") + 25);
    return record;
}

trace::Head makeRunningHead(std::int64_t startedAt)
{
    std::mt19937_64 rng(std::uint64_t(startedAt) + 10);
    trace::Head head = makeRecord(rng, startedAt).head;
    head.state = trace::State::Running;
    head.status = 0;
    head.attempts = 1;
    head.totalUs = -1;
    head.usage = {};
    head.costMicroUsd.reset();
    head.streamEvents = 41;
    return head;
}

void fill(Store &store, int count, int minutes, std::int64_t now)
{
    std::mt19937_64 rng(1);
    const std::int64_t span = std::int64_t(minutes) * 60'000'000;
    for (int i = 0; i < count; ++i) {
        const double at = double(i) / count;
        trace::Record record = makeRecord(rng, now - span + std::int64_t(at * double(span)));
        if (at > 0.62 && at < 0.70) {
            record.head.firstContentUs *= 3;
            record.head.totalUs += record.head.firstContentUs / 2;
        }
        if (i % 41 == 17)
            record = makeFailedRecord(record.head.startedAt);
        if (i % 97 == 30)
            record = makeCancelledRecord(record.head.startedAt);
        if (i % 37 == 5)
            record = makeFallbackRecord(record.head.startedAt);
        if (i % 23 == 4)
            record = makeCachedRecord(record.head.startedAt);
        store.add(std::move(record));
    }
}

std::vector<ProviderStatus> providers()
{
    using Key = ProviderStatus::Key;
    using Health = ProviderStatus::Health;
    const auto make = [](const char *name, const char *colour, Key key, Health health, const char *text) {
        ProviderStatus provider;
        provider.name = provider.title = name;
        provider.colour = colour;
        provider.key = key;
        provider.health = health;
        provider.healthText = text;
        provider.isConfigured = true;
        return provider;
    };
    std::vector<ProviderStatus> list{
        make("anthropic", "#d97757", Key::Present, Health::Healthy, "closed"),
        make("openai", "#10a37f", Key::Present, Health::Degraded, "half-open, probing"),
        make("gemini", "#4285f4", Key::Present, Health::Healthy, "closed"),
        make("ollama", "#8e8e93", Key::NotNeeded, Health::Healthy, "qwen3:32b loaded"),
        make("groq", "#f55036", Key::Missing, Health::Unconfigured, "no key"),
    };
    const double latency[] = {612, 1'900, 540, 88};
    const double success[] = {0.998, 0.912, 1.0, 1.0};
    for (std::size_t i = 0; i < 4; ++i) {
        list[i].latencyMs = latency[i];
        list[i].successRate = success[i];
    }
    list[1].lastError = "529 overloaded";
    list[3].isLocal = list[3].isReachable = true;
    return list;
}

std::vector<RouterStatus> routers()
{
    RouterStatus production{"production", true, 3, "latency", {}};
    production.list = {{"anthropic/claude-sonnet-5", "anthropic", 0.7, 0.69, "closed", 612.0},
                       {"openai/gpt-5", "openai", 0.3, 0.31, "half-open", 1'900.0}};
    RouterStatus dev{"dev", false, 1, "priority", {}};
    dev.list = {{"ollama/qwen3:32b", "ollama", 1.0, 1.0, "closed", 88.0}};
    return {production, dev, RouterStatus{"staging", false, 0, "weighted", {}}};
}

GatewayStatus status()
{
    GatewayStatus status;
    status.isServing = true;
    status.address = "127.0.0.1";
    status.port = 8080;
    status.baseUrl = "http://127.0.0.1:8080";
    status.activeStreams = 3;
    status.inFlight = 4;
    status.requestsPerSecond = 12.4;
    status.activeRouter = "production";
    status.store.isOpen = true;
    status.store.records = 1'204'511;
    status.store.bytesOnDisk = 1'400'000'000;
    return status;
}

} // namespace pm::ui::sample
