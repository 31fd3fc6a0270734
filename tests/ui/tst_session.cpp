// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_edit.h"
#include "line_changes.h"
#include "session.h"

#include <QSignalSpy>
#include <QtTest>

using namespace pm;
using namespace pm::ui;

namespace {

const std::string kText = "server:\n  port: 8080   # ours\n\ntraces:\n  bodies: full\n";

/// A gateway that only remembers texts.
struct Memory
{
    std::string text = kText;
    int applies = 0;
    bool refuses = false;

    SessionActions actions()
    {
        return {[this] { return text; }, [](const std::string &draft) { return config::load(draft, {}, {}); },
                [this](const std::string &draft) -> Result<void> {
                    if (refuses)
                        return fail(ErrorKind::Storage, "disk full");
                    ++applies;
                    text = draft;
                    return {};
                }};
    }
};

Session::Edit portEdit(const char *port)
{
    return [port](std::string_view text) { return config::setValue(text, "server.port", port); };
}

} // namespace

class TestSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsChangesByPlace_data();
    void countsChangesByPlace();
    void changedLinesAreNumbered();
    void editIsOneStepOfUndo();
    void typingWithinABurstIsOneStep();
    void checkComesAfterTheLastChange();
    void appliesAndUndoesTheApply();
    void failedApplyKeepsTheDraft();
    void brokenDraftIsNotApplied();
    void wrongValueLeavesTextReadable();
    void revertCanBeUndone();
    void fileChangeWithoutDraftIsTaken();
    void fileChangeUnderDraftIsAConflict();
};

void TestSession::countsChangesByPlace_data()
{
    QTest::addColumn<QByteArray>("after");
    QTest::addColumn<int>("changes");
    QTest::newRow("same text") << QByteArray("a\nb\nc\nd\ne\n") << 0;
    QTest::newRow("one line") << QByteArray("a\nX\nc\nd\ne\n") << 1;
    QTest::newRow("two neighbours are one place") << QByteArray("a\nX\nY\nd\ne\n") << 1;
    QTest::newRow("two apart") << QByteArray("X\nb\nc\nd\nY\n") << 2;
    QTest::newRow("insertion and removal") << QByteArray("a\nnew\nb\nc\ne\n") << 2;
    QTest::newRow("all gone") << QByteArray() << 1;
}

void TestSession::countsChangesByPlace()
{
    QFETCH(QByteArray, after);
    QFETCH(int, changes);
    QCOMPARE(countLineChanges("a\nb\nc\nd\ne\n", after.toStdString()), changes);
}

void TestSession::changedLinesAreNumbered()
{
    const LineChanges changes = lineChanges("a\nb\nc\nd\n", "a\nx\nc\nd\ne\n");
    QCOMPARE(changes.removed, (std::vector<int>{1}));
    QCOMPARE(changes.added, (std::vector<int>{1, 4}));
    QVERIFY(lineChanges("a\n", "a\n").added.empty());
    const LineChanges grown = lineChanges("", "a\nb\n");
    QVERIFY(grown.removed.empty());
    QCOMPARE(grown.added, (std::vector<int>{0, 1}));
    std::string before;
    std::string after;
    for (int i = 0; i < 3'000; ++i) {
        before += 'a' + std::to_string(i) + '\n';
        after += 'b' + std::to_string(i) + '\n';
    }
    QVERIFY2(lineChanges(before, after).added.empty(), "too large to compare");
}

void TestSession::editIsOneStepOfUndo()
{
    Memory memory;
    Session session(memory.actions());
    QVERIFY(session.edit(portEdit("9000")));
    QVERIFY(session.edit(portEdit("9001")));
    QCOMPARE(session.changes(), 1);
    session.undo();
    QVERIFY(session.draft().find("port: 9000   # ours") != std::string::npos);
    session.undo();
    QCOMPARE(session.draft(), kText);
    QVERIFY(!session.canUndo());
    session.redo();
    session.redo();
    QVERIFY(session.draft().find("9001") != std::string::npos);
    QVERIFY(!session.canRedo());
}

