// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/response_store.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <thread>

using namespace pm;

namespace {

StoredResponse answer(const std::string &id, std::int64_t created = 1000, const std::string &owner = {})
{
    StoredResponse made;
    made.id = id;
    made.owner = owner;
    made.createdAt = created;
    made.input = R"([{"type":"message","id":"in_)" + id + R"(","role":"user","content":"hi"}])";
    made.response = R"({"id":")" + id + R"(","output":[{"type":"message","id":"out_)" + id + R"("}]})";
    return made;
}

ResponseStore::Options options(const QTemporaryDir &folder, std::int64_t now = 1000)
{
    ResponseStore::Options made;
    made.path = folder.filePath(QStringLiteral("deep/responses.db")).toStdString();
    made.now = [now] { return now; };
    return made;
}

} // namespace

class TestResponseStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsByIdAndByItem()
    {
        ResponseStore store({.now = [] { return std::int64_t(1000); }});
        store.put(answer("resp_a"), true);
        QVERIFY(store.find("resp_a", ""));
        QVERIFY(!store.find("resp_b", ""));
        for (const char *item : {"in_resp_a", "out_resp_a"}) {
            const auto found = store.findByItem(item, "");
            QVERIFY2(found && found->id == "resp_a", item);
        }
        QVERIFY(store.remove("resp_a", ""));
        QVERIFY(!store.remove("resp_a", ""));
        QVERIFY(!store.findByItem("out_resp_a", ""));
        QCOMPARE(store.bytes(), std::size_t(0));
    }

    void anothersAnswersAreNotThere()
    {
        ResponseStore store({.now = [] { return std::int64_t(1000); }});
        store.put(answer("resp_a", 1000, "ann"), true);
        QVERIFY(!store.find("resp_a", "bob"));
        QVERIFY(!store.findByItem("out_resp_a", "bob"));
        QVERIFY(!store.remove("resp_a", "bob"));
        QVERIFY(store.find("resp_a", "ann"));
    }

    void survivesARestart()
    {
        const QTemporaryDir folder;
        {
            ResponseStore store(options(folder));
            QCOMPARE(store.problem(), std::string());
            store.put(answer("resp_a", 1000, "ann"), true);
            store.put(answer("resp_gone"), true);
            store.put(answer("resp_secret"), false);
            QVERIFY(store.remove("resp_gone", ""));
        }
        ResponseStore again(options(folder));
        const auto found = again.find("resp_a", "ann");
        QVERIFY(found);
        const StoredResponse expected = answer("resp_a", 1000, "ann");
        QCOMPARE(found->response, expected.response);
        QCOMPARE(found->input, expected.input);
        QCOMPARE(again.count(), std::size_t(1));
        const auto permissions = QFile::permissions(folder.filePath(QStringLiteral("deep/responses.db")));
        QVERIFY(!(permissions & (QFile::ReadGroup | QFile::ReadOther)));
    }

    void forgetsTheLeastUsedWhenFull()
    {
        const QTemporaryDir folder;
        ResponseStore::Options small = options(folder);
        small.maxBytes = answer("resp_a").bytes() * 3;
        {
            ResponseStore store(small);
            for (const char *id : {"resp_a", "resp_b", "resp_c"})
                store.put(answer(id), true);
            QVERIFY(store.flush(std::chrono::seconds(10)));
            QVERIFY(store.find("resp_a", "")); // used again, so that b is the one to go
            store.put(answer("resp_d"), true);
            QVERIFY(!store.find("resp_b", ""));
            QVERIFY(store.find("resp_a", ""));
            QVERIFY(store.bytes() <= small.maxBytes);
            QVERIFY(store.flush(std::chrono::seconds(10)));
        }
        ResponseStore again(small);
        QVERIFY(!again.find("resp_b", ""));
        QVERIFY(again.find("resp_d", ""));
    }

    void refusesWhatIsTooLarge()
    {
        ResponseStore store({.maxEntryBytes = 64, .now = [] { return std::int64_t(1000); }});
        store.put(answer("resp_a"), true);
        QCOMPARE(store.count(), std::size_t(0));
    }

    void forgetsWhatIsTooOld()
    {
        const QTemporaryDir folder;
        {
            ResponseStore store(options(folder));
            store.put(answer("resp_a", 1000), true);
        }
        ResponseStore later(options(folder, 1000 + 31LL * 24 * 3600));
        QVERIFY(!later.find("resp_a", ""));
        QCOMPARE(later.count(), std::size_t(0));
    }

    void memoryServesWhenTheDiskRefuses()
    {
        const QTemporaryDir folder;
        QVERIFY(QFile(folder.filePath(QStringLiteral("deep"))).open(QIODevice::WriteOnly)); // a file in the folder's place
        ResponseStore store(options(folder));
        QVERIFY(!store.problem().empty());
        store.put(answer("resp_a"), true);
        QVERIFY(store.find("resp_a", ""));
        QVERIFY(store.flush(std::chrono::seconds(10)));
    }

    void aDamagedFileIsBegunAnew()
    {
        const QTemporaryDir folder;
        QVERIFY(QDir(folder.path()).mkdir(QStringLiteral("deep")));
        QFile file(folder.filePath(QStringLiteral("deep/responses.db")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(8192, 'x'));
        file.close();
        {
            ResponseStore store(options(folder));
            QCOMPARE(store.problem(), std::string());
            store.put(answer("resp_a"), true);
        }
        QVERIFY(ResponseStore(options(folder)).find("resp_a", ""));
    }

    void threadsShareIt()
    {
        ResponseStore store({.maxBytes = 20'000, .now = [] { return std::int64_t(1000); }});
        std::vector<std::thread> threads;
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([&store, thread] {
                for (int i = 0; i < 200; ++i) {
                    const std::string id = "resp_" + std::to_string(thread) + "_" + std::to_string(i);
                    store.put(answer(id), true);
                    (void)store.findByItem("out_" + id, "");
                    if (i % 3 == 0)
                        store.remove(id, "");
                }
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QVERIFY(store.bytes() <= 20'000);
        QVERIFY(store.count() > 0);
    }
};

QTEST_GUILESS_MAIN(TestResponseStore)
#include "tst_response_store.moc"
