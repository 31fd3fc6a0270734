// SPDX-License-Identifier: GPL-3.0-or-later
// Requests and answers of every format through a guardrail; streams cut at every byte.
#include "guard_world.h"

#include <QTest>

using namespace pm;
using namespace pm::policy;
using namespace pm::policy::test;
using pm::test::q;

Q_DECLARE_METATYPE(pm::DialectId)

namespace {

/// An SSE event of `data` in the writing of pm::test::json().
std::string sse(const std::string &data, const std::string &name = {})
{
    return (name.empty() ? "" : "event: " + name + "\n") + "data: " + quoted(data) + "\n\n";
}

std::string chatDelta(const std::string &delta, const std::string &finish = "null")
{
    return sse("{'id':'x','object':'chat.completion.chunk','x_own':[1, 2],'choices':[{'index':0,'delta':" + delta + ",'finish_reason':" + finish + "}]}");
}

const std::string kChat = chatDelta("{'role':'assistant','content':''}") + chatDelta("{'reasoning_content':'so <EMA'}") + chatDelta("{'reasoning_content':'IL_1>'}")
    + chatDelta("{'content':'Mail to <EM'}") + chatDelta("{'content':'AIL_1'}") + chatDelta("{'content':'>, or eve@exam'}") + chatDelta("{'content':'ple.com'}")
    + chatDelta("{'tool_calls':[{'index':0,'id':'c','type':'function','function':{'name':'send','arguments':''}}]}")
    + chatDelta("{'tool_calls':[{'index':0,'function':{'arguments':'{\\'to\\':\\'a\\\\n<EMAIL'}}]}")
    + chatDelta("{'tool_calls':[{'index':0,'function':{'arguments':'_1>\\'}'}}]}") + chatDelta("{}", "'tool_calls'") + "data: [DONE]\n\n";

std::string block(const std::string &type, const std::string &rest)
{
    return sse("{'type':'" + type + "'" + rest + "}", type);
}

const std::string kAnthropic =
    block("message_start", ",'message':{'id':'m','type':'message','role':'assistant','model':'c','content':[],'usage':{'input_tokens':1,'output_tokens':1}}")
    + block("content_block_start", ",'index':0,'content_block':{'type':'thinking','thinking':'','signature':''}")
    + block("content_block_delta", ",'index':0,'delta':{'type':'thinking_delta','thinking':'so <EMA'}")
    + block("content_block_delta", ",'index':0,'delta':{'type':'thinking_delta','thinking':'IL_1>'}") + block("content_block_stop", ",'index':0")
    + block("content_block_start", ",'index':1,'content_block':{'type':'text','text':''}")
    + block("content_block_delta", ",'index':1,'delta':{'type':'text_delta','text':'Mail to <EMAI'}")
    + block("content_block_delta", ",'index':1,'delta':{'type':'text_delta','text':'L_1>, or eve@exam'}")
    + block("content_block_delta", ",'index':1,'delta':{'type':'text_delta','text':'ple.com'}") + block("content_block_stop", ",'index':1")
    + block("content_block_start", ",'index':2,'content_block':{'type':'tool_use','id':'t','name':'send','input':{}}")
    + block("content_block_delta", ",'index':2,'delta':{'type':'input_json_delta','partial_json':'{\\'to\\':\\'a\\\\n<EMAIL'}")
    + block("content_block_delta", ",'index':2,'delta':{'type':'input_json_delta','partial_json':'_1>\\'}'}") + block("content_block_stop", ",'index':2")
    + block("message_delta", ",'delta':{'stop_reason':'tool_use','stop_sequence':null},'usage':{'output_tokens':9}") + block("message_stop", "");

std::string gemini(const std::string &parts, const std::string &more = {})
{
    return "{'candidates':[{'content':{'role':'model','parts':[" + parts + "]},'index':0" + more + "}],'modelVersion':'g'}";
}

const std::vector<std::string> kGeminiEvents{
    gemini("{'text':'so <EMA','thought':true}"), gemini("{'text':'IL_1>','thought':true}"), gemini("{'text':'Mail to <EMA'}"), gemini("{'text':'IL_1>, or eve@exam'}"),
    gemini("{'text':'ple.com'}"), gemini("{'functionCall':{'name':'send','args':{'to':'a\\n<EMAIL_1>'}}}", ",'finishReason':'STOP'")};

std::string geminiStream(bool asArray)
{
    std::string stream;
    for (const std::string &each : kGeminiEvents)
        stream += asArray ? (stream.empty() ? "[" : ",") + quoted(each) + "\n\n" : sse(each);
    return asArray ? stream + "]\n\n" : stream;
}

std::string ollama(const std::string &message, const std::string &done = "false")
{
    return quoted("{'model':'l','created_at':'2024-01-01T00:00:00Z','message':{'role':'assistant'," + message + "},'done':" + done + "}") + "\n";
}

const std::string kOllama = ollama("'content':'','thinking':'so <EMA'") + ollama("'content':'','thinking':'IL_1>'") + ollama("'content':'Mail to <EMA'")
    + ollama("'content':'IL_1>, or eve@exam'") + ollama("'content':'ple.com'") + ollama("'content':'','tool_calls':[{'function':{'name':'send','arguments':{'to':'a\\n<EMAIL_1>'}}}]")
    + ollama("'content':''", "true,'done_reason':'stop','eval_count':3");

int sequence = 0;
std::string response(const std::string &type, const std::string &rest)
{
    return sse("{'type':'response." + type + "','sequence_number':" + std::to_string(sequence++) + rest + "}", "response." + type);
}

std::string responses()
{
    sequence = 0;
    const std::string text = "Mail to <EMAIL_1>, or eve@example.com";
    const std::string call = "{'id':'f','type':'function_call','status':'completed','call_id':'c','name':'send','arguments':'{\\'to\\':\\'a\\\\n<EMAIL_1>\\'}'}";
    const std::string message = "{'id':'m','type':'message','role':'assistant','status':'completed','content':[{'type':'output_text','text':'" + text + "','annotations':[]}]}";
    std::string out = response("created", ",'response':{'id':'r','object':'response','status':'in_progress','model':'m','instructions':'for <EMAIL_1>','output':[]}");
    out += response("output_item.added", ",'output_index':0,'item':{'id':'m','type':'message','role':'assistant','status':'in_progress','content':[]}");
    out += response("content_part.added", ",'item_id':'m','output_index':0,'content_index':0,'part':{'type':'output_text','text':'','annotations':[]}");
    out += response("output_text.delta", ",'item_id':'m','output_index':0,'content_index':0,'delta':'Mail to <EMA'");
    out += response("output_text.delta", ",'item_id':'m','output_index':0,'content_index':0,'delta':'IL_1>, or eve@exam'");
    out += response("output_text.delta", ",'item_id':'m','output_index':0,'content_index':0,'delta':'ple.com'");
    out += response("output_text.done", ",'item_id':'m','output_index':0,'content_index':0,'text':'" + text + "'");
    out += response("content_part.done", ",'item_id':'m','output_index':0,'content_index':0,'part':{'type':'output_text','text':'" + text + "','annotations':[]}");
    out += response("output_item.done", ",'output_index':0,'item':" + message);
    out += response("output_item.added", ",'output_index':1,'item':{'id':'f','type':'function_call','status':'in_progress','call_id':'c','name':'send','arguments':''}");
    out += response("function_call_arguments.delta", ",'item_id':'f','output_index':1,'delta':'{\\'to\\':\\'a\\\\n<EMAIL'");
    out += response("function_call_arguments.delta", ",'item_id':'f','output_index':1,'delta':'_1>\\'}'");
    out += response("function_call_arguments.done", ",'item_id':'f','output_index':1,'arguments':'{\\'to\\':\\'a\\\\n<EMAIL_1>\\'}'");
    out += response("output_item.done", ",'output_index':1,'item':" + call);
    out += response("completed", ",'response':{'id':'r','object':'response','status':'completed','model':'m','output':[" + message + "," + call + "],'usage':{'input_tokens':1,'output_tokens':2,'total_tokens':3}}");
    return out;
}

std::string streamOf(DialectId id, bool asArray)
{
    switch (id) {
    case DialectId::AnthropicMessages: return kAnthropic;
    case DialectId::Gemini: return geminiStream(asArray);
    case DialectId::Ollama: return kOllama;
    case DialectId::OpenAiResponses: return responses();
    default: return kChat;
    }
}

void formats()
{
    QTest::addColumn<DialectId>("dialect");
    QTest::addColumn<bool>("asArray");
    QTest::newRow("OpenAI") << DialectId::OpenAiChat << false;
    QTest::newRow("Anthropic") << DialectId::AnthropicMessages << false;
    QTest::newRow("Gemini") << DialectId::Gemini << false;
    QTest::newRow("Gemini as one array") << DialectId::Gemini << true;
    QTest::newRow("Ollama") << DialectId::Ollama << false;
    QTest::newRow("Responses") << DialectId::OpenAiResponses << false;
}

std::size_t countOf(const std::string &text, const std::string &piece)
{
    std::size_t count = 0;
    for (std::size_t at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1))
        ++count;
    return count;
}

