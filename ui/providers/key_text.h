// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway.h"
#include "widgets/line.h"

namespace pm::ui {

/// How the window speaks of a provider's key.
struct KeyText
{
    QString text;   ///< "set · keychain ••••c9f2", "no key", "keyring locked"
    QString remedy; ///< empty when there is nothing to do
    Tone tone = Tone::Normal;
};

KeyText keyText(const ProviderStatus &provider);

/// The remedy for what a key action ended with; empty when the message says it all.
QString keyRemedy(ErrorKind kind);

} // namespace pm::ui
