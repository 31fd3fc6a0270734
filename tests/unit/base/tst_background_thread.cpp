// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/background_thread.h"

#include <QTest>

#include <array>
#include <pthread.h>
#include <sched.h>
#include <thread>

class TestBackgroundThread : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hasItsNameAndWaitsForOthers()
    {
#ifndef Q_OS_LINUX
        QSKIP("scheduling policies are Linux's");
#else
        std::array<char, 16> name{};
        int policy = -1;
        std::thread thread([&] {
            pm::becomeBackgroundThread("trace-store");
            pthread_getname_np(pthread_self(), name.data(), name.size());
            policy = ::sched_getscheduler(0);
        });
        thread.join();
        QCOMPARE(name.data(), "trace-store");
        if (policy == SCHED_OTHER)
            QSKIP("this sandbox refuses sched_setattr");
        QCOMPARE(policy, SCHED_BATCH);
        QCOMPARE(::sched_getscheduler(0), SCHED_OTHER);
#endif
    }
};

QTEST_GUILESS_MAIN(TestBackgroundThread)
#include "tst_background_thread.moc"
