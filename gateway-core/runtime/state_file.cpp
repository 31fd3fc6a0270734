// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/state_file.h"

#include "base/json.h"
#include "base/log.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QString>

namespace pm {

std::string statePath(const std::string &dataDir)
{
    return dataDir + "/state.json";
}

SavedState readState(const std::string &dataDir)
{
    SavedState state;
    QFile file(QString::fromStdString(statePath(dataDir)));
    constexpr qint64 kMaxSize = 64 * 1024;
    if (dataDir.empty() || !file.open(QIODevice::ReadOnly) || file.size() > kMaxSize)
        return state;
    const std::string text = file.readAll().toStdString();
    const auto parsed = json::Document::parse(text);
    if (!parsed) {
        log::warning("state file is broken and ignored", {{"path", statePath(dataDir)}});
        return state;
    }
    if (const auto router = json::findString(parsed->root(), "active-router"))
        state.activeRouter = std::string(*router);
    state.keysChangedAt = json::findInt(parsed->root(), "keys-changed-at").value_or(0);
    return state;
}

Result<void> writeState(const std::string &dataDir, const SavedState &state)
{
    if (dataDir.empty())
        return {};
    const QString path = QString::fromStdString(statePath(dataDir));
    QDir().mkpath(QFileInfo(path).absolutePath());
    json::Writer out;
    out.beginObject();
    if (state.activeRouter)
        out.member("active-router", *state.activeRouter);
    out.member("keys-changed-at", state.keysChangedAt);
    out.endObject();
    QSaveFile file(path);
    const QByteArray bytes = QByteArray::fromStdString(out.take() + "\n");
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return fail(ErrorKind::Storage, path.toStdString() + ": " + file.errorString().toStdString());
    return {};
}

std::string defaultDataDir()
{
    QString base = qEnvironmentVariable("XDG_STATE_HOME");
    if (base.isEmpty())
        base = QDir::homePath() + QStringLiteral("/.local/state");
    return (base + QStringLiteral("/pointsman")).toStdString();
}

} // namespace pm
