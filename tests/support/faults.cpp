// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/faults.h"

#include "dialects/framing/sse.h"
#include "support/fault_wire.h"

namespace pm::test {

namespace {

using Ending = Scenario::Ending;
using Play = std::function<Scenario(const Wire &, bool)>;
constexpr auto kNext = Owed::NextTarget;
constexpr auto kBreak = Owed::VisibleBreak;
constexpr std::nullopt_t kNone = std::nullopt;

Play status(int code, std::string_view type = "server_error", std::string_view word = {})
{
    return [=](const Wire &, bool) { return openAiError(code, "no luck", type, word); };
}

Play limited(std::string_view seconds)
{
    return [=](const Wire &, bool) {
        Scenario scenario = openAiError(429, "too fast", "rate_limit_error", "rate_limit_exceeded");
        if (!seconds.empty())
            scenario.headers.add("retry-after", std::string(seconds));
        return scenario;
    };
}

Scenario instead(Scenario::Answer what)
{
    Scenario scenario;
    scenario.answer = what;
    return scenario;
}

/// The first half of a JSON answer, or only its head, and then `ending`.
Scenario part(const std::string &body, Ending ending)
{
    Scenario scenario;
    scenario.chunks.push_back({{}, body});
    scenario.ending = ending;
    return scenario;
}

std::string halfOf(const std::string &body)
{
    return body.substr(0, body.size() / 2);
}

Scenario bodyOf(std::string body, std::string type = "application/json")
{
    Scenario scenario;
    scenario.body = std::move(body);
    scenario.contentType = std::move(type);
    return scenario;
}

/// A reset overtakes what is still in the sender's buffer: the last piece, a comment, waits until the others
/// are out.
Scenario resetBehind(std::vector<std::string> pieces)
{
    Scenario scenario = streamOf(std::move(pieces), Ending::Reset);
    scenario.chunks.push_back({std::chrono::milliseconds(100), ": \n\n"});
    return scenario;
}

std::string hugeEvent()
{
    return "data: " + std::string(SseFraming::kMaxEvent + 1, 'x') + "\n\n";
}

std::vector<Fault> connections()
{
    const auto at = [](std::string_view name, std::string_view sense, Place place) {
        Fault fault{name, sense, kNext, kNext, {}, place};
        fault.isOpenAiOnly = true;
        return fault;
    };
    return {
        at("connection refused", "nothing listens at the port", Place::NothingListens),
        at("name not found", "DNS does not know the host", Place::UnknownName),
        at("TLS to a plain port", "https, and the port speaks plain HTTP", Place::TlsToPlainPort),
        at("certificate not trusted", "https, with a certificate that nobody signed", Place::BadCertificate),
    };
}

std::vector<Fault> statuses()
{
    const auto says = [](std::string_view name, std::string_view sense, Play play, Owed owed = kNext) {
        Fault fault{name, sense, owed, owed, std::move(play)};
        fault.isOpenAiOnly = true;
        return fault;
    };
    constexpr std::string_view kInvalid = "invalid_request_error";
    return {
        says("400", "the request is malformed", status(400, kInvalid), Owed::ClientsError),
        says("401", "the provider refuses the gateway's key",
             status(401, "authentication_error", "invalid_api_key")),
        says("403", "the key may not do this", status(403, "permission_error")),
        says("404", "the provider does not have the model", status(404, kInvalid, "model_not_found")),
        says("408", "the provider waited too long", status(408, "timeout_error")),
        says("413", "the request is too large", status(413, kInvalid), Owed::ClientsError),
        says("422", "the request makes no sense", status(422, kInvalid), Owed::ClientsError),
        says("429, retry-after: 1", "rate limit with a time", limited("1")),
        says("429, retry-after: 120", "rate limit with a long time", limited("120")),
        says("429", "rate limit without a time", limited("")),
        says("429, quota", "money or quota is gone", status(429, "insufficient_quota", "insufficient_quota")),
        says("500", "server error", status(500)),
        says("502", "bad gateway", status(502)),
        says("503", "not available", status(503)),
        says("504", "the provider's own patience is over", status(504)),
        says("529", "overloaded", status(529, "overloaded_error")),
    };
}

std::vector<Fault> silences()
{
    std::vector<Fault> found = {
        {"slow headers", "no answer at all within first-token", kNext, kNext,
         [](const Wire &, bool) { return instead(Scenario::Answer::Silence); }},
        {"slow first token", "the head comes, and then nothing within first-token", kNext, kNext,
         [](const Wire &w, bool stream) {
             return stream ? streamOf({w.opening}, Ending::Stall) : part("", Ending::Stall);
         }},
        {"stall after content", "half of the answer comes, and then nothing within idle", kNext, kBreak,
         [](const Wire &w, bool stream) {
             return stream ? streamOf({w.opening, w.word}, Ending::Stall)
                           : part(halfOf(w.message), Ending::Stall);
         }},
    };
    for (Fault &fault : found)
        fault.isSlow = true;
    return found;
}

std::vector<Fault> cuts()
{
    return {
        {"cut before content", "the connection closes: without a byte, or before the stream's first content",
         kNext, kNext,
         [](const Wire &w, bool stream) {
             return stream ? streamOf({w.opening}, Ending::Cut) : instead(Scenario::Answer::Close);
         }},
        {"cut after content", "the connection closes in the middle of the answer", kNext, kBreak,
         [](const Wire &w, bool stream) {
             return stream ? streamOf({w.opening, w.word}, Ending::Cut)
                           : part(halfOf(w.message), Ending::Cut);
         }},
        {"cut inside a tool call", "the connection closes while a call's arguments come", kNone, kBreak,
         [](const Wire &w, bool) {
             return streamOf({w.opening, w.word, w.wordEnd, w.halfCall}, Ending::Cut);
         }},
        {"reset before content", "TCP reset: without a byte, or before the stream's first content", kNext,
         kNext,
         [](const Wire &w, bool stream) {
             return stream ? resetBehind({w.opening}) : instead(Scenario::Answer::Reset);
         }},
        {"reset after content", "TCP reset in the middle of the stream", kNone, kBreak,
         [](const Wire &w, bool) {
             return resetBehind({w.opening, w.word});
         }},
    };
}

std::vector<Fault> nonsense()
{
    return {
        {"empty answer", "200 and not a byte of body", kNext, kNext,
         [](const Wire &, bool stream) {
             return bodyOf("", stream ? "text/event-stream" : "application/json");
         }},
        {"error under 200", "the body, or the stream's first event, is an error", kNext, kNext,
         [](const Wire &w, bool stream) {
             return stream ? streamOf({w.error})
                           : bodyOf(R"({"error":{"message":"no luck","type":"server_error","code":null}})");
         }},
        {"error after content", "an error event in the middle of the stream", kNone, kBreak,
         [](const Wire &w, bool) {
             return streamOf({w.opening, w.word, w.error});
         }},
        {"garbage for JSON", "the body, or the stream's first event, is broken JSON", kNext, kNext,
         [](const Wire &, bool stream) {
             return stream ? streamOf({"data: {\"cho]\n\n"}) : bodyOf("{\"cho]");
         }},
        {"garbage after content", "broken JSON in the middle of the stream", kNone, kBreak,
         [](const Wire &w, bool) {
             return streamOf({w.opening, w.word, "data: {\"cho]\n\n"});
         }},
        {"wrong content type", "200 with a page of HTML", kNext, kNext,
         [](const Wire &, bool) { return bodyOf("<html>please log in</html>", "text/html"); }},
        {"no end", "content, and then the stream ends without reason and end marker", kNone, kBreak,
         [](const Wire &w, bool) {
             return streamOf({w.opening, w.word, w.wordEnd});
         }},
        {"no content", "an answer that is complete and says nothing", Owed::Answer, Owed::Answer,
         [](const Wire &w, bool stream) {
             return stream ? streamOf({w.opening, w.finish, w.last}) : openAiReply("");
         }},
        {"oversize event", "an event of more than 16 MiB before any content", kNone, kNext,
         [](const Wire &w, bool) {
             return streamOf({w.opening, hugeEvent()});
         }},
    };
}

} // namespace

const std::vector<Fault> &faults()
{
    static const std::vector<Fault> all = [] {
        std::vector<Fault> found;
        for (auto group : {connections, statuses, silences, cuts, nonsense}) {
            for (Fault &fault : group())
                found.push_back(std::move(fault));
        }
        return found;
    }();
    return all;
}

} // namespace pm::test
