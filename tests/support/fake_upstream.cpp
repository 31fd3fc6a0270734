// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_upstream.h"

#include "fake_upstream_server.h"

namespace pm::test {

namespace {

/// A gzip stream of one or more stored blocks (RFC 1951 3.2.4, RFC 1952): valid, and needs no compressor.
std::string gzipStored(std::string_view data)
{
    unsigned long crc = 0xffffffffUL;
    for (const char c : data) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ ((crc & 1) ? 0xedb88320UL : 0UL);
    }
    crc ^= 0xffffffffUL;
    const auto number = [](unsigned long value, int bytes) {
        std::string out;
        for (int i = 0; i < bytes; ++i)
            out += static_cast<char>((value >> (8 * i)) & 0xff);
        return out;
    };
    std::string out("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
    constexpr std::size_t kMost = 65535;
    std::string_view rest = data;
    do {
        const std::string_view block = rest.substr(0, kMost);
        rest.remove_prefix(block.size());
        out += rest.empty() ? '\x01' : '\0';
        out += number(block.size(), 2) + number(~block.size() & 0xffff, 2) + std::string(block);
    } while (!rest.empty());
    return out + number(crc, 4) + number(data.size() & 0xffffffffUL, 4);
}

std::string headOf(const Scenario &scenario, std::size_t bodySize)
{
    std::string head = "HTTP/1.1 " + std::to_string(scenario.status) + " " +
                       std::string(http::reasonPhrase(scenario.status)) + "\r\n";
    if (!scenario.contentType.empty())
        head += "content-type: " + scenario.contentType + "\r\n";
    for (const auto &[name, value] : scenario.headers.fields())
        head += name + ": " + value + "\r\n";
    if (!scenario.chunks.empty()) {
        head += "transfer-encoding: chunked\r\n";
    } else {
        // A cut body is one byte short of what was promised, also when all of it was sent.
        const bool whole = scenario.ending == Scenario::Ending::Complete;
        head += "content-length: " + std::to_string(bodySize + (whole ? 0 : 1)) + "\r\n";
    }
    if (scenario.gzip)
        head += "content-encoding: gzip\r\n";
    if (scenario.closeAfter)
        head += "connection: close\r\n";
    return head + "\r\n";
}

Step::Then endingOf(const Scenario &scenario)
{
    switch (scenario.ending) {
    case Scenario::Ending::Cut:
        return Step::Then::Close;
    case Scenario::Ending::Reset:
        return Step::Then::Reset;
    case Scenario::Ending::Stall:
        return Step::Then::Stall;
    case Scenario::Ending::Complete:
        break;
    }
    return scenario.closeAfter ? Step::Then::Close : Step::Then::Finish;
}

std::string hex(std::size_t number)
{
    std::string out;
    do {
        out.insert(out.begin(), "0123456789abcdef"[number % 16]);
        number /= 16;
    } while (number);
    return out;
}

std::deque<Step> httpSteps(const Scenario &scenario)
{
    const std::string body = scenario.gzip ? gzipStored(scenario.body) : scenario.body;
    std::deque<Step> steps;
    steps.push_back({scenario.delay, scenario.interim + headOf(scenario, body.size())});
    if (scenario.chunks.empty()) {
        steps.back().bytes += body;
    } else {
        for (const Chunk &chunk : scenario.chunks) {
            if (!chunk.bytes.empty())
                steps.push_back({chunk.pause, hex(chunk.bytes.size()) + "\r\n" + chunk.bytes + "\r\n"});
        }
        if (scenario.ending == Scenario::Ending::Complete)
            steps.push_back({{}, "0\r\n\r\n"});
    }
    steps.back().then = endingOf(scenario);
    return steps;
}

} // namespace

std::deque<Step> stepsOf(const Scenario &scenario)
{
    switch (scenario.answer) {
    case Scenario::Answer::Silence:
        return {{scenario.delay, {}, Step::Then::Stall}};
    case Scenario::Answer::Close:
        return {{scenario.delay, {}, Step::Then::Close}};
    case Scenario::Answer::Reset:
        return {{scenario.delay, {}, Step::Then::Reset}};
    case Scenario::Answer::Garbage:
        return {{scenario.delay, "\x01\x02 SSH-2.0-this is not HTTP\r\n\r\n", Step::Then::Close}};
    case Scenario::Answer::Http:
        break;
    }
    return httpSteps(scenario);
}

FakeUpstream::FakeUpstream(Scenario byDefault)
    : m_server(std::make_unique<Server>(std::move(byDefault)))
{
}

FakeUpstream::~FakeUpstream() = default;

int FakeUpstream::port() const
{
    return m_server->port;
}

std::string FakeUpstream::url(std::string_view path) const
{
    return "http://127.0.0.1:" + std::to_string(port()) + std::string(path);
}

void FakeUpstream::setDefault(Scenario scenario)
{
    const std::lock_guard lock(m_server->mutex);
    m_server->byDefault = std::move(scenario);
}

void FakeUpstream::on(std::string path, Scenario scenario)
{
    const std::lock_guard lock(m_server->mutex);
    m_server->byPath[std::move(path)] = std::move(scenario);
}

void FakeUpstream::enqueue(Scenario scenario)
{
    const std::lock_guard lock(m_server->mutex);
    m_server->next.push_back(std::move(scenario));
}

void FakeUpstream::enqueue(std::string path, Scenario scenario)
{
    const std::lock_guard lock(m_server->mutex);
    m_server->nextByPath[std::move(path)].push_back(std::move(scenario));
}

std::vector<SeenRequest> FakeUpstream::requests() const
{
    const std::lock_guard lock(m_server->mutex);
    return m_server->seen;
}

std::size_t FakeUpstream::requestCount() const
{
    const std::lock_guard lock(m_server->mutex);
    return m_server->seen.size();
}

SeenRequest FakeUpstream::lastRequest() const
{
    const std::lock_guard lock(m_server->mutex);
    return m_server->seen.empty() ? SeenRequest{} : m_server->seen.back();
}

int FakeUpstream::connectionsAccepted() const
{
    return m_server->accepted;
}

int FakeUpstream::connectionsOpen() const
{
    return m_server->open;
}

long long FakeUpstream::bytesSent() const
{
    return m_server->bytesSent;
}

void FakeUpstream::closeIdleConnections()
{
    m_server->closeIdle = true;
    m_server->wake();
}

} // namespace pm::test
