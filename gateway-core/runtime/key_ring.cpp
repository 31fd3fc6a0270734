// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/key_ring.h"

#include <QPointer>

#include <algorithm>

namespace pm {

namespace {

using secrets::Reference;

std::string sourceName(const Reference &reference)
{
    switch (reference.kind) {
    case Reference::Kind::Keychain: return "keychain";
    case Reference::Kind::Environment: return "env " + reference.name;
    case Reference::Kind::File: return "file " + reference.name;
    case Reference::Kind::Credential: return "credential " + reference.name;
    case Reference::Kind::Aws: return "aws " + reference.name;
    }
    return {};
}

bool isExplicit(const Provider &provider, const config::Config &config)
{
    const config::Provider *entry = config.findProvider(provider.name);
    return entry && !entry->apiKeys.empty();
}

} // namespace

KeyRing::KeyRing(secrets::SecretStore &store, QObject *parent) : QObject(parent), m_store(store)
{
}

void KeyRing::setWanted(const std::vector<Provider> &providers, const config::Config &config)
{
    m_wanted.clear();
    const auto want = [&](const std::string &text) {
        const auto reference = secrets::parseReference(text);
        if (reference && reference->kind == Reference::Kind::Keychain)
            m_wanted.insert(reference->name);
    };
    for (const Provider &provider : providers) {
        if (provider.auth == AuthKind::None || !provider.isEnabled)
            continue;
        for (const std::string &reference : provider.keyReferences)
            want(reference);
    }
    for (const config::Server::ClientKey &key : config.server.clientKeys)
        want(key.key);
    for (const std::string &name : m_wanted) {
        const bool isAsked = (m_isReading && m_asked == name)
                             || std::find(m_queue.begin(), m_queue.end(), name) != m_queue.end();
        if (!isAsked && !m_keychain.contains(name))
            m_queue.push_back(name);
    }
    if (!m_isReading)
        readNext();
}

void KeyRing::refresh()
{
    ++m_generation;
    m_queue.assign(m_wanted.begin(), m_wanted.end());
    m_isReading = false;
    readNext();
}

void KeyRing::readNext()
{
    if (m_queue.empty()) {
        m_isReading = false;
        Q_EMIT changed();
        return;
    }
    m_isReading = true;
    const std::string name = m_asked = m_queue.back();
    m_queue.pop_back();
    m_store.read(name, [self = QPointer<KeyRing>(this), name, generation = m_generation](Result<Secret> answer) {
        if (!self || self->m_generation != generation)
            return;
        // Without a keyring, or with a locked one, every other name gets the same answer: do not ask forty times.
        const bool isHopeless = !answer
                                && (answer.error().kind == ErrorKind::KeyringMissing
                                    || answer.error().kind == ErrorKind::KeyringLocked);
        if (isHopeless) {
            for (const std::string &other : self->m_queue)
                self->m_keychain.insert_or_assign(other, answer);
            self->m_queue.clear();
        }
        self->m_keychain.insert_or_assign(name, std::move(answer));
        self->readNext();
    });
}

Result<Secret> KeyRing::lookUp(const std::string &text) const
{
    const auto reference = secrets::parseReference(text);
    if (!reference)
        return tl::unexpected(reference.error());
    if (reference->kind != Reference::Kind::Keychain)
        return secrets::readPlain(*reference);
    const auto answer = m_keychain.find(reference->name);
    if (answer == m_keychain.end())
        return fail(ErrorKind::SecretNotFound, "the keychain has not answered yet");
    return answer->second;
}

KeySlot KeyRing::slot(const std::string &text, Secret key) const
{
    auto &rest = m_rests[text];
    if (!rest)
        rest = std::make_shared<std::atomic<long long>>(0);
    const auto reference = secrets::parseReference(text);
    return {reference ? sourceName(*reference) : text, std::move(key), rest};
}

void KeyRing::fill(ProviderRuntime &runtime, const config::Config &config) const
{
    const Provider &provider = runtime.provider;
    if (provider.auth == AuthKind::None || provider.isDemo) {
        runtime.keyState = KeyState::NotNeeded;
        return;
    }
    // Keys that the file lists are all used, in rotation; of the conventional places the first that has one.
    const bool all = isExplicit(provider, config);
    for (const std::string &reference : provider.keyReferences) {
        auto key = lookUp(reference);
        if (key && !key->isEmpty()) {
            runtime.keys.push_back(slot(reference, std::move(*key)));
            if (!all)
                break;
            continue;
        }
        if (key || key.error().kind == ErrorKind::SecretNotFound) {
            // Who named a place is told why there is nothing ("chmod 600 …"); conventional places are empty by nature.
            if (!key && all && runtime.keyProblem.empty())
                runtime.keyProblem = key.error().message;
            continue;
        }
        const bool isLocked = key.error().kind == ErrorKind::KeyringLocked;
        const bool isConventional = !all && key.error().kind == ErrorKind::KeyringMissing;
        if (isConventional)
            continue; // no keyring on this machine and none asked for
        runtime.keyState = isLocked ? KeyState::Locked : KeyState::Error;
        runtime.keyProblem = key.error().message;
    }
    if (!runtime.keys.empty()) {
        runtime.keyState = KeyState::Present;
        runtime.keyProblem.clear();
    } else if (provider.isLocal) {
        runtime.keyState = KeyState::NotNeeded;
    }
}

std::vector<CallerKey> KeyRing::callerKeys(const config::Config &config) const
{
    std::vector<CallerKey> keys;
    for (const config::Server::ClientKey &entry : config.server.clientKeys) {
        // A key that cannot be read stays in the list as one that nothing matches: losing it must not open the gateway.
        auto key = lookUp(entry.key);
        keys.push_back({entry.name, key ? std::move(*key) : Secret(), entry.routers, entry.models, entry.limits, entry.budgets,
                        entry.metadata, entry.expiresAt});
    }
    return keys;
}

std::vector<std::string> KeyRing::missingCallerKeys(const config::Config &config) const
{
    std::vector<std::string> missing;
    for (const config::Server::ClientKey &entry : config.server.clientKeys) {
        const auto key = lookUp(entry.key);
        if (!key || key->isEmpty())
            missing.push_back(entry.name);
    }
    return missing;
}

} // namespace pm

#include "moc_key_ring.cpp"
