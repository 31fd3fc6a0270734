// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/cohere_embeddings.h"
#include "dialects/gemini_embeddings.h"
#include "dialects/ollama_embeddings.h"
#include "dialects/openai_chat_embeddings.h"
#include "dialects/shared/embedding_vectors.h"
#include "support/snapshots.h"

#include <QTest>

#include <algorithm>
#include <ctime>
#include <map>

using namespace pm;
using namespace pm::test;

namespace {

const OpenAiEmbeddings kOpenAi;
const GeminiEmbeddings kGemini;
const OllamaEmbeddings kOllama;
const CohereEmbeddings kCohere;
const std::map<QString, const EmbeddingsFormat *> kFormats{
    {q("openai"), &kOpenAi}, {q("gemini"), &kGemini}, {q("ollama"), &kOllama}, {q("cohere"), &kCohere}};

TargetTraits target(std::string_view variant = {})
{
    TargetTraits traits;
    traits.model = "target";
    traits.variant = variant;
    return traits;
}

QString failureOf(const Error &error)
{
    return q(traits(error.kind).label) + q(": ") + q(error.message);
}

/// What `to` is sent for a request of `from`, then the losses behind a bar.
QString translated(const QString &from, const QString &to, const std::string &body)
{
    const auto request = kFormats.at(from)->readRequest(body);
    if (!request)
        return failureOf(request.error());
    Losses losses;
    const auto sent = kFormats.at(to)->writeRequest(*request, target(), losses);
    if (!sent)
        return failureOf(sent.error());
    QString text = q(*sent);
    for (const std::string &loss : losses)
        text += q(" | ") + q(loss);
    return text;
}

// One request in each client's shape, and one answer in each provider's: two texts, two vectors.
const std::map<QString, std::string> kRequests{
    {q("openai"), test::json("{'model':'m','input':['a','b'],'dimensions':2,'user':'u'}")},
    {q("gemini"), test::json("{'requests':[{'model':'models/m','content':{'parts':[{'text':'a'}]},'taskType':'RETRIEVAL_QUERY',"
                       "'outputDimensionality':2},{'model':'models/m','content':{'role':'user','parts':[{'text':'b'}]},"
                       "'task_type':'RETRIEVAL_QUERY','output_dimensionality':2}]}")},
    {q("ollama"), test::json("{'model':'m','input':['a','b'],'dimensions':2,'keep_alive':'5m'}")},
};
const std::map<QString, std::string> kReplies{
    {q("openai"), test::json("{'object':'list','data':[{'object':'embedding','index':1,'embedding':[ 3e-2,-4 ]},{'object':"
                       "'embedding','index':0,'embedding':[0.10,0.20000000298]}],'model':'m-1','usage':{'prompt_tokens':7,"
                       "'total_tokens':7}}")},
    {q("gemini"), test::json("{'embeddings':[{'values':[0.10,0.20000000298]},{'values':[ 3e-2,-4 ]}],"
                       "'usageMetadata':{'promptTokenCount':7}}")},
    {q("ollama"), test::json("{'model':'m-1','embeddings':[[0.10,0.20000000298],[ 3e-2,-4 ]],'total_duration':14143917,"
                       "'load_duration':1019500,'prompt_eval_count':7}")},
    {q("cohere"), test::json("{'id':'1','embeddings':{'float':[[0.10,0.20000000298],[ 3e-2,-4 ]]},'texts':['a','b'],"
                       "'meta':{'billed_units':{'input_tokens':7}}}")},
};
const std::map<QString, std::string> kExpectedReplies{
    {q("openai"), test::json("{'object':'list','data':[{'object':'embedding','index':0,'embedding':[0.10,0.20000000298]},"
                       "{'object':'embedding','index':1,'embedding':[ 3e-2,-4 ]}],'model':'shown','usage':{"
                       "'prompt_tokens':7,'total_tokens':7}}")},
    {q("gemini"), test::json("{'embeddings':[{'values':[0.10,0.20000000298]},{'values':[ 3e-2,-4 ]}],"
                       "'usageMetadata':{'promptTokenCount':7,'totalTokenCount':7}}")},
    {q("ollama"), test::json("{'model':'shown','embeddings':[[0.10,0.20000000298],[ 3e-2,-4 ]],'total_duration':9,"
                       "'load_duration':0,'prompt_eval_count':7}")},
    {q("cohere"), test::json("{'embeddings':{'float':[[0.10,0.20000000298],[ 3e-2,-4 ]]}}")},
};

} // namespace

