// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

class QObject;

namespace pm {

/// Runs `work` on the thread of `receiver`, from its event loop, which must run or come to run. Safe from any thread. The
/// work travels under a std::mutex of its own, so that what the caller did before happens before it, also in the eyes
/// of the thread sanitizer, which cannot look into Qt's queues. Dropped when the receiver dies first.
void postTo(QObject *receiver, std::function<void()> work);

/// The same, and waits until it is done. Never from the receiver's own thread.
void runOn(QObject *receiver, std::function<void()> work);

} // namespace pm
