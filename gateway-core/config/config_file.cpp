// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_file.h"

#include "config/yaml_tree.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QStandardPaths>

namespace pm::config {

namespace {

constexpr int kQuiet = 100;         ///< ms
constexpr int kLongestBurst = 1000; ///< ms
constexpr int kLongestSave = 1000;  ///< ms between an editor's moving the old file away and the new one's text
constexpr QFileDevice::Permissions kPrivateFile = QFileDevice::ReadOwner | QFileDevice::WriteOwner;

QString toQt(const std::string &text)
{
    return QFile::decodeName(QByteArray::fromStdString(text));
}

Failure storageError(const std::string &what, const std::string &path, const QString &why)
{
    return fail(ErrorKind::Storage, what + " " + path + ": " + why.toStdString());
}

/// The file itself where `path` is a link, so that a link to a shared configuration stays a link.
QString behindLinks(const QString &path)
{
    QString target = QFileInfo(path).canonicalFilePath();
    if (!target.isEmpty())
        return target;
    const QFileInfo link(path);
    return link.isSymLink() ? link.symLinkTarget() : path;
}

/// Folders that are made belong to the user alone.
bool makeFolder(const QString &path)
{
    if (QFileInfo(path).isDir())
        return true;
    const QString parent = QFileInfo(path).absolutePath();
    if (parent == path || !makeFolder(parent))
        return false;
    return QDir().mkdir(path, kPrivateFile | QFileDevice::ExeOwner) || QFileInfo(path).isDir();
}

/// Temporary file beside the target, flushed to disk, renamed over it.
Result<void> replaceFile(const QString &path, const QByteArray &bytes, QFileDevice::Permissions permissions)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() ||
        !file.setPermissions(permissions) || !file.commit())
        return storageError("cannot write", path.toStdString(), file.errorString());
    return {};
}

QByteArray contentHash(const std::string &path)
{
    QFile file(toQt(path));
    QCryptographicHash hash(QCryptographicHash::Sha1);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    hash.addData(file.read(qint64(yaml::kMaxTextBytes) + 1));
    return hash.result();
}

bool isBare(const std::string &path)
{
    const QFileInfo file(toQt(path));
    return !file.exists() || file.size() == 0;
}

} // namespace

std::string defaultConfigPath()
{
    const QByteArray chosen = qgetenv("POINTSMAN_CONFIG");
    if (!chosen.isEmpty())
        return chosen.toStdString();
    const QString base = QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation);
    return QFile::encodeName(base + QStringLiteral("/pointsman/config.yaml")).toStdString();
}

bool configFileExists(const std::string &path)
{
    return QFileInfo::exists(toQt(path));
}

Result<std::string> readConfigFile(const std::string &path)
{
    QFile file(toQt(path));
    if (!file.exists())
        return std::string();
    if (QFileInfo(file).isDir())
        return storageError("cannot read", path, QStringLiteral("it is a folder"));
    if (!file.open(QIODevice::ReadOnly))
        return storageError("cannot read", path, file.errorString());
    const QByteArray bytes = file.read(qint64(yaml::kMaxTextBytes) + 1);
    if (file.error() != QFileDevice::NoError)
        return storageError("cannot read", path, file.errorString());
    if (std::size_t(bytes.size()) > yaml::kMaxTextBytes)
        return storageError("cannot read", path,
                            QStringLiteral("larger than 4 MiB; it is not a configuration"));
    return bytes.toStdString();
}

Result<void> writeConfigFile(const std::string &path, std::string_view text)
{
    if (text.size() > yaml::kMaxTextBytes)
        return storageError("cannot write", path, QStringLiteral("larger than 4 MiB"));
    const QString target = behindLinks(QFileInfo(toQt(path)).absoluteFilePath());
    if (!makeFolder(QFileInfo(target).absolutePath()))
        return storageError("cannot write", path, QStringLiteral("its folder cannot be made"));
    QFileDevice::Permissions permissions = kPrivateFile;
    if (QFile old(target); old.exists()) {
        permissions = old.permissions();
        if (!old.open(QIODevice::ReadOnly))
            return storageError("cannot keep a copy of", path, old.errorString());
        const QByteArray kept = old.readAll();
        if (auto done = replaceFile(target + QStringLiteral(".bak"), kept, permissions); !done)
            return done;
    }
    return replaceFile(target, QByteArray(text.data(), qsizetype(text.size())), permissions);
}

FileWatch::FileWatch(std::string path, QObject *parent)
    : QObject(parent)
    , m_path(std::move(path))
{
    m_settle.setSingleShot(true);
    m_settle.setInterval(kQuiet);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, &FileWatch::noteEvent);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, &FileWatch::noteEvent);
    connect(&m_settle, &QTimer::timeout, this, &FileWatch::rearm);
    watch();
    m_seen = contentHash(m_path);
}

void FileWatch::noteEvent()
{
    if (!m_settle.isActive())
        m_burst.start();
    if (!m_settle.isActive() || m_burst.elapsed() < kLongestBurst)
        m_settle.start();
}

/// An editor that replaces the file takes the watch on it away, so that it is set anew after each burst;
/// before the content is looked at, so that nothing is missed in between.
void FileWatch::rearm()
{
    watch();
    const bool isBareNow = isBare(m_path);
    QByteArray now = contentHash(m_path);
    if (now == m_seen) {
        m_bare.invalidate();
        return; // a neighbour's change, such as the .bak
    }
    if (isBareNow && !m_bare.isValid())
        m_bare.start();
    if (isBareNow && m_bare.elapsed() < kLongestSave) {
        m_settle.start();
        return;
    }
    m_bare.invalidate();
    m_seen = std::move(now);
    Q_EMIT changed();
}

/// The file, its folder (the nearest one that exists), and the same behind a link.
void FileWatch::watch()
{
    const QString path = QFileInfo(toQt(m_path)).absoluteFilePath();
    // The watch is on what the name meant when it was set: a link may mean another file by now.
    if (!m_watcher.files().isEmpty())
        m_watcher.removePaths(m_watcher.files());
    for (const QString &file : {path, behindLinks(path)}) {
        if (QFileInfo::exists(file) && !m_watcher.files().contains(file))
            m_watcher.addPath(file);
        QString folder = QFileInfo(file).absolutePath();
        while (!QFileInfo(folder).isDir() && folder != QFileInfo(folder).absolutePath())
            folder = QFileInfo(folder).absolutePath();
        if (!m_watcher.directories().contains(folder))
            m_watcher.addPath(folder);
    }
}

} // namespace pm::config

#include "moc_config_file.cpp"
