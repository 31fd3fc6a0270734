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

/// Is there something to read? False for a missing file, true for one that may not be read.
bool configFileExists(const std::string &path);

/// Watches one file, also across editors that replace it, and its coming into being. Emits `changed` once per
/// burst (when nothing came for 100 ms, at the latest after 1 s), and only when the content is another. A file
/// that is gone or empty may be one that an editor is about to write: that is told when it has been so for 1 s.
/// Lives on the thread that made it.
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
    QElapsedTimer m_bare; ///< running while the file is gone or empty and that is not told yet
    QByteArray m_seen; ///< hash of the content that was told last; empty while the file is missing
};

} // namespace pm::config
