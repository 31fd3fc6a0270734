// SPDX-License-Identifier: GPL-3.0-or-later
#include "secrets/keychain_call.h"
#include "secrets/secret_store.h"

#include <utility>

namespace pm::secrets {

namespace {

/// Each call is an object of its own below `m_calls`; they go with the store. The thread needs Qt's GLib event dispatcher
/// on Linux (the default on a main thread): libsecret answers through it.
class KeychainStore : public SecretStore
{
public:
    explicit KeychainStore(std::chrono::milliseconds deadline) : m_deadline(deadline) {}

    void read(const std::string &name, ReadCallback done) override
    {
        begin({Wish::Kind::Read, name, Secret(), m_deadline}, std::move(done));
    }

    void write(const std::string &name, const Secret &value, DoneCallback done) override
    {
        begin({Wish::Kind::Write, name, value, m_deadline}, withoutValue(std::move(done)));
    }

    void remove(const std::string &name, DoneCallback done) override
    {
        begin({Wish::Kind::Remove, name, Secret(), m_deadline}, withoutValue(std::move(done)));
    }

private:
    static KeychainCall::Answer withoutValue(DoneCallback done)
    {
        return [done = std::move(done)](const Result<Secret> &result) {
            done(result ? Result<void>() : fail(result.error()));
        };
    }

    void begin(Wish wish, KeychainCall::Answer answer)
    {
        auto *call = new KeychainCall(std::move(wish), std::move(answer), &m_calls);
        call->start();
    }

    std::chrono::milliseconds m_deadline;
    QObject m_calls;
};

} // namespace

std::unique_ptr<SecretStore> makeKeychainStore(std::chrono::milliseconds deadline)
{
    return std::make_unique<KeychainStore>(deadline);
}

} // namespace pm::secrets
