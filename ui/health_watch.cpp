// SPDX-License-Identifier: GPL-3.0-or-later
#include "health_watch.h"

#include "format.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

constexpr qint64 kQuietMs = 60'000; ///< a provider that flaps is no news each time

} // namespace

HealthWatch::HealthWatch(const Source &source, QObject *parent)
    : QObject(parent)
    , m_source(source)
{
    connect(&m_timer, &QTimer::timeout, this, &HealthWatch::look);
    connect(source.changes.get(), &SourceChanges::status, this, &HealthWatch::look); // another router may be active
}

void HealthWatch::start(std::chrono::milliseconds interval)
{
    look();
    m_timer.start(interval);
}

void HealthWatch::look()
{
    lookAtProviders();
    lookAtRouter();
}

void HealthWatch::lookAtProviders()
{
    for (const ProviderStatus &provider : m_source.providers()) {
        const bool isDown = provider.health == ProviderStatus::Health::Unhealthy;
        const auto [entry, isNew] = m_seen.try_emplace(provider.name);
        Seen &seen = entry->second;
        if (isNew && !isDown)
            continue; // as it should be
        if (isDown != seen.isDown) {
            seen.isDown = isDown;
            seen.isTold = !seen.isTold; // back before it was told: no news either
        }
        if (seen.isTold || (seen.told.isValid() && seen.told.elapsed() < kQuietMs))
            continue;
        seen.isTold = true;
        seen.told.start();
        const QString title = fromUtf8(provider.title.empty() ? provider.name : provider.title);
        if (isDown)
            Q_EMIT opened(title, fromUtf8(provider.lastError.empty() ? provider.healthText : provider.lastError));
        else
            Q_EMIT closed(title);
    }
}

void HealthWatch::lookAtRouter()
{
    Degree degree = Degree::Sound;
    QString words;
    for (const RouterStatus &router : m_source.routers()) {
        if (!router.isActive || router.list.empty())
            continue;
        const auto isDown = [](const RouterStatus::Target &target) {
            return target.state == ProviderStatus::Health::Unhealthy || target.state == ProviderStatus::Health::Unconfigured;
        };
        const auto down = std::count_if(router.list.begin(), router.list.end(), isDown);
        const auto sick = std::find_if(router.list.begin(), router.list.end(), [](const RouterStatus::Target &target) {
            return target.state == ProviderStatus::Health::Unhealthy;
        });
        if (sick != router.list.end())
            words = tr("%1: %2").arg(fromUtf8(sick->label), fromUtf8(sick->health));
        if (down == static_cast<std::ptrdiff_t>(router.list.size()))
            degree = Degree::Down;
        else if (sick != router.list.end())
            degree = Degree::Impaired;
        if (degree == Degree::Down && words.isEmpty())
            words = tr("no target of %1 has a key").arg(fromUtf8(router.name));
    }
    const bool isNews = degree != m_degree || words != m_words;
    m_degree = degree;
    m_words = words;
    if (isNews)
        Q_EMIT degreeChanged();
}

} // namespace pm::ui

#include "moc_health_watch.cpp"
