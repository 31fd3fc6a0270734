// SPDX-License-Identifier: GPL-3.0-or-later
// How the facade takes configurations: at start, from the file, from the window and the admin API.
#include "gateway_private.h"

#include "base/log.h"

namespace pm {

Error configError(const std::vector<config::Problem> &problems, const std::string &path)
{
    return {ErrorKind::Config, config::formatProblems(path.empty() ? "config" : path, problems)};
}

Result<void> Gateway::load()
{
    auto catalogue = Catalogue::loadBuiltIn();
    if (!catalogue)
        return tl::unexpected(catalogue.error());
    d->catalogue = std::make_shared<const Catalogue>(std::move(*catalogue));
    d->state = readState(d->options.dataDir);
    d->readClientKeys();
    auto text = d->options.configPath.empty() ? Result<std::string>(std::string())
                                              : config::readConfigFile(d->options.configPath);
    if (!text)
        return tl::unexpected(text.error());
    config::Loaded loaded = check(*text);
    d->text = *text;
    d->problems = loaded.problems;
    if (!loaded.isUsable()) {
        d->problem = "the configuration has errors";
        d->publish(); // the window needs something to show
        return fail(configError(d->problems, d->options.configPath));
    }
    d->config = std::move(loaded.config);
    d->complexity = readComplexitySources(d->config, d->options.dataDir);
    d->publish();
    d->keys->setWanted(buildProviders(d->config), d->config);
    return {};
}

config::Loaded Gateway::check(const std::string &text) const
{
    config::KnownNames known = knownNames();
    known.hasClientKeys = d->madeKeys->areAsked();
    config::Loaded loaded = config::load(text, known, d->options.environment);
    const std::string &address = d->config.server.address;
    // The text may name another address, and be right about it; this process keeps the one it listens on.
    if (d->pool && !isLoopback(address) && loaded.isUsable() && !d->asksForKeys(loaded.config.server)) {
        loaded.problems.push_back({.path = "server.client-keys",
                                   .message = "others can reach " + address + " until the next start; there must be a "
                                              "client key before that"});
    }
    return loaded;
}

Result<void> Gateway::apply(const std::string &text)
{
    config::Loaded loaded = check(text);
    if (!loaded.isUsable())
        return fail(configError(loaded.problems, d->options.configPath));
    if (!d->options.configPath.empty()) {
        if (auto written = config::writeConfigFile(d->options.configPath, text); !written)
            return written;
    }
    return d->applyLoaded(std::move(loaded), text);
}

Result<void> Gateway::reload()
{
    const std::string &path = d->options.configPath;
    auto text = path.empty() ? Result<std::string>(d->text) : config::readConfigFile(path);
    if (text && d->pool && !d->text.empty() && !path.empty() && !config::configFileExists(path)) {
        // From the start a missing file means the defaults; one that was there was not meant to mean them.
        text = fail(ErrorKind::Storage, path + ": the file is gone; the running configuration stays until it is back");
    }
    if (!text) {
        d->problems = {{.message = text.error().message}};
        Q_EMIT configProblemsChanged();
        return tl::unexpected(text.error());
    }
    config::Loaded loaded = check(*text);
    if (*text == d->text && d->pool) {
        // What was wrong with the file may have been taken back.
        if (loaded.problems != d->problems) {
            d->problems = std::move(loaded.problems);
            Q_EMIT configProblemsChanged();
        }
        d->complexity = readComplexitySources(d->config, d->options.dataDir); // it may have been trained anew
        d->publish();
        return {};
    }
    return d->applyLoaded(std::move(loaded), *text);
}

Result<void> Gateway::Private::applyLoaded(config::Loaded loaded, const std::string &newText)
{
    problems = loaded.problems;
    Q_EMIT q->configProblemsChanged();
    if (!loaded.isUsable())
        return fail(configError(problems, options.configPath));
    serverInFile = loaded.config.server;
    if (const std::string waiting = atRestart(); !waiting.empty())
        log::warning(waiting);
    text = newText;
    const std::string address = config.server.address;
    config = std::move(loaded.config);
    complexity = readComplexitySources(config, options.dataDir);
    if (pool)
        config.server.address = address;
    if (!pool) {
        if (auto served = serve(); !served)
            return served;
    }
    pool->setLimits(limits());
    if (store)
        store->setLimits(config.traces.maxAge, config.traces.maxSize);
    if (!config.discoverLocal)
        discovery.reset();
    startDiscovery();
    openCache();
    openShared();
    publish();
    keys->setWanted(buildProviders(config), config);
    Q_EMIT q->configChanged();
    Q_EMIT q->statusChanged();
    return {};
}

std::string Gateway::Private::atRestart() const
{
    std::string list;
    const auto add = [&list](std::string_view key, const std::string &value) {
        list.append(list.empty() ? "" : ", ").append("server.").append(key).append(" ").append(value);
    };
    if (!pool)
        return {};
    if (!options.address && serverInFile.address != serverAtStart.address)
        add("address", serverInFile.address);
    if (!options.port && serverInFile.port != serverAtStart.port)
        add("port", std::to_string(serverInFile.port));
    if (!options.workers && serverInFile.workers != serverAtStart.workers)
        add("workers", serverInFile.workers > 0 ? std::to_string(serverInFile.workers) : "auto");
    return list.empty() ? list : "at the next start only: " + list;
}

void Gateway::Private::watchFiles()
{
    if (!options.configPath.empty()) {
        configWatch = std::make_unique<config::FileWatch>(options.configPath);
        connect(configWatch.get(), &config::FileWatch::changed, q, [this] {
            if (const auto reloaded = q->reload(); !reloaded)
                log::error("configuration not applied, the running one stays\n" + reloaded.error().message);
        });
    }
    if (!options.dataDir.empty()) {
        stateWatch = std::make_unique<config::FileWatch>(statePath(options.dataDir));
        connect(stateWatch.get(), &config::FileWatch::changed, q, [this] { stateFileChanged(); });
        clientKeysWatch = std::make_unique<config::FileWatch>(keyFile.path());
        connect(clientKeysWatch.get(), &config::FileWatch::changed, q, [this] { clientKeysChanged(); });
        connect(&keyUseTimer, &QTimer::timeout, q, [this] { keepKeyUse(); });
        keyUseTimer.start(std::chrono::minutes(5));
    }
}

} // namespace pm