class TestEmbeddings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void requests_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("sent");
        const auto row = [](const char *from, const char *to, const char *sent) {
            QTest::addRow("%s to %s", from, to) << q(from) << q(to) << q(test::json(sent));
        };
        const char *toOllama = "{'model':'target','input':['a','b'],'truncate':false,'dimensions':2}";
        const std::string gemini =
            "{'requests':[{'model':'models/target','content':{'parts':[{'text':'a'}]},'outputDimensionality':2},"
            "{'model':'models/target','content':{'parts':[{'text':'b'}]},'outputDimensionality':2}]}";
        row("openai", "openai", "{'model':'target','input':['a','b'],'dimensions':2,'user':'u'}");
        row("openai", "ollama", (std::string(toOllama) + " | user").c_str());
        row("openai", "gemini", (gemini + " | user").c_str());
        row("openai", "cohere",
            "{'model':'target','texts':['a','b'],'input_type':'search_document','embedding_types':['float'],"
            "'output_dimension':2,'truncate':'NONE'} | user | input_type: search_document assumed");
        row("ollama", "openai", "{'model':'target','input':['a','b'],'dimensions':2} | keep_alive");
        row("ollama", "gemini", (gemini + " | keep_alive").c_str());
        row("gemini", "openai", "{'model':'target','input':['a','b'],'dimensions':2} | taskType");
        row("gemini", "ollama", (std::string(toOllama) + " | taskType").c_str());
        row("gemini", "cohere",
            "{'model':'target','texts':['a','b'],'input_type':'search_query','embedding_types':['float'],"
            "'output_dimension':2,'truncate':'NONE'}");
    }
    void requests()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QCOMPARE(translated(from, to, kRequests.at(from)), *static_cast<QString *>(QTest::qData("sent", QMetaType::QString)));
    }

    void replies_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        for (const auto &[from, reply] : kReplies) {
            for (const auto &[to, expected] : kExpectedReplies)
                QTest::addRow("%s to %s", qPrintable(from), qPrintable(to)) << from << to;
        }
    }
    void replies()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        const auto reply = kFormats.at(from)->readReply(kReplies.at(from));
        QVERIFY2(reply, reply ? "" : reply.error().message.c_str());
        QCOMPARE(reply->usage.uncachedInput.value_or(-1), 7);
        QCOMPARE(reply->usage.output.value_or(-1), 0);
        QCOMPARE(kFormats.at(from)->usage(kReplies.at(from)).uncachedInput.value_or(-1), 7);
        EmbeddingsContext context;
        context.model = "shown";
        context.inputTokensEstimate = 3;
        context.durationNs = 9;
        QCOMPARE(q(kFormats.at(to)->writeReply(*reply, context)), q(kExpectedReplies.at(to)));
    }

    void inputs_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("sent");
        const auto row = [](const char *name, const char *from, const char *to, const char *body, const char *sent) {
            QTest::newRow(name) << q(from) << q(to) << q(test::json(body)) << q(test::json(sent));
        };
        row("one text", "openai", "ollama", "{'model':'m','input':'a'}",
            "{'model':'target','input':['a'],'truncate':false}");
        row("tokens stay tokens", "openai", "openai", "{'input':[1,2]}", "{'model':'target','input':[[1,2]]}");
        row("lists of tokens", "openai", "openai", "{'input':[[1],[2,3]]}", "{'model':'target','input':[[1],[2,3]]}");
        row("tokens to Ollama", "openai", "ollama", "{'input':['a',[1]]}",
            "not_supported: input[1]: Ollama takes texts, no token ids");
        row("tokens to Gemini", "openai", "gemini", "{'input':[1]}",
            "not_supported: input[0]: Gemini takes texts, no token ids");
        row("tokens to Cohere", "openai", "cohere", "{'input':[[1]]}",
            "not_supported: input[0]: Cohere takes texts, no token ids");
        row("no input", "openai", "ollama", "{'model':'m'}",
            "bad_request: input must be a string, token ids, or an array of either");
        row("no inputs", "openai", "ollama", "{'input':[]}",
            "bad_request: input must be a string, token ids, or an array of either");
        row("an input of a wrong type", "openai", "ollama", "{'input':['a',{}]}",
            "bad_request: input[1] must be a string, token ids, or an array of either");
        row("half a token", "openai", "ollama", "{'input':[1,2.5]}",
            "bad_request: input must be a string, token ids, or an array of either");
        row("encoding unknown", "openai", "ollama", "{'input':'a','encoding_format':'int8'}",
            "bad_request: encoding_format must be float or base64");
        row("dimensions of a wrong type", "openai", "ollama", "{'input':'a','dimensions':'many'}",
            "bad_request: dimensions must be a whole number");
        row("the old prompt", "ollama", "openai", "{'model':'m','prompt':'a'}", "{'model':'target','input':['a']}");
        row("may be cut", "ollama", "openai", "{'input':'a','truncate':true}",
            "{'model':'target','input':['a']} | truncate");
        row("may be cut, and can", "ollama", "cohere", "{'input':'a','truncate':true}",
            "{'model':'target','texts':['a'],'input_type':'search_document','embedding_types':['float'],'truncate':'END'}"
            " | input_type: search_document assumed");
        row("nothing to embed", "ollama", "openai", "{'input':[]}", "bad_request: input must hold at least one text");
        row("tokens from Ollama", "ollama", "openai", "{'input':[1]}",
            "bad_request: input[0] must be a string or an array of strings");
        row("one content", "gemini", "openai", "{'content':{'parts':[{'text':'a'},{'text':'b'}]},'title':'T'}",
            "{'model':'target','input':['a\\nb']} | title");
        row("a picture", "gemini", "openai", "{'requests':[{'content':{'parts':[{'inlineData':{}}]}}]}",
            "not_supported: requests[0].content.parts[0]: only text can be embedded by other providers");
        row("no parts", "gemini", "openai", "{'requests':[{'content':{}}]}",
            "bad_request: requests[0].content.parts must be an array of at least one part");
        row("no requests", "gemini", "openai", "{'requests':[]}",
            "bad_request: requests must be an array of at least one request");
        row("differing tasks", "gemini", "ollama",
            "{'requests':[{'content':{'parts':[{'text':'a'}]}},{'content':{'parts':[{'text':'a'}]},'taskType':'CLUSTERING'}]}",
            "not_supported: requests[1].taskType: must be the same for the whole batch at other providers");
        row("a task without a counterpart", "gemini", "cohere",
            "{'content':{'parts':[{'text':'a'}]},'taskType':'SEMANTIC_SIMILARITY'}",
            "{'model':'target','texts':['a'],'input_type':'search_document','embedding_types':['float'],'truncate':'NONE'}"
            " | taskType: search_document taken instead");
        row("fields that nobody knows", "openai", "gemini", "{'input':'a','late_chunking':true}",
            "{'requests':[{'model':'models/target','content':{'parts':[{'text':'a'}]}}]} | late_chunking");
    }
    void inputs()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(QString, body);
        QCOMPARE(translated(from, to, body.toStdString()), *static_cast<QString *>(QTest::qData("sent", QMetaType::QString)));
    }

    void longTextsGetAWindow()
    {
        const auto request = kOpenAi.readRequest("{\"input\":\"" + std::string(40'000, 'w') + "\"}");
        Losses losses;
        TargetTraits traits = target();
        QVERIFY(kOllama.writeRequest(*request, traits, losses)->ends_with("\"options\":{\"num_ctx\":16384}}"));
        traits.contextTokens = 8192;
        QVERIFY(kOllama.writeRequest(*request, traits, losses)->ends_with("\"options\":{\"num_ctx\":8192}}"));
    }

    void singleAnswers()
    {
        EmbeddingsReply reply;
        reply.vectors = {"[1,2]"};
        QCOMPARE(q(kOllama.writeReply(reply, {"m", false, "embeddings", 0, 0})), q(test::json("{'embedding':[1,2]}")));
        QCOMPARE(q(kGemini.writeReply(reply, {"m", false, "embedContent", 0, 0})), q(test::json("{'embedding':{'values':[1,2]}}")));
        QCOMPARE(q(kOllama.readReply(test::json("{'embedding':[1,2]}"))->vectors.front()), q("[1,2]"));
        QCOMPARE(q(kGemini.readReply(test::json("{'embedding':{'values':[1,2]}}"))->vectors.front()), q("[1,2]"));
        QCOMPARE(q(kCohere.readReply(test::json("{'embeddings':[[1,2]]}"))->vectors.front()), q("[1,2]"));
    }

    void countsThatNobodyGave()
    {
        const auto reply = kOllama.readReply(test::json("{'embeddings':[[1]]}"));
        QVERIFY(!reply->usage.isKnown());
        const std::string shown = kOpenAi.writeReply(*reply, {"m", false, "", 5, 0});
        QVERIFY2(shown.ends_with(test::json("'usage':{'prompt_tokens':5,'total_tokens':5}}")), shown.c_str());
        QVERIFY(!q(kGemini.writeReply(*reply, {"m", false, "", 5, 0})).contains(q("usage")));
    }

    void base64_data()
    {
        QTest::addColumn<QString>("numbers");
        QTest::addColumn<QString>("base64");
        QTest::addColumn<QString>("back");
        QTest::newRow("little-endian") << q("[1,-2.5]") << q("AACAPwAAIMA=") << q("[1,-2.5]");
        QTest::newRow("rounded once") << q("[0.1, 1e-3]") << q("zczMPW8Sgzo=") << q("[0.1,0.001]");
        QTest::newRow("one") << q("[0]") << q("AAAAAA==") << q("[0]");
    }
    void base64()
    {
        QFETCH(QString, numbers);
        QFETCH(QString, base64);
        const std::string text = embeddings::base64FromVector(numbers.toStdString());
        QCOMPARE(q(text), base64);
        const auto back = embeddings::vectorFromBase64(text);
        QVERIFY(back);
        QTEST(q(*back), "back");
    }

    void brokenAnswers_data()
    {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("body");
        const auto row = [](const char *name, const char *format, const char *body) {
            QTest::newRow(name) << q(format) << q(test::json(body));
        };
        row("no JSON", "openai", "<html>");
        row("no object", "ollama", "[1]");
        row("no data", "openai", "{'object':'list'}");
        row("no embedding", "openai", "{'data':[{}]}");
        row("words for numbers", "openai", "{'data':[{'embedding':['a']}]}");
        row("base64 that is none", "openai", "{'data':[{'embedding':'!!!!'}]}");
        row("base64 of half a number", "openai", "{'data':[{'embedding':'AAA='}]}");
        row("nested", "ollama", "{'embeddings':[[[1]]]}");
        row("empty vector", "ollama", "{'embeddings':[[]]}");
        row("an error", "ollama", "{'error':'no'}");
        row("no values", "gemini", "{'embeddings':[{}]}");
        row("bytes where floats were asked", "cohere", "{'embeddings':{'int8':[[1]]}}");
    }
    void brokenAnswers()
    {
        QFETCH(QString, format);
        QFETCH(QString, body);
        const auto reply = kFormats.at(format)->readReply(body.toStdString());
        QVERIFY(!reply);
        QCOMPARE(int(reply.error().kind), int(ErrorKind::UpstreamBroken));
    }

    void passesBytes()
    {
        const std::string reply = test::json(" {'data' : [ {'embedding':[0.10] , 'x':1} ] } ");
        QCOMPARE(q(*kOpenAi.passReply(reply, test::json("{'input':'a'}"))), q(reply));
        QCOMPARE(q(*kOpenAi.passReply(reply, test::json("{'encoding_format':'base64'}"))),
                 q(test::json(" {'data' : [{'embedding':'zczMPQ==' , 'x':1}] } ")));
        const std::string coded = test::json("{'data':[{'embedding':'zczMPQ=='}],'usage':{}}");
        QCOMPARE(q(*kOpenAi.passReply(coded, test::json("{'encoding_format':'base64'}"))), q(coded));
        QCOMPARE(q(*kOpenAi.passReply(coded, test::json("{'input':'a'}"))), q(test::json("{'data':[{'embedding':[0.1]}],'usage':{}}")));
        QCOMPARE(q(*kOllama.passReply("{ }", "{}")), q("{ }"));
    }

    void retargets()
    {
        QCOMPARE(q(*kOllama.retarget(test::json("{ 'model':'a', 'input':'x'}"), target())), q(test::json("{ 'model':'target', 'input':'x'}")));
        QCOMPARE(q(*kGemini.retarget(test::json("{'requests':[ {'model':'models/a','content':{'model':'models/a'}},{'content':{}} ]}"),
                                     target())),
                 q(test::json("{'requests':[ {'model':'models/target','content':{'model':'models/a'}},{'content':{}} ]}")));
        QCOMPARE(q(*kGemini.retarget(test::json("{'model':'models/a','content':{}}"), target())),
                 q(test::json("{'model':'models/target','content':{}}")));
        QCOMPARE(q(kGemini.path(target("embedContent"))), q("/models/target:embedContent"));
        QCOMPARE(q(kGemini.path(target("batchEmbedContents"))), q("/models/target:batchEmbedContents"));
        QCOMPARE(q(kGemini.path(target())), q("/models/target:batchEmbedContents"));
    }

    void facts()
    {
        const auto gemini = kGemini.facts(kRequests.at(q("gemini")));
        QCOMPARE(q(gemini->promptText), q("a\nb"));
        const auto ollama = kOllama.facts(test::json("{'model':'m','input':['1234','5678'],'stream':true}"));
        QCOMPARE(q(ollama->model), q("m"));
        QCOMPARE(ollama->inputTokensEstimate, 4);
        QVERIFY(!ollama->stream);
        QVERIFY(!kCohere.facts("{}"));
    }

    void bigBatchesAreLinear_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        for (const auto &[from, reply] : kReplies)
            QTest::addRow("%s to openai", qPrintable(from)) << from << q("openai");
        QTest::addRow("openai to gemini") << q("openai") << q("gemini");
    }
    /// 2048 inputs are the most that OpenAI takes at once; 16 times the work may not take 64 times as long.
    void bigBatchesAreLinear()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        const auto spent = [&](std::size_t inputs) {
            EmbeddingsReply made;
            std::string vector = "[0.012345678";
            for (int i = 1; i < 64; ++i)
                vector += ",-0.098765432";
            made.vectors.assign(inputs, vector + "]");
            const std::string body = kFormats.at(from)->writeReply(made, {});
            const std::clock_t start = std::clock(); // the processor's time: others may be busy
            const auto reply = kFormats.at(from)->readReply(body);
            const std::string out = reply ? kFormats.at(to)->writeReply(*reply, {}) : std::string();
            const auto took = static_cast<long>(std::clock() - start);
            return out.size() > inputs * vector.size() / 2 ? std::max(took, 1L) : -1L;
        };
        (void)spent(128); // warms the parser's memory
        const long few = spent(128);
        const long many = spent(2048);
        QVERIFY(few > 0 && many > 0);
        QVERIFY2(many < few * 64, qPrintable(QStringLiteral("%1 and %2 ticks").arg(few).arg(many)));
    }
};

QTEST_GUILESS_MAIN(TestEmbeddings)
#include "tst_embeddings.moc"
