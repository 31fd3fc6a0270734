// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/shared_state.h"

#include "base/ids.h"
#include "secrets/secret_store.h"

#include <QFile>
#include <QSaveFile>

namespace pm {

namespace {

constexpr std::chrono::seconds kRefresh{30};

redis::Client::Options optionsOf(const config::SharedStore &settings, const Secret &password)
{
    redis::Client::Options options;
    options.address = redis::parseUrl(settings.url).value_or(redis::Address()); // checked with the configuration
    options.password = password;
    options.timeout = settings.timeout;
    return options;
}

} // namespace

SharedState::SharedState(const config::SharedStore &settings, const Secret &password, const Uses &uses)
    : m_clock(uses.clock), m_link(optionsOf(settings, password)),
      m_limits(m_link, uses.limits, settings.whenDown), m_spend(m_link, uses.spend, uses.instance, settings.whenDown),
      m_circuits(m_link, uses.stats, uses.instance, uses.clock)
{
    const auto refresh = [this] { m_spend.writeAll(m_clock.systemNow()); };
    connect(&m_refresh, &QTimer::timeout, this, refresh);
    m_refresh.start(kRefresh);
    refresh(); // what an earlier run left, its open reservations included
}

std::string instanceName(const std::string &dataDir)
{
    Rng rng = makeRng();
    const std::string made = makeId("", 12, rng);
    if (dataDir.empty())
        return made;
    const QString path = QString::fromStdString(dataDir + "/instance");
    if (QFile file(path); file.open(QIODevice::ReadOnly)) {
        const std::string kept = file.read(64).trimmed().toStdString();
        if (!kept.empty())
            return kept;
    }
    if (QSaveFile file(path); file.open(QIODevice::WriteOnly)) {
        file.write(QByteArray::fromStdString(made + "\n"));
        file.commit(); // a folder that cannot be written is told by those who need it more
    }
    return made;
}

Result<Secret> storePassword(const std::string &reference)
{
    if (reference.empty())
        return Secret();
    const auto parsed = secrets::parseReference(reference);
    if (!parsed)
        return tl::unexpected(parsed.error());
    if (parsed->kind == secrets::Reference::Kind::Keychain || parsed->kind == secrets::Reference::Kind::Aws)
        return fail(ErrorKind::Config, "the password of a store must come from env:, file: or credential:");
    return secrets::readPlain(*parsed);
}

} // namespace pm
