// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/http.h"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// A provider for tests: an HTTP/1.1 server on 127.0.0.1 that does exactly what a Scenario says, well-behaved
// or not.
namespace pm::test {

/// A piece of a body and the pause before it.
struct Chunk
{
    std::chrono::milliseconds pause{0};
    std::string bytes;
};

/// How one request is answered. The default is an empty JSON object with status 200.
struct Scenario
{
    /// What stands in the place of an HTTP answer.
    enum class Answer {
        Http,
        Silence, ///< nothing, ever; the connection stays open
        Close,   ///< the connection is closed without a byte
        Reset,   ///< the same by RST
        Garbage, ///< bytes that are not HTTP, then close
    };
    /// What happens behind the last byte of the body that is sent.
    enum class Ending {
        Complete,
        Cut,   ///< closed without the body's end: the length is not reached, or the last chunk is missing
        Reset, ///< the same by RST
        Stall, ///< the body's end never comes; the connection stays open
    };

    Answer answer = Answer::Http;
    std::chrono::milliseconds delay{0}; ///< before the head, or what stands in its place
    int status = 200;
    std::string contentType = "application/json"; ///< no such field when empty
    http::Headers headers;                        ///< further fields
    std::string interim;       ///< sent before the head as it is, e.g. "HTTP/1.1 100 Continue\r\n\r\n"
    std::string body = "{}";   ///< sent with content-length when there are no chunks
    std::vector<Chunk> chunks; ///< sent with transfer-encoding: chunked
    Ending ending = Ending::Complete;
    bool gzip = false;       ///< the body is sent with content-encoding: gzip; not for chunks
    bool closeAfter = false; ///< answers with connection: close, and does so
};

/// A request as it arrived.
struct SeenRequest
{
    std::string method;
    std::string path; ///< with the query; the whole address when asked as a proxy
    http::Headers headers;
    std::string body;
    int connection = 0; ///< counts from 1 in order of accept
};

/// The server, on a thread of its own without Qt: it answers also while the test's event loop does not run.
/// All functions may be called from any thread. Which scenario answers: the queue of the path, then the
/// common queue, then what was set for the path, then the default.
class FakeUpstream
{
public:
    explicit FakeUpstream(Scenario byDefault = {});
    FakeUpstream(const FakeUpstream &) = delete;
    FakeUpstream &operator=(const FakeUpstream &) = delete;
    ~FakeUpstream();

    int port() const;
    /// "http://127.0.0.1:PORT" and `path`.
    std::string url(std::string_view path = {}) const;

    void setDefault(Scenario scenario);
    /// Answers every request for `path` (without query) like this.
    void on(std::string path, Scenario scenario);
    /// Answers the next requests, whatever their path, in this order.
    void enqueue(Scenario scenario);
    /// Answers the next requests for `path` (without query) in this order.
    void enqueue(std::string path, Scenario scenario);

    std::vector<SeenRequest> requests() const;
    std::size_t requestCount() const;
    /// The last request; an empty one when none came yet.
    SeenRequest lastRequest() const;
    int connectionsAccepted() const;
    int connectionsOpen() const;
    /// Bytes given to the sockets so far: shows whether back-pressure reaches the server.
    long long bytesSent() const;
    /// Closes the connections on which no answer is under way.
    void closeIdleConnections();

private:
    class Server;
    std::unique_ptr<Server> m_server;
};

// What providers answer, ready made. Each is whole and can be changed further.

Scenario openAiReply(std::string_view text, std::string_view model = "gpt-4o-mini");
/// One content event for each word, then the finish reason, usage and [DONE]; `pause` before each word.
Scenario openAiStream(const std::vector<std::string> &words, std::chrono::milliseconds pause = {});
Scenario openAiError(int status, std::string_view message, std::string_view type = "invalid_request_error",
                     std::string_view code = {});
Scenario openAiEmbeddings(std::size_t inputs, std::size_t dimensions = 3);
Scenario openAiModels(const std::vector<std::string> &ids);
Scenario anthropicReply(std::string_view text, std::string_view model = "claude-sonnet-4-5");
Scenario anthropicStream(const std::vector<std::string> &words, std::chrono::milliseconds pause = {});
Scenario anthropicError(int status, std::string_view type, std::string_view message);
/// A text/event-stream of `chunks`.
Scenario eventStream(std::vector<Chunk> chunks);

} // namespace pm::test
