// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/background_thread.h"

#include <QtGlobal>

#include <pthread.h>

#ifdef Q_OS_LINUX
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include <cstdint>

namespace pm {

#ifdef Q_OS_LINUX
namespace {

/// As sched_setattr(2) wants it; glibc has it from 2.41 on, and the kernel's header clashes with glibc's.
struct SchedulingAttributes
{
    std::uint32_t size = sizeof(SchedulingAttributes);
    std::uint32_t policy = 0;
    std::uint64_t flags = 0;
    std::int32_t nice = 0;
    std::uint32_t priority = 0;
    std::uint64_t runtime = 0;
    std::uint64_t deadline = 0;
    std::uint64_t period = 0;
};

} // namespace
#endif

void becomeBackgroundThread(const char *name)
{
#ifdef Q_OS_LINUX
    pthread_setname_np(pthread_self(), name);
    SchedulingAttributes attributes;
    attributes.policy = SCHED_BATCH;
    attributes.nice = ::getpriority(PRIO_PROCESS, 0); // as it is
    attributes.runtime = 20'000'000;                  // nanoseconds; the usual turn is up to 3 ms
    ::syscall(SYS_sched_setattr, 0, &attributes, 0U); // refused in some sandboxes: then it is an ordinary thread
#elif defined(Q_OS_MACOS)
    pthread_setname_np(name);
#else
    Q_UNUSED(name);
#endif
}

} // namespace pm
