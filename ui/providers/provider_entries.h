// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway.h"
#include "widgets/entry_list.h"

namespace pm::ui {

/// The providers for a list: health, colour, name, key, models, latency. Those that are in use come first.
QList<EntryList::Entry> providerEntries(const std::vector<ProviderStatus> &providers);

/// In use: named in the configuration, with a key, local and there, or the demo.
bool isInUse(const ProviderStatus &provider);

} // namespace pm::ui