void TestSession::typingWithinABurstIsOneStep()
{
    Memory memory;
    Session session(memory.actions());
    session.type(kText + "#");
    session.type(kText + "# h");
    session.type(kText + "# hi");
    QSignalSpy checked(&session, &Session::problemsChanged);
    QVERIFY(checked.wait());
    session.type(kText + "# hi there");
    session.undo();
    QCOMPARE(session.draft(), kText + "# hi");
    session.undo();
    QCOMPARE(session.draft(), kText);
}

void TestSession::checkComesAfterTheLastChange()
{
    Memory memory;
    Session session(memory.actions());
    QSignalSpy checked(&session, &Session::problemsChanged);
    session.type(kText + "nonsense: 1\n");
    QVERIFY(session.isCheckPending());
    QVERIFY(session.problems().empty());
    QVERIFY(checked.wait());
    QCOMPARE(checked.size(), 1);
    QCOMPARE(session.problems().size(), std::size_t(1));
    QCOMPARE(session.problems().front().line, 6);
    QVERIFY(!session.isUsable());
}

void TestSession::appliesAndUndoesTheApply()
{
    Memory memory;
    Session session(memory.actions());
    QSignalSpy applied(&session, &Session::appliedChanged);
    QVERIFY(session.edit(portEdit("9000")));
    QVERIFY(session.apply());
    QCOMPARE(applied.size(), 1);
    QVERIFY(memory.text.find("9000") != std::string::npos);
    QVERIFY(!session.isChanged());
    QVERIFY(session.canUndoApply());
    QVERIFY(session.undoApply());
    QCOMPARE(memory.text, kText);
    QCOMPARE(session.draft(), kText);
    QVERIFY(!session.canUndoApply());
    session.undo();
    QVERIFY(session.draft().find("9000") != std::string::npos);
}

void TestSession::failedApplyKeepsTheDraft()
{
    Memory memory;
    memory.refuses = true;
    Session session(memory.actions());
    QVERIFY(session.edit(portEdit("9000")));
    const Result<void> done = session.apply();
    QVERIFY(!done);
    QCOMPARE(done.error().message, std::string("disk full"));
    QVERIFY(session.isChanged());
    QVERIFY(!session.canUndoApply());
}

void TestSession::brokenDraftIsNotApplied()
{
    Memory memory;
    Session session(memory.actions());
    session.type("server: {port: 80\n");
    const Result<void> done = session.apply();
    QVERIFY(!done);
    QCOMPARE(done.error().kind, ErrorKind::Config);
    QCOMPARE(memory.applies, 0);
    QVERIFY(!session.isReadable());
}

void TestSession::wrongValueLeavesTextReadable()
{
    Memory memory;
    Session session(memory.actions());
    QVERIFY(session.edit(portEdit("many")));
    QVERIFY(!session.isUsable());
    QVERIFY(session.isReadable());
}

void TestSession::revertCanBeUndone()
{
    Memory memory;
    Session session(memory.actions());
    QVERIFY(session.edit(portEdit("9000")));
    session.revert();
    QCOMPARE(session.draft(), kText);
    session.undo();
    QVERIFY(session.draft().find("9000") != std::string::npos);
}

void TestSession::fileChangeWithoutDraftIsTaken()
{
    Memory memory;
    Session session(memory.actions());
    QSignalSpy conflict(&session, &Session::conflict);
    memory.text = "server:\n  port: 1\n";
    session.noteApplied();
    QCOMPARE(session.draft(), memory.text);
    QVERIFY(conflict.isEmpty());
}

void TestSession::fileChangeUnderDraftIsAConflict()
{
    Memory memory;
    Session session(memory.actions());
    QVERIFY(session.edit(portEdit("9000")));
    const std::string mine = session.draft();
    QSignalSpy conflict(&session, &Session::conflict);
    memory.text = "server:\n  port: 1\n";
    session.noteApplied();
    QCOMPARE(conflict.size(), 1);
    QVERIFY(session.hasConflict());
    QCOMPARE(session.draft(), mine);
    session.revert();
    QVERIFY(!session.hasConflict());
    QCOMPARE(session.draft(), memory.text);
}

QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
