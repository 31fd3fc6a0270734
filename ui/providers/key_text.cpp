// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/key_text.h"

#include "format.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("pm::ui::KeyText", text);
}

} // namespace

KeyText keyText(const ProviderStatus &provider)
{
    switch (provider.key) {
    case ProviderStatus::Key::NotNeeded:
        return {provider.isDemo ? tr("needs no key: it is built in and uses no network") : tr("needs no key"),
                {},
                Tone::Muted};
    case ProviderStatus::Key::Present: {
        QString text = tr("set");
        if (!provider.keySource.empty())
            text += u" · "_s + fromUtf8(provider.keySource);
        if (!provider.keyMasked.empty())
            text += u' ' + fromUtf8(provider.keyMasked);
        return {text, {}, Tone::Normal};
    }
    case ProviderStatus::Key::Missing:
        return {tr("no key"),
                provider.keyPage.empty() ? QString() : tr("Get one at the provider and paste it below."),
                Tone::Muted};
    case ProviderStatus::Key::Locked:
        return {tr("keyring locked"), keyRemedy(ErrorKind::KeyringLocked), Tone::Warn};
    case ProviderStatus::Key::Error:
        return {provider.keyProblem.empty() ? tr("the key could not be read") : fromUtf8(provider.keyProblem),
                tr("Set the key anew, or mend what the message says."), Tone::Bad};
    }
    return {};
}

QString keyRemedy(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::KeyringLocked:
        return tr(
            "Unlock the login keyring (log in again, or open your passwords application), then try again.");
    case ErrorKind::KeyringMissing:
        return tr("No usable keyring: install gnome-keyring or KWallet and log in again, or put the key into "
                  "an environment "
                  "variable or a file and name it in the configuration (api-key: env:NAME or file:/path).");
    case ErrorKind::ProviderKeyMissing:
    case ErrorKind::SecretNotFound:
        return tr("Set a key first.");
    case ErrorKind::UpstreamAuth:
    case ErrorKind::Unauthorized:
    case ErrorKind::Forbidden:
        return tr("The provider refused this key: paste another one, or make one on its key page.");
    case ErrorKind::QuotaExhausted:
        return tr("The key works, but its account has no credit left.");
    case ErrorKind::RateLimited:
        return tr("The key works; the provider asks to wait. Try again in a minute.");
    case ErrorKind::ConnectFailed:
    case ErrorKind::UpstreamTimeout:
        return tr("The provider cannot be reached from here: look at the base URL and the network.");
    default:
        return {};
    }
}

} // namespace pm::ui
