// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/snapshot.h"
#include "secrets/secret_store.h"

#include <QObject>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace pm {

/// Turns references into keys: files and environment at once, the keychain one name after the other without blocking.
/// Lives on the main thread. Emits `changed` when something that a snapshot holds is different.
class KeyRing : public QObject
{
    Q_OBJECT

public:
    explicit KeyRing(secrets::SecretStore &store, QObject *parent = nullptr);

    /// Says which providers' and callers' references matter now and reads what is not known yet.
    void setWanted(const std::vector<Provider> &providers, const config::Config &config);
    /// Reads everything again, after a key was set or deleted elsewhere.
    void refresh();
    /// True until every keychain name has been answered once.
    bool isReading() const { return m_isReading; }

    /// Fills keys, keyState and keyProblem of `runtime` from what is known.
    void fill(ProviderRuntime &runtime, const config::Config &config) const;
    std::vector<CallerKey> callerKeys(const config::Config &config) const;
    /// Client keys that the configuration names and nobody has: start must say so.
    std::vector<std::string> missingCallerKeys(const config::Config &config) const;

Q_SIGNALS:
    void changed();

private:
    Result<Secret> lookUp(const std::string &reference) const;
    KeySlot slot(const std::string &reference, Secret key) const;
    void readNext();

    secrets::SecretStore &m_store;
    std::set<std::string> m_wanted;                    ///< keychain names
    std::map<std::string, Result<Secret>> m_keychain;  ///< answers so far
    std::vector<std::string> m_queue;                  ///< names still to ask for
    std::string m_asked;                               ///< the one that is being read
    mutable std::map<std::string, std::shared_ptr<std::atomic<long long>>> m_rests; ///< by reference; survives reloads
    bool m_isReading = false;
    unsigned m_generation = 0; ///< answers of an older refresh are dropped
};

} // namespace pm
