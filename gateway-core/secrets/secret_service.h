// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

#include <functional>

namespace pm::secrets {

/// Where the desktop's keyring has an item. QtKeychain reads a locked item as "not found" and says that it deleted one
/// which is still there, so the keyring itself is asked.
enum class Presence {
    Unknown,   ///< there is nobody to ask here (macOS, Windows, KWallet): go by what QtKeychain says
    NoService, ///< no session bus, or no Secret Service on it
    Absent,
    Locked,
    Unlocked,
};

/// Asks the Secret Service (freedesktop.org) by D-Bus for the item of `server` and `user`, without a prompt. `found` is
/// called once, from the event loop of this thread, and not any more when `context` is gone. There is no time limit: the
/// caller has one.
void searchItem(QObject *context, const QString &server, const QString &user, std::function<void(Presence)> found);

} // namespace pm::secrets
