// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/send_queue.h"

#include <QTest>

#include <array>

using namespace pm::http;

namespace {

std::string_view view(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

/// Takes the queue's bytes as a kernel that takes at most `most` of them at a time.
QByteArray drain(SendQueue &queue, std::size_t most)
{
    QByteArray all;
    std::array<std::string_view, 4> pieces;
    while (!queue.isEmpty()) {
        std::size_t room = most;
        const std::size_t count = queue.front(pieces.data(), pieces.size());
        for (std::size_t i = 0; i < count && room > 0; ++i) {
            const std::string_view taken = pieces[i].substr(0, room);
            all.append(taken.data(), static_cast<qsizetype>(taken.size()));
            room -= taken.size();
        }
        queue.drop(most - room);
    }
    return all;
}

} // namespace

class TestSendQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bytesLeaveInOrder_data()
    {
        QTest::addColumn<int>("most");
        for (const int most : {1, 2, 7, 1000, 16 * 1024, 1 << 20})
            QTest::addRow("%d at a time", most) << most;
    }
    void bytesLeaveInOrder()
    {
        QFETCH(int, most);
        SendQueue queue;
        QByteArray expected;
        for (int round = 0; round < 3; ++round) {
            expected.clear();
            for (int i = 0; i < 40; ++i) {
                const QByteArray piece(i % 10 == 9 ? 20'000 : i, char('a' + i % 26));
                expected += piece;
                if (i % 3 == 0)
                    queue.share(piece);
                else
                    queue.add(view(piece));
            }
            QCOMPARE(queue.size(), std::size_t(expected.size()));
            QCOMPARE(drain(queue, std::size_t(most)), expected);
            QCOMPARE(queue.size(), std::size_t(0));
        }
    }

    void smallPiecesAreJoined()
    {
        SendQueue queue;
        for (int i = 0; i < 100; ++i)
            queue.add("data: x\n\n");
        std::array<std::string_view, 4> pieces;
        QCOMPARE(queue.front(pieces.data(), pieces.size()), std::size_t(1));
        QCOMPARE(pieces[0].size(), std::size_t(900));
    }

    void largePiecesAreShared()
    {
        SendQueue queue;
        const QByteArray large(100'000, 'x');
        queue.add("head");
        queue.share(large);
        queue.add("tail"); // must not be written into what others hold
        std::array<std::string_view, 4> pieces;
        QCOMPARE(queue.front(pieces.data(), pieces.size()), std::size_t(3));
        QCOMPARE(static_cast<const void *>(pieces[1].data()), static_cast<const void *>(large.constData()));
        QCOMPARE(large.size(), 100'000);
    }

    /// A reader that is always a little behind: what was sent does not stay.
    void queueThatNeverEmptiesDoesNotGrow()
    {
        SendQueue queue;
        const QByteArray piece(20'000, 'x');
        std::array<std::string_view, 4> pieces;
        queue.share(piece);
        for (int i = 0; i < 10'000; ++i) {
            queue.share(piece);
            QVERIFY(queue.front(pieces.data(), pieces.size()) >= 2);
            queue.drop(20'000);
        }
        QCOMPARE(queue.size(), std::size_t(20'000));
    }

    void clearForgetsAll()
    {
        SendQueue queue;
        queue.add("abc");
        queue.share(QByteArray(20'000, 'x'));
        queue.clear();
        std::array<std::string_view, 4> pieces;
        QVERIFY(queue.isEmpty());
        QCOMPARE(queue.front(pieces.data(), pieces.size()), std::size_t(0));
        queue.add("next");
        QCOMPARE(queue.front(pieces.data(), pieces.size()), std::size_t(1));
        QCOMPARE(QByteArray(pieces[0].data(), qsizetype(pieces[0].size())), QByteArray("next"));
    }
};

QTEST_GUILESS_MAIN(TestSendQueue)
#include "tst_send_queue.moc"
