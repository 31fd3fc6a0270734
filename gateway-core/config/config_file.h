// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QElapsedTimer>
#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>

#include <string>

namespace pm::config {

/// ~/.config/pointsman/config.yaml, or $POINTSMAN_CONFIG.
std::string defaultConfigPath();

/// Reads the file; a missing one is an empty text. Error: Storage with the path and reason; over 4 MiB is
/// refused.
Result<std::string> readConfigFile(const std::string &path);

/// Atomic: temporary file, fsync, rename; the previous content is kept as `path`.bak. Creates folders (0700).
Result<void> writeConfigFile(const std::string &path, std::string_view text);

/// Watches one file, also across editors that replace it, and its coming into being. Emits `changed` once per
/// burst (when nothing came for 100 ms, at the latest after 1 s), and only when the content is another. Lives
/// on the thread that made it.
class FileWatch : public QObject
{
    Q_OBJECT

public:
    explicit FileWatch(std::string path, QObject *parent = nullptr);

Q_SIGNALS:
    void changed();

private:
    void noteEvent();
    void rearm();
    void watch();

    std::string m_path;
    QFileSystemWatcher m_watcher;
    QTimer m_settle;
    QElapsedTimer m_burst;
    QByteArray m_seen; ///< hash of the content that was told last; empty while the file is missing
};

} // namespace pm::config
