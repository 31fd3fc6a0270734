// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "source.h"

#include <QElapsedTimer>
#include <QTimer>

#include <chrono>
#include <map>
#include <string>

namespace pm::ui {

/// Looks at the health of providers and of the active router now and then, and tells what turned. GUI thread.
class HealthWatch : public QObject
{
    Q_OBJECT

public:
    enum class Degree {
        Sound,
        Impaired, ///< some of the active router's targets cannot be asked now
        Down,     ///< none can
    };

    explicit HealthWatch(const Source &source, QObject *parent = nullptr);

    void start(std::chrono::milliseconds interval = std::chrono::seconds(2));
    void look();
    /// Of the active router; Sound when there is none.
    Degree degree() const { return m_degree; }
    /// "anthropic/claude-sonnet-4-5: open, 12 s left"; empty when all is sound.
    const QString &words() const { return m_words; }

Q_SIGNALS:
    void degreeChanged();
    /// A provider cannot be asked any more, or can again. Each provider is told of once a minute at most.
    void opened(const QString &title, const QString &why);
    void closed(const QString &title);

private:
    struct Seen
    {
        bool isDown = false;
        bool isTold = true; ///< what `isDown` says
        QElapsedTimer told;
    };

    void lookAtProviders();
    void lookAtRouter();

    const Source &m_source;
    QTimer m_timer;
    std::map<std::string, Seen> m_seen; ///< by provider
    Degree m_degree = Degree::Sound;
    QString m_words;
};

} // namespace pm::ui
