// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/complexity_file.h"

#include "base/log.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

namespace pm {

namespace {

constexpr qint64 kMostBytes = 4 * 1024 * 1024; ///< a model has some 60 kB

std::shared_ptr<const routing::ComplexitySource> readSource(const std::string &path, bool isNamed)
{
    routing::ComplexitySource source;
    if (!isNamed && !QFile::exists(QString::fromStdString(path)))
        return nullptr;
    auto model = readComplexityModel(path);
    if (model) {
        source.model = std::make_shared<const routing::ComplexityModel>(std::move(*model));
    } else {
        source.problem = model.error().message;
        log::error("complexity routes by rules", {{"problem", source.problem}});
    }
    return std::make_shared<const routing::ComplexitySource>(std::move(source));
}

void collect(const config::RouteNode &node, const std::string &dataDir, routing::ComplexitySources &sources)
{
    if (node.strategy == "complexity") {
        const auto setting = node.settings.find("model");
        const std::string written = setting == node.settings.end() ? std::string() : setting->second;
        if (!sources.contains(written))
            sources.emplace(written, readSource(complexityPath(dataDir, written), !written.empty()));
    }
    for (const config::RouteNode &child : node.children)
        collect(child, dataDir, sources);
}

} // namespace

std::string complexityPath(const std::string &dataDir, const std::string &written)
{
    const std::string name = written.empty() ? "complexity.json" : written;
    return QDir(QString::fromStdString(dataDir)).absoluteFilePath(QString::fromStdString(name)).toStdString();
}

Result<routing::ComplexityModel> readComplexityModel(const std::string &path)
{
    QFile file(QString::fromStdString(path));
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorKind::Storage, path + ": " + file.errorString().toStdString());
    if (file.size() > kMostBytes)
        return fail(ErrorKind::Storage,
                    path + ": over 4 MiB, no model is so large; train it again with: pointsman train");
    auto model = routing::parseModel(file.readAll().toStdString());
    if (!model)
        return fail(ErrorKind::Storage, path + ": " + model.error().message);
    return model;
}

Result<void> writeComplexityModel(const std::string &path, const routing::ComplexityModel &model)
{
    const QString name = QString::fromStdString(path);
    QDir().mkpath(QFileInfo(name).absolutePath());
    QSaveFile file(name);
    const QByteArray bytes = QByteArray::fromStdString(routing::modelText(model));
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return fail(ErrorKind::Storage, path + ": " + file.errorString().toStdString());
    return {};
}

routing::ComplexitySources readComplexitySources(const config::Config &config, const std::string &dataDir)
{
    routing::ComplexitySources sources;
    for (const config::Router &router : config.routers) {
        for (const auto &[endpoint, tree] : router.routes)
            collect(tree, dataDir, sources);
    }
    return sources;
}

} // namespace pm
