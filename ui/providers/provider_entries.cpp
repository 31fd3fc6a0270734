// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/provider_entries.h"

#include "format.h"
#include "providers/key_text.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("pm::ui::ProviderEntries", text);
}

QString figuresOf(const ProviderStatus &provider)
{
    QStringList parts;
    if (provider.latencyMs)
        parts.append(durationText(std::int64_t(*provider.latencyMs * 1'000)));
    if (provider.models > 0)
        parts.append(provider.models == 1 ? tr("1 model") : tr("%1 models").arg(provider.models));
    return parts.join(u" · "_s);
}

EntryList::Entry entryOf(const ProviderStatus &provider)
{
    EntryList::Entry entry;
    entry.id = fromUtf8(provider.name);
    entry.title = provider.title.empty() ? entry.id : fromUtf8(provider.title);
    entry.about =
        provider.key == ProviderStatus::Key::NotNeeded ? tr("needs no key") : keyText(provider).text;
    entry.figures = figuresOf(provider);
    entry.spoken = u"%1, %2, %3"_s.arg(entry.title, pm::ui::healthName(provider.health), entry.about);
    entry.toolTip = healthPhrase(provider.health, provider.healthText);
    entry.dot = providerColour(entry.id, fromUtf8(provider.colour));
    entry.state = healthSign(provider.health);
    entry.isMuted = !isInUse(provider);
    return entry;
}

} // namespace

bool isInUse(const ProviderStatus &provider)
{
    return provider.isConfigured || provider.key == ProviderStatus::Key::Present ||
           (provider.isLocal && provider.isReachable) || provider.isDemo;
}

QList<EntryList::Entry> providerEntries(const std::vector<ProviderStatus> &providers)
{
    std::vector<ProviderStatus> sorted = providers;
    std::stable_partition(sorted.begin(), sorted.end(), isInUse);
    QList<EntryList::Entry> entries;
    for (const ProviderStatus &provider : sorted)
        entries.append(entryOf(provider));
    return entries;
}

} // namespace pm::ui
