// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace pm {

/// Marks the calling thread as one whose work can wait a few milliseconds: it gets its fair share of the processor,
/// but in long turns that whoever is waking up may interrupt. So a request does not wait for a batch of traces on
/// a machine with few cores. Linux 6.12 and later heed the length of turns (sched(7), EEVDF), earlier ones SCHED_BATCH
/// alone; elsewhere it only names the thread. `name` is what top and debuggers show, at most 15 bytes.
void becomeBackgroundThread(const char *name);

} // namespace pm
