// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/dialect.h"

#include <QTest>

#include <array>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <new>

using namespace pm;

// What translation allocates. The operators below count for this program only; simdjson and the standard library go
// through them.
namespace {

std::atomic<std::size_t> allocated{0}; ///< bytes handed out, given back or not
std::atomic<std::size_t> live{0};

/// The size stands before each block; as wide as the strictest alignment that plain new has to give.
constexpr std::size_t kPrefix = alignof(std::max_align_t);

void *take(std::size_t size)
{
    auto *block = static_cast<char *>(std::malloc(size + kPrefix));
    if (!block)
        return nullptr;
    *reinterpret_cast<std::size_t *>(block) = size;
    allocated += size;
    live += size;
    return block + kPrefix;
}

void give(void *pointer)
{
    if (!pointer)
        return;
    char *block = static_cast<char *>(pointer) - kPrefix;
    live -= *reinterpret_cast<std::size_t *>(block);
    std::free(block);
}

} // namespace

void *operator new(std::size_t size)
{
    if (void *pointer = take(size))
        return pointer;
    throw std::bad_alloc();
}
void *operator new[](std::size_t size)
{
    return operator new(size);
}
void *operator new(std::size_t size, const std::nothrow_t &) noexcept
{
    return take(size);
}
void *operator new[](std::size_t size, const std::nothrow_t &) noexcept
{
    return take(size);
}
void operator delete(void *pointer) noexcept
{
    give(pointer);
}
void operator delete[](void *pointer) noexcept
{
    give(pointer);
}
void operator delete(void *pointer, std::size_t) noexcept
{
    give(pointer);
}
void operator delete[](void *pointer, std::size_t) noexcept
{
    give(pointer);
}
void operator delete(void *pointer, const std::nothrow_t &) noexcept
{
    give(pointer);
}
void operator delete[](void *pointer, const std::nothrow_t &) noexcept
{
    give(pointer);
}

namespace {

constexpr std::array kClients{DialectId::OpenAiChat, DialectId::OpenAiResponses, DialectId::AnthropicMessages,
                              DialectId::Gemini, DialectId::Ollama};
constexpr std::array kTargets{DialectId::OpenAiChat, DialectId::OpenAiResponses, DialectId::AnthropicMessages,
                              DialectId::Gemini,     DialectId::Ollama,          DialectId::Bedrock,
                              DialectId::Cohere};

TargetTraits traits()
{
    TargetTraits traits;
    traits.model = "target-model";
    traits.maxOutputTokens = 32000;
    return traits;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kIsResidentReal = false; ///< the sanitizers' own memory would be measured
#else
constexpr bool kIsResidentReal = true;
#endif

/// The most memory that was resident since restartResidentPeak(), in bytes; 0 where the system does not say. What a parser
/// reserves and never touches does not count, as it costs nobody anything.
std::size_t residentPeak()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:"))
            return std::stoul(line.substr(6)) * 1024;
    }
    return 0;
}
void restartResidentPeak()
{
    std::ofstream("/proc/self/clear_refs") << "5";
}

ChatRequest withImage(std::size_t bytes)
{
    ChatRequest request;
    request.model = "m";
    request.maxTokens = 100;
    Message message;
    message.parts.push_back({TextPart{"What is this?", {}}, {}});
    message.parts.push_back({ImagePart{{MediaSource::Kind::Base64, "image/png", "iVBORw0KGgo" + std::string(bytes, 'A')}, {}}, {}});
    request.messages.push_back(std::move(message));
    return request;
}

/// An answer of `pieces` pieces of text, and as many of one tool call's arguments.
std::string streamOf(const Dialect &format, int pieces)
{
    const auto writer = format.makeWriter({.requestId = "01J", .model = "m", .includeUsage = true});
    std::string out;
    const auto write = [&](ChatDelta delta) { writer->write(delta, out); };
    write(StreamStart{"answer", "m", 1'700'000'000});
    for (int i = 0; i < pieces; ++i)
        write(TextDelta{"some words "});
    write(ToolCallStart{0, "call_1", "write_file", {}});
    write(ToolCallDelta{0, "{\"text\":\""});
    for (int i = 0; i < pieces; ++i)
        write(ToolCallDelta{0, "more of it "});
    write(ToolCallDelta{0, "\"}"});
    write(Finish{FinishReason::ToolCalls, {}});
    write(StreamEnd{});
    return out;
}

/// Bytes that translating `stream` allocates, fed in pieces as sockets give them.
std::size_t costOf(const Dialect &from, const Dialect &to, std::string_view stream)
{
    const std::size_t before = allocated;
    const auto reader = from.makeReader();
    const auto writer = to.makeWriter({.requestId = "01J", .model = "m"});
    std::vector<ChatDelta> deltas;
    std::string out;
    constexpr std::size_t kPiece = 1400;
    const auto pass = [&] {
        for (const ChatDelta &delta : deltas)
            writer->write(delta, out);
        deltas.clear();
        out.clear();
    };
    for (std::size_t at = 0; at < stream.size(); at += kPiece) {
        if (!reader->feed(stream.substr(at, kPiece), deltas))
            return 0;
        pass();
    }
    if (!reader->finish(deltas))
        return 0;
    pass();
    return allocated - before;
}

void addPairs()
{
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("to");
    for (const DialectId from : kClients) {
        for (const DialectId to : kTargets) {
            const std::string name = std::string(dialect(from).name()) + " -> " + std::string(dialect(to).name());
            QTest::newRow(name.c_str()) << int(from) << int(to);
        }
    }
}

} // namespace

class TestTranslationCost : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void imageTakesFourTimesItsSize_data() { addPairs(); }
    void imageTakesFourTimesItsSize();
    void streamsGrowWithTheirLength_data() { addPairs(); }
    void streamsGrowWithTheirLength();
    void conversationsGrowWithTheirTurns_data() { addPairs(); }
    void conversationsGrowWithTheirTurns();
};

