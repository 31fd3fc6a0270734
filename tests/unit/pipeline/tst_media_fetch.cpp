// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/media_fetch.h"

#include <QTest>

using namespace pm;

namespace {

/// Keeps what it is asked; the test plays the network.
class ToldUpstream final : public http::Upstream
{
public:
    struct Call final : http::UpstreamCall
    {
        explicit Call(int &open)
            : m_open(open)
        {
            ++m_open;
        }
        ~Call() override { --m_open; }
        void pause() override {}
        void resume() override {}
        http::PhaseTimes phases() const override { return {}; }
        long long bytesReceived() const override { return 0; }
        int &m_open;
    };
    std::unique_ptr<http::UpstreamCall> start(http::UpstreamRequest request, http::UpstreamCallbacks callbacks) override
    {
        requests.push_back(std::move(request));
        answers.push_back(std::move(callbacks));
        return std::make_unique<Call>(open);
    }
    void answer(std::size_t i, int status, const char *type, std::string_view body)
    {
        const http::UpstreamCallbacks told = answers[i]; // ending a call may take its callbacks away
        http::UpstreamHead head;
        head.status = status;
        head.headers = {{"content-type", type}};
        told.onHead(head);
        if (!body.empty())
            told.onData(body);
        told.onDone({});
    }

    std::vector<http::UpstreamRequest> requests;
    std::vector<http::UpstreamCallbacks> answers;
    int open = 0;
};

Part image(const char *url)
{
    return {ImagePart{{MediaSource::Kind::Url, {}, url}, {}}, {}};
}

ChatRequest asked(std::vector<Part> parts)
{
    ChatRequest request;
    request.messages = {{Role::User, {{TextPart{"look"}, {}}}, false, {}}, {Role::User, std::move(parts), false, {}}};
    return request;
}

QString q(const std::string &text)
{
    return QString::fromStdString(text);
}

} // namespace

class TestMediaFetch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_settings = {};
        m_ends.clear();
    }

    void findsWhatIsNamedByUrl()
    {
        Part result{ToolResultPart{"t", {image("https://a/2")}, false}, {}};
        Part document{DocumentPart{{MediaSource::Kind::Url, {}, "https://a/3"}, {}}, {}};
        Part inlined{ImagePart{{MediaSource::Kind::Base64, "image/png", "AAAA"}, {}}, {}};
        ChatRequest request = asked({image("https://a/1"), result, document, inlined, image("data:image/png;base64,AA")});
        QStringList found;
        for (const RemoteMedia &media : remoteMedia(request))
            found << q(media.place + " " + media.source->data);
        QCOMPARE(found.join(u'\n'), q("messages[1].content[0] https://a/1\n"
                                   "messages[1].content[1].content[0] https://a/2\n"
                                   "messages[1].content[2] https://a/3"));
    }

    void bytesTakeTheUrlsPlace()
    {
        ChatRequest request = asked({image("https://pics.example/1.png"), image("http://pics.example/2")});
        MediaFetch fetch(upstream(), m_settings);
        QVERIFY(start(fetch, request));
        QCOMPARE(m_told.requests.size(), std::size_t(2));
        QCOMPARE(q(m_told.requests[0].url), q("https://pics.example/1.png"));
        QVERIFY(m_told.requests[0].publicOnly && m_told.requests[0].method == "GET");
        m_told.answer(1, 200, "image/jpeg; q=1", "two");
        QVERIFY(m_ends.empty());
        m_told.answer(0, 200, "image/png", "one");
        QCOMPARE(m_ends, QStringList{q("ok")});
        QCOMPARE(m_told.open, 0);
        const auto &parts = request.messages[1].parts;
        QCOMPARE(parts[0].as<ImagePart>()->source, (MediaSource{MediaSource::Kind::Base64, "image/png", "b25l"}));
        QCOMPARE(parts[1].as<ImagePart>()->source, (MediaSource{MediaSource::Kind::Base64, "image/jpeg", "dHdv"}));
    }

    void failures_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("message");
        const QString start = QStringLiteral("messages[1].content[0]: the URL had to be fetched for this provider, and a ");
        QTest::newRow("missing") << 404 << QByteArray("text/html") << QByteArray("x") << start + QStringLiteral("answered 404");
        QTest::newRow("moved: it is not followed") << 302 << QByteArray("image/png") << QByteArray() << start + QStringLiteral("answered 302");
        QTest::newRow("a page") << 200 << QByteArray("text/html") << QByteArray("x")
                                << start + QStringLiteral("is \"text/html\", neither picture nor document");
        QTest::newRow("too large") << 200 << QByteArray("image/png") << QByteArray(2000, 'x')
                                   << start + QStringLiteral("is over media.max-size (1024 bytes)");
    }
    void failures()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, body);
        m_settings.maxSize = 1024;
        ChatRequest request = asked({image("https://a/1")});
        MediaFetch fetch(upstream(), m_settings);
        QVERIFY(start(fetch, request));
        m_told.answer(0, status, type, {body.constData(), std::size_t(body.size())});
        QCOMPARE(m_ends.size(), 1);
        QTEST(m_ends.front(), "message");
        QCOMPARE(m_told.open, 0);
        QCOMPARE(request.messages[1].parts[0].as<ImagePart>()->source.kind, MediaSource::Kind::Url);
    }

    void theFirstFailureEndsIt()
    {
        ChatRequest request = asked({image("https://a/1"), image("https://b/2")});
        MediaFetch fetch(upstream(), m_settings);
        QVERIFY(start(fetch, request));
        m_told.answers[1].onDone(fail(ErrorKind::ConnectFailed, "b stands at an address that is not public"));
        QCOMPARE(m_ends.size(), 1);
        m_told.answer(0, 200, "image/png", "one");
        QCOMPARE(m_ends.size(), 1);
    }

    void hostsThatMayStandAnywhere()
    {
        m_settings.allowHosts = {"intranet", "127.0.0.1"};
        ChatRequest request = asked({image("http://127.0.0.1:80/1"), image("https://Intranet/2"), image("http://intranet.evil/3")});
        MediaFetch fetch(upstream(), m_settings);
        QVERIFY(start(fetch, request));
        QVERIFY(!m_told.requests[0].publicOnly && !m_told.requests[1].publicOnly && m_told.requests[2].publicOnly);
    }

    void tooMany()
    {
        std::vector<Part> parts(MediaFetch::kMost + 1, image("https://a/1"));
        ChatRequest request = asked(std::move(parts));
        MediaFetch fetch(upstream(), m_settings);
        QVERIFY(!start(fetch, request));
        QVERIFY(m_told.requests.empty() && m_ends.empty());
    }

    void destroyingCancels()
    {
        ChatRequest request = asked({image("https://a/1")});
        {
            MediaFetch fetch(upstream(), m_settings);
            QVERIFY(start(fetch, request));
            QCOMPARE(m_told.open, 1);
        }
        QCOMPARE(m_told.open, 0);
        QVERIFY(m_ends.empty());
    }

private:
    http::Upstream &upstream()
    {
        m_told.requests.clear();
        m_told.answers.clear();
        return m_told;
    }
    bool start(MediaFetch &fetch, ChatRequest &request)
    {
        return fetch
            .start(remoteMedia(request),
                   [this](const Result<void> &result) { m_ends << (result ? q("ok") : q(result.error().message)); })
            .has_value();
    }

    ToldUpstream m_told;
    config::Media m_settings;
    QStringList m_ends;
};

QTEST_GUILESS_MAIN(TestMediaFetch)
#include "tst_media_fetch.moc"
