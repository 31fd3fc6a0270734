// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/state_file.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

using namespace pm;

namespace {

QString textOf(const SavedState &state)
{
    return QString::fromStdString(state.activeRouter.value_or("(unset)")) + QStringLiteral(" %1").arg(state.keysChangedAt);
}

} // namespace

class TestStateFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void thereAndBack_data()
    {
        QTest::addColumn<bool>("hasRouter");
        QTest::addColumn<QString>("router");
        QTest::addColumn<qint64>("changedAt");
        QTest::newRow("router and time") << true << QStringLiteral("main") << qint64(1'772'366'400'000'000);
        QTest::newRow("no router chosen") << false << QString() << qint64(5);
        QTest::newRow("none chosen on purpose") << true << QString() << qint64(0);
        QTest::newRow("odd letters") << true << QStringLiteral("a\"b\\c\n\u00e4") << qint64(-1);
    }
    void thereAndBack()
    {
        QFETCH(bool, hasRouter);
        QFETCH(QString, router);
        QFETCH(qint64, changedAt);
        QTemporaryDir dir;
        const std::string data = dir.filePath(QStringLiteral("not/yet/there")).toStdString();
        SavedState state;
        if (hasRouter)
            state.activeRouter = router.toStdString();
        state.keysChangedAt = changedAt;
        QVERIFY(writeState(data, state));
        QCOMPARE(textOf(readState(data)), textOf(state));
        QCOMPARE(readState(data).activeRouter.has_value(), hasRouter);
        QVERIFY(writeState(data, SavedState()));
        QCOMPARE(textOf(readState(data)), QStringLiteral("(unset) 0"));
    }

    void whatIsInTheFile_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("state");
        const auto row = [](const char *what, const QByteArray &bytes, const char *state) {
            QTest::newRow(what) << bytes << QString::fromLatin1(state);
        };
        row("empty", "", "(unset) 0");
        row("no JSON", "active-router: main", "(unset) 0");
        row("cut", "{\"active-router\":\"ma", "(unset) 0");
        row("a list", "[1]", "(unset) 0");
        row("members of later versions", "{\"new\":[1],\"active-router\":\"main\"}", "main 0");
        row("members of the wrong type", "{\"active-router\":7,\"keys-changed-at\":\"x\"}", "(unset) 0");
        row("null", "{\"active-router\":null,\"keys-changed-at\":3}", "(unset) 3");
        row("far too large", "{\"active-router\":\"" + QByteArray(70'000, 'x') + "\"}", "(unset) 0");
    }
    void whatIsInTheFile()
    {
        QFETCH(QByteArray, bytes);
        QTemporaryDir dir;
        QFile file(QString::fromStdString(statePath(dir.path().toStdString())));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
        file.close();
        QTEST(textOf(readState(dir.path().toStdString())), "state");
    }

    void nothingIsThereYet()
    {
        QTemporaryDir dir;
        QCOMPARE(textOf(readState(dir.path().toStdString())), QStringLiteral("(unset) 0"));
    }

    void withoutADataDirectoryNothingIsKept()
    {
        QVERIFY(writeState("", {std::string("main"), 5}));
        QCOMPARE(textOf(readState("")), QStringLiteral("(unset) 0"));
        QVERIFY(!QFileInfo::exists(QStringLiteral("/state.json")));
    }

    void aPlaceThatCannotBeWritten()
    {
        QTemporaryDir dir;
        QFile file(dir.filePath(QStringLiteral("file")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const auto written = writeState(file.fileName().toStdString() + "/below", {});
        QVERIFY(!written);
        QCOMPARE(written.error().kind, ErrorKind::Storage);
        QVERIFY2(written.error().message.find("state.json") != std::string::npos, written.error().message.c_str());
    }

    void theDefaultPlace()
    {
        qputenv("XDG_STATE_HOME", "/x/state");
        QCOMPARE(QString::fromStdString(defaultDataDir()), QStringLiteral("/x/state/pointsman"));
        qputenv("HOME", "/home/of/someone");
        qunsetenv("XDG_STATE_HOME");
        QCOMPARE(QString::fromStdString(defaultDataDir()), QStringLiteral("/home/of/someone/.local/state/pointsman"));
    }
};

QTEST_GUILESS_MAIN(TestStateFile)
#include "tst_state_file.moc"