void TestTranslationCost::imageTakesFourTimesItsSize()
{
    QFETCH(int, from);
    QFETCH(int, to);
    constexpr std::size_t kImage = 5'000'000;
    const auto requestOf = [&](std::size_t bytes) {
        Losses losses;
        return dialect(DialectId(from)).writeRequest(withImage(bytes), traits(), losses);
    };
    const auto translated = [&](const std::string &body) {
        Losses losses;
        const auto request = dialect(DialectId(from)).readRequest(body);
        return request ? dialect(DialectId(to)).writeRequest(*request, traits(), losses)
                       : Result<std::string>(tl::unexpected(request.error()));
    };
    const auto body = requestOf(kImage);
    QVERIFY2(body.has_value(), body ? "" : body.error().message.c_str());
    QVERIFY(translated(*requestOf(100)).has_value()); // what is made once is there now
    const std::size_t before = live;
    restartResidentPeak();
    const std::size_t resident = residentPeak();
    {
        const auto written = translated(*body);
        QVERIFY2(written.has_value(), written ? "" : written.error().message.c_str());
        QVERIFY(written->size() > kImage);
    }
    // The client's bytes are there too.
    const double times = double(residentPeak() - resident + body->size()) / double(body->size());
    if (resident > 0 && kIsResidentReal)
        QVERIFY2(times <= 4.05, // pages round up
                 qPrintable(QStringLiteral("%1 times").arg(times, 0, 'f', 2)));
    QVERIFY(live <= before);
}

void TestTranslationCost::streamsGrowWithTheirLength()
{
    QFETCH(int, from);
    QFETCH(int, to);
    // Who answers in `to` is asked by a client of `from`.
    const Dialect &client = dialect(DialectId(from));
    const Dialect &provider = dialect(DialectId(to));
    const std::string longer = streamOf(provider, 8000);
    const std::size_t once = costOf(provider, client, streamOf(provider, 2000));
    const std::size_t fourTimes = costOf(provider, client, longer);
    QVERIFY(once > 0 && fourTimes > 0);
    const double growth = double(fourTimes) / double(once);
    QVERIFY2(growth < 5.0, qPrintable(QStringLiteral("four times the stream, %1 times the memory").arg(growth, 0, 'f', 2)));
    const double share = double(fourTimes) / double(longer.size());
    QVERIFY2(share < 40.0, qPrintable(QStringLiteral("%1 bytes allocated for each of the stream").arg(share, 0, 'f', 1)));
}

void TestTranslationCost::conversationsGrowWithTheirTurns()
{
    QFETCH(int, from);
    QFETCH(int, to);
    const auto cost = [&](int turns) {
        ChatRequest request = withImage(100);
        for (int i = 0; i < turns; ++i) {
            Message call;
            call.role = Role::Assistant;
            const std::string id = "call_" + std::to_string(i);
            call.parts.push_back({ToolCallPart{id, "read_file", R"({"path":"/etc/hosts"})", {}}, {}});
            Message result;
            result.parts.push_back({ToolResultPart{id, {{TextPart{std::string(200, 'x'), {}}, {}}}, false}, {}});
            request.messages.push_back(std::move(call));
            request.messages.push_back(std::move(result));
        }
        Losses losses;
        const auto body = dialect(DialectId(from)).writeRequest(request, traits(), losses);
        if (!body)
            return std::size_t(0);
        const std::size_t before = allocated;
        const auto read = dialect(DialectId(from)).readRequest(*body);
        const auto written = read ? dialect(DialectId(to)).writeRequest(*read, traits(), losses)
                                  : Result<std::string>(std::string());
        return written && !written->empty() ? allocated - before : 0;
    };
    cost(800); // parsers keep some memory from one request to the next
    const std::size_t once = cost(100);
    const std::size_t eightTimes = cost(800);
    QVERIFY(once > 0 && eightTimes > 0);
    const double growth = double(eightTimes) / double(once);
    QVERIFY2(growth < 10.0, qPrintable(QStringLiteral("eight times the turns, %1 times the memory").arg(growth, 0, 'f', 2)));
}

QTEST_APPLESS_MAIN(TestTranslationCost)
#include "tst_translation_cost.moc"
