// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/signature_memory.h"

#include <QTest>

using namespace pm;

namespace {

Part call(const std::string &id, const Signature &signature = {})
{
    return {ToolCallPart{id, "f", "{}", signature}, {}};
}

ChatRequest asked(std::vector<Part> parts)
{
    ChatRequest request;
    request.messages.push_back({Role::Assistant, std::move(parts), false, {}});
    return request;
}

std::string signatureOf(const ChatRequest &request, std::size_t part)
{
    return request.messages.front().parts.at(part).as<ToolCallPart>()->signature.value;
}

} // namespace

class TestSignatureMemory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bringsBackWhatAClientDropped()
    {
        SignatureMemory memory;
        memory.remember("a", {"SIG", "gemini"});
        ChatRequest request = asked({call("a"), call("b")});
        memory.restore(request);
        QCOMPARE(signatureOf(request, 0), std::string("SIG"));
        QCOMPARE(signatureOf(request, 1), std::string());
        QCOMPARE(request.messages.front().parts.front().as<ToolCallPart>()->signature.family, std::string("gemini"));
    }
    void leavesWhatIsThere()
    {
        SignatureMemory memory;
        memory.remember("a", {"OLD", "gemini"});
        ChatRequest own = asked({call("a", {"OWN", "gemini"})});
        memory.restore(own);
        QCOMPARE(signatureOf(own, 0), std::string("OWN"));
        ChatRequest thought = asked({{ThinkingPart{"", {"T", "gemini"}}, {}}, call("a")});
        memory.restore(thought);
        QCOMPARE(signatureOf(thought, 1), std::string());
    }
    void keepsNothingWithoutMaker()
    {
        SignatureMemory memory;
        memory.remember("a", {"SIG", ""});
        memory.remember("", {"SIG", "gemini"});
        memory.remember("b", {});
        memory.remember("c", {std::string(SignatureMemory::kMostBytes, 'x'), "gemini"});
        QCOMPARE(memory.size(), std::size_t(0));
    }
    void theLongestUnusedGo()
    {
        SignatureMemory memory;
        memory.remember("first", {"1", "gemini"});
        memory.remember("second", {"2", "gemini"});
        ChatRequest request = asked({call("first")});
        memory.restore(request); // used: younger than the second now
        for (std::size_t i = 0; i < SignatureMemory::kMostCalls - 1; ++i)
            memory.remember("n" + std::to_string(i), {"x", "gemini"});
        QCOMPARE(memory.size(), SignatureMemory::kMostCalls);
        ChatRequest kept = asked({call("first")});
        memory.restore(kept);
        QCOMPARE(signatureOf(kept, 0), std::string("1"));
        ChatRequest gone = asked({call("second")});
        memory.restore(gone);
        QCOMPARE(signatureOf(gone, 0), std::string());
    }
    void bytesAreBounded()
    {
        SignatureMemory memory;
        for (int i = 0; i < 100; ++i)
            memory.remember("n" + std::to_string(i), {std::string(SignatureMemory::kMostBytes / 20, 'x'), "gemini"});
        QVERIFY(memory.size() < 20);
        QVERIFY(memory.size() > 15);
    }
    void theSameIdReplaces()
    {
        SignatureMemory memory;
        memory.remember("a", {"1", "gemini"});
        memory.remember("a", {"2", "gemini"});
        QCOMPARE(memory.size(), std::size_t(1));
        ChatRequest request = asked({call("a")});
        memory.restore(request);
        QCOMPARE(signatureOf(request, 0), std::string("2"));
    }
};

QTEST_GUILESS_MAIN(TestSignatureMemory)
#include "tst_signature_memory.moc"