/// As heard() has it, of an array too.
std::string told(DialectId id, bool asArray, std::string stream)
{
    if (!asArray)
        return heard(id, stream);
    std::string events;
    std::size_t at = 0;
    for (std::size_t end = stream.find("\n\n"); end != std::string::npos; end = stream.find("\n\n", at)) {
        const std::string piece = stream.substr(at, end - at);
        if (piece != "]")
            events += "data: " + piece.substr(1) + "\n\n";
        if (piece != "]" && piece[0] != (at == 0 ? '[' : ','))
            return "no array";
        at = end + 2;
    }
    return stream.ends_with("]\n\n") ? heard(id, events) : "an open array";
}

} // namespace

class TestGuard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void requests_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("sent");
        const QString r = q("[EMAIL]");
        QTest::newRow("OpenAI, white space and unknown fields stay")
            << q("{ 'x_own' : 1.50, 'messages':[{'role':'user','content':'I am bob@example.com'}] }") << q("{ 'x_own' : 1.50, 'messages':[{'role':'user','content':'I am [EMAIL]'}] }");
        QTest::newRow("parts, tool results, arguments")
            << q("{'messages':[{'role':'user','content':[{'type':'text','text':'a@b.io'}]},{'role':'assistant','tool_calls':[{'id':'a@b.io','function':{'name':'f','arguments':'{\\'to\\':\\'x\\\\nc@d.io\\'}'}}]},{'role':'tool','content':'e@f.io'}]}")
            << q("{'messages':[{'role':'user','content':[{'type':'text','text':'[EMAIL]'}]},{'role':'assistant','tool_calls':[{'id':'a@b.io','function':{'name':'f','arguments':'{\\'to\\':\\'x\\\\n[EMAIL]\\'}'}}]},{'role':'tool','content':'[EMAIL]'}]}");
        QTest::newRow("Anthropic: system, input, descriptions, not user_id")
            << q("{'system':[{'type':'text','text':'a@b.io'}],'metadata':{'user_id':'a@b.io'},'tools':[{'name':'t','description':'ask a@b.io','input_schema':{}}],'messages':[{'role':'assistant','content':[{'type':'tool_use','id':'1','name':'t','input':{'name':'a@b.io'}}]}]}")
            << q("{'system':[{'type':'text','text':'[EMAIL]'}],'metadata':{'user_id':'a@b.io'},'tools':[{'name':'t','description':'ask [EMAIL]','input_schema':{}}],'messages':[{'role':'assistant','content':[{'type':'tool_use','id':'1','name':'t','input':{'name':'[EMAIL]'}}]}]}");
        QTest::newRow("Gemini")
            << q("{'systemInstruction':{'parts':[{'text':'a@b.io'}]},'contents':[{'role':'user','parts':[{'text':'c@d.io'},{'functionResponse':{'name':'f','response':{'id':'e@f.io'}}}]}]}")
            << q("{'systemInstruction':{'parts':[{'text':'[EMAIL]'}]},'contents':[{'role':'user','parts':[{'text':'[EMAIL]'},{'functionResponse':{'name':'f','response':{'id':'[EMAIL]'}}}]}]}");
        QTest::newRow("Responses") << q("{'instructions':'a@b.io','input':[{'type':'function_call_output','call_id':'c','output':'c@d.io'}]}")
                                   << q("{'instructions':'[EMAIL]','input':[{'type':'function_call_output','call_id':'c','output':'[EMAIL]'}]}");
        QTest::newRow("a plain input") << q("{'input':'a@b.io'}") << q("{'input':'[EMAIL]'}");
        QTest::newRow("Ollama") << q("{'prompt':'a@b.io','system':'c@d.io','images':['aGVsbG8=']}") << q("{'prompt':'[EMAIL]','system':'[EMAIL]','images':['aGVsbG8=']}");
        QTest::newRow("escapes in the text") << q("{'prompt':'\\u0061@b.io and \\ud83d\\ude00'}") << q("{'prompt':'[EMAIL] and 😀'}");
        QTest::newRow("a key that is escaped") << q("{'messages':[{'c\\u006fntent':'a@b.io'}]}") << q("{'messages':[{'c\\u006fntent':'[EMAIL]'}]}");
        QTest::newRow("a field that nobody knows") << q("{'messages':[],'notes':'a@b.io'}") << q("{'messages':[],'notes':'[EMAIL]'}");
    }
    void requests()
    {
        QFETCH(QString, body);
        QFETCH(QString, sent);
        const auto real = [](const QString &text) { return quoted(QString(text).replace(q("\\'"), q("\\\"")).toStdString()); };
        Guard guard(rulesOf({rule("pii", {}, Action::Redact)}));
        QCOMPARE(q(ask(guard, real(body))), q(real(sent)));
    }

    void placeholdersAreSteadyAndTheirOwn()
    {
        Guard guard(rulesOf({rule("pii", {}, Action::Replace)}));
        QCOMPARE(q(ask(guard, quoted("{'messages':[{'content':'a@b.io, c@d.io, a@b.io; <EMAIL_2> is not ours'}]}"))),
                 q(quoted("{'messages':[{'content':'<EMAIL_1>, <EMAIL_3>, <EMAIL_1>; <EMAIL_2> is not ours'}]}")));
        const auto answer = guard.reply(DialectId::OpenAiChat, quoted("{'choices':[{'message':{'content':'<EMAIL_1> <EMAIL_2> <EMAIL_3>'}}]}"));
        QCOMPARE(q(answer->client), q(quoted("{'choices':[{'message':{'content':'a@b.io <EMAIL_2> c@d.io'}}]}")));
        QCOMPARE(q(answer->kept), q(quoted("{'choices':[{'message':{'content':'<EMAIL_1> <EMAIL_2> <EMAIL_3>'}}]}")));
        QVERIFY(guard.hasSecrets());
    }

    void aRefusalNamesTheFieldAndNoValue()
    {
        Guard guard(rulesOf({rule("pii")}));
        const auto guarded = guard.request({quoted("{'messages':[{'content':'x'},{'content':'y'},{'content':'bob@example.com'}]}"), "m", 1});
        QVERIFY(guarded.refusal.has_value());
        QCOMPARE(q(guarded.refusal->code), q("guardrail_pii"));
        QCOMPARE(q(guarded.refusal->param), q("messages[2].content"));
        QVERIFY(guarded.refusal->message.find("email") != std::string::npos);
        QVERIFY(guarded.refusal->message.find("bob") == std::string::npos);
        QVERIFY(guarded.body.find("bob@example.com") == std::string::npos); // what is kept has it not
        QCOMPARE(q(guard.ledger().line()), q("pii blocked email"));
    }

    void modes()
    {
        const std::string body = quoted("{'prompt':'a@b.io and c@d.io'}");
        Guard flags(rulesOf({rule("pii", Mode::Flag)}));
        QCOMPARE(q(ask(flags, body)), q(body));
        QCOMPARE(q(flags.ledger().line()), q("pii flagged email x2"));
        Guard soft(rulesOf({rule("pii", Mode::Soft)}));
        QCOMPARE(q(ask(soft, body)), q(body));
        Guard acts(rulesOf({rule("pii", Mode::Soft, Action::Redact)}));
        QCOMPARE(q(ask(acts, body)), q(quoted("{'prompt':'[EMAIL] and [EMAIL]'}")));
        QCOMPARE(q(acts.ledger().line()), q("pii redacted email x2"));
    }

    void streamsComeWhole_data() { formats(); }
    /// Values are put back and others taken out, wherever the bytes are cut.
    void streamsComeWhole()
    {
        QFETCH(DialectId, dialect);
        QFETCH(bool, asArray);
        const std::string stream = streamOf(dialect, asArray);
        const bool thinks = dialect != DialectId::OpenAiResponses;
        const auto rules = rulesOf({rule("pii", {}, Action::Replace)});
        for (std::size_t at = 0; at <= stream.size(); ++at) {
            Guard guard(rules);
            const Guard::Guarded replaced = guard.request({"{\"prompt\":\"neil@example.ie\"}", "m", 1});
            QCOMPARE(q(replaced.body), q(quoted("{'prompt':'<EMAIL_1>'}")));
            const std::string out = inTwo(guard, dialect, stream, at, asArray);
            const std::string said = told(dialect, asArray, out);
            const std::string wanted = "Mail to neil@example.ie, or [EMAIL]|" + std::string(thinks ? "so neil@example.ie" : "") + "|{\"to\":\"a\\nneil@example.ie\"}";
            QVERIFY2(said == wanted, qPrintable(QStringLiteral("cut at %1: %2\n%3").arg(at).arg(q(said), q(out))));
            QVERIFY(out.find("EMAIL_1") == std::string::npos && out.find("eve@") == std::string::npos);
        }
    }

    /// A find may begin before what is decided ends: nothing of it goes out then.
    void findsAreNotCutInTheMidst()
    {
        Guardrail names = rule("patterns", {}, Action::Redact);
        names.patterns = {"foo\\nbar"};
        GuardLedger ledger;
        const auto rules = rulesOf({names});
        RuleEditor editor(*rules, RuleEditor::Part::Acting, ledger);
        TextFilter filter(editor);
        std::string out;
        QVERIFY(filter.feed("so foo\nbar", out) && filter.feed(" baz\n", out) && filter.finish(out));
        QCOMPARE(q(out), q("so [PATTERN] baz\n"));
    }

    /// A quote behind a backslash ends no string, also when the piece ends between them.
    void quotesBehindABackslashEndNothing()
    {
        const std::string text = "{\"a\":\"say \\\"hi\\\" to bob@example.com\"}";
        const auto rules = rulesOf({rule("pii", {}, Action::Redact)});
        for (std::size_t at = 0; at <= text.size(); ++at) {
            GuardLedger ledger;
            RuleEditor editor(*rules, RuleEditor::Part::Acting, ledger);
            JsonTextFilter filter(editor);
            std::string out;
            QVERIFY(filter.feed(std::string_view(text).substr(0, at), out) && filter.feed(std::string_view(text).substr(at), out)
                    && filter.finish(out));
            QCOMPARE(q(out), q("{\"a\":\"say \\\"hi\\\" to [EMAIL]\"}"));
        }
    }

    void whatIsFoundMidwayBreaks_data() { formats(); }
    void whatIsFoundMidwayBreaks()
    {
        QFETCH(DialectId, dialect);
        QFETCH(bool, asArray);
        const std::string stream = streamOf(dialect, asArray);
        const auto rules = rulesOf({rule("pii")});
        for (std::size_t at = 0; at <= stream.size(); at += 7) {
            Guard guard(rules);
            const std::string out = inTwo(guard, dialect, stream, at, asArray);
            QVERIFY2(out.ends_with("!guardrail_pii"), out.c_str());
            QVERIFY(out.find("eve@") == std::string::npos && out.find("ple.com") == std::string::npos);
            QVERIFY(out.find("Mail to") != std::string::npos);
        }
    }

    void whatIsNotFoundIsUntouched_data() { formats(); }
    void whatIsNotFoundIsUntouched()
    {
        QFETCH(DialectId, dialect);
        QFETCH(bool, asArray);
        const std::string stream = streamOf(dialect, asArray);
        Guard flags(rulesOf({rule("pii", Mode::Flag)}));
        QCOMPARE(q(inTwo(flags, dialect, stream, stream.size() / 2, asArray)), q(stream));
        QCOMPARE(q(flags.ledger().line()), q("pii flagged email"));
        Guard secrets(rulesOf({rule("secrets")}));
        const std::string out = inTwo(secrets, dialect, stream, stream.size() / 2, asArray);
        QCOMPARE(q(told(dialect, asArray, out)), q(told(dialect, asArray, stream)));
        if (dialect == DialectId::OpenAiChat)
            QCOMPARE(countOf(out, "x_own"), countOf(stream, "x_own") + 1); // the rest of a text goes in a copy of its last event
    }

    void sequenceNumbersHaveNoGaps()
    {
        Guard guard(rulesOf({rule("pii", {}, Action::Redact)}));
        const std::string out = inTwo(guard, DialectId::OpenAiResponses, responses(), 100);
        for (std::size_t i = 0, count = countOf(out, "sequence_number"); i < count; ++i)
            QVERIFY2(countOf(out, "\"sequence_number\":" + std::to_string(i) + ",") == 1, out.c_str());
        QCOMPARE(q(guard.ledger().line()), q("pii redacted email"));
    }

    void wholesOfAnswers()
    {
        Guardrail schema = rule("schema");
        schema.schema = quoted("{'type':'object','required':['a']}");
        Guard guard(rulesOf({schema}));
        QVERIFY(guard.reply(DialectId::AnthropicMessages, quoted("{'content':[{'type':'text','text':'{\\'a\\':1}'}]}")).has_value());
        const auto bad = Guard(rulesOf({schema})).reply(DialectId::AnthropicMessages, quoted("{'content':[{'type':'text','text':'Sure!'}]}"));
        QCOMPARE(q(bad.error().code), q("guardrail_schema"));
        Guardrail tools = rule("tools");
        tools.tools = {"read"};
        Guard called(rulesOf({tools}));
        QVERIFY(inTwo(called, DialectId::OpenAiChat, kChat, 10).ends_with("!guardrail_tools"));
        Guardrail limit = rule("max-size", {}, {}, Side::Answer);
        limit.limit = 20;
        Guard limited(rulesOf({limit}));
        QVERIFY(inTwo(limited, DialectId::AnthropicMessages, kAnthropic, 10).ends_with("!guardrail_max_size"));
    }

    void toolsOfRequestsAreNamed_data()
    {
        QTest::addColumn<QString>("tools");
        QTest::newRow("OpenAI") << q("[{'type':'function','function':{'name':'rm'}}]");
        QTest::newRow("Anthropic and Responses") << q("[{'name':'rm'}]");
        QTest::newRow("Gemini") << q("[{'functionDeclarations':[{'name':'rm'}]}]");
        QTest::newRow("a provider's own") << q("[{'type':'web_search'}]");
        QTest::newRow("Gemini's own") << q("[{'googleSearch':{}}]");
    }
    void toolsOfRequestsAreNamed()
    {
        QFETCH(QString, tools);
        Guardrail only = rule("tools");
        only.tools = {"read*"};
        Guard guard(rulesOf({only}));
        QVERIFY(guard.request({quoted("{'tools':" + tools.toStdString() + "}"), "m", 1}).refusal.has_value());
        Guard other(rulesOf({only}));
        QVERIFY(!other.request({quoted("{'tools':[{'type':'function','function':{'name':'read_file','parameters':{'properties':{'name':{'type':'string'}}}}}]}"), "m", 1}).refusal.has_value());
    }
};

QTEST_GUILESS_MAIN(TestGuard)
#include "tst_guard.moc"
