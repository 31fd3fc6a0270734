// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/response_turn.h"

#include "base/json.h"

#include <QTest>

using namespace pm;

namespace {

const std::string kFirst = R"({"model":"m","input":"hi"})";
const std::string kAnswer =
    R"({"id":"resp_1","object":"response","output":[{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gA"},)"
    R"({"type":"message","id":"msg_1","role":"assistant","content":[{"type":"output_text","text":"ho"}]}]})";
const std::string kNext = R"({"model":"m", "previous_response_id":"resp_1","input":"again"})";

void tell(ResponseStore &store, const std::string &body, const std::string &answer, const std::string &maker)
{
    ResponseTurn turn(body, store, {});
    turn.take(answer);
    turn.keep(maker, 1000, false);
}

std::string types(const std::string &body)
{
    std::string all;
    const auto document = json::Document::parse(body);
    if (const auto items = document ? json::findArray(document->root(), "input") : std::nullopt) {
        for (const json::Element item : *items)
            all += std::string(all.empty() ? "" : " ") + std::string(json::findString(item, "type").value_or("?"));
    }
    return all;
}

} // namespace

class TestResponseTurn : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_store = std::make_unique<ResponseStore>(ResponseStore::Options{.now = [] { return std::int64_t(1000); }}); }

    void whoGetsWhat_data()
    {
        QTest::addColumn<QString>("maker");
        QTest::addColumn<QString>("target");
        QTest::addColumn<bool>("isTranslated");
        QTest::addColumn<bool>("keeps");
        QTest::addColumn<QString>("items"); // empty: the body as it came
        const QString whole = QStringLiteral("message reasoning message message");
        const QString bare = QStringLiteral("message message message");
        QTest::newRow("its maker, which keeps answers") << "openai" << "openai" << false << true << "";
        QTest::newRow("its maker, which keeps nothing") << "ollama" << "ollama" << false << false << whole;
        QTest::newRow("another that keeps answers") << "ollama" << "openai" << false << true << bare;
        QTest::newRow("translated, made by a provider of the format") << "openai" << "claude" << true << false << bare;
        QTest::newRow("translated both times") << "" << "claude" << true << false << whole;
        QTest::newRow("translated, then one that keeps answers") << "" << "openai" << false << true << whole;
    }
    void whoGetsWhat()
    {
        QFETCH(QString, maker);
        QFETCH(QString, target);
        QFETCH(bool, isTranslated);
        QFETCH(bool, keeps);
        QFETCH(QString, items);
        tell(*m_store, kFirst, kAnswer, maker.toStdString());
        const ResponseTurn turn(kNext, *m_store, {});
        QVERIFY(turn.refers());
        const auto body = turn.bodyFor({target.toStdString(), isTranslated, keeps});
        QVERIFY(body);
        if (items.isEmpty())
            QCOMPARE(*body, kNext);
        else
            QCOMPARE(QString::fromStdString(types(*body)), items);
        QCOMPARE(body->find("previous_response_id") != std::string::npos, items.isEmpty());
    }

    void followsTheWholeChain()
    {
        tell(*m_store, kFirst, kAnswer, "");
        std::string second = kAnswer;
        second.replace(second.find("resp_1"), 6, "resp_2");
        tell(*m_store, kNext, second, "");
        const std::string third = R"({"previous_response_id":"resp_2","input":[{"role":"user","content":"x"}]})";
        const auto body = ResponseTurn(third, *m_store, {}).bodyFor({"claude", true, false});
        QVERIFY(body);
        QCOMPARE(types(*body), std::string("message reasoning message message reasoning message ?"));
        QVERIFY(m_store->remove("resp_1", {}));
        const auto broken = ResponseTurn(third, *m_store, {}).bodyFor({"claude", true, false});
        QVERIFY(!broken);
        QCOMPARE(broken.error().code, std::string("previous_response_not_found"));
    }

    void unknownIdsAreForWhoKeepsAnswers()
    {
        const ResponseTurn turn(kNext, *m_store, {});
        QCOMPARE(turn.bodyFor({"openai", false, true}).value_or(""), kNext);
        const auto refused = turn.bodyFor({"claude", true, false});
        QVERIFY(!refused);
        QCOMPARE(refused.error().status(), 400);
        QCOMPARE(refused.error().code, std::string("previous_response_not_found"));
    }

    void itemsAreFoundByTheirIds()
    {
        tell(*m_store, kFirst, kAnswer, "");
        const std::string body = R"({"input":[{"type":"item_reference","id":"msg_1"},{"role":"user","content":"x"}]})";
        const auto whole = ResponseTurn(body, *m_store, {}).bodyFor({"claude", true, false});
        QVERIFY(whole);
        QVERIFY(whole->find("\"ho\"") != std::string::npos);
        const std::string unknown = R"({"input":[{"type":"item_reference","id":"msg_9"}]})";
        const auto refused = ResponseTurn(unknown, *m_store, {}).bodyFor({"claude", true, false});
        QVERIFY(!refused);
        QCOMPARE(refused.error().param, std::string("input"));
    }

    void storeFalseKeepsNothing()
    {
        tell(*m_store, R"({"input":"hi","store":false})", kAnswer, "");
        QCOMPARE(m_store->count(), std::size_t(0));
    }

    void keepsTheLastEventOfAStream()
    {
        ResponseTurn turn(kFirst, *m_store, {});
        const std::string stream = "event: response.created\ndata: {\"response\":{\"id\":\"resp_1\"}}\n\n"
                                   "event: response.completed\ndata: {\"response\":" + kAnswer + "}\n\n";
        for (const char byte : stream)
            turn.watch(std::string_view(&byte, 1));
        turn.keep("openai", 1000, false);
        const auto found = m_store->find("resp_1", {});
        QVERIFY(found);
        QCOMPARE(found->response, kAnswer);
        QCOMPARE(found->provider, std::string("openai"));
    }

    void aCutStreamIsNotKept()
    {
        ResponseTurn turn(kFirst, *m_store, {});
        turn.watch("event: response.created\ndata: {\"response\":{\"id\":\"resp_1\"}}\n\n");
        turn.keep("openai", 1000, false);
        QCOMPARE(m_store->count(), std::size_t(0));
    }

private:
    std::unique_ptr<ResponseStore> m_store;
};

QTEST_GUILESS_MAIN(TestResponseTurn)
#include "tst_response_turn.moc"
