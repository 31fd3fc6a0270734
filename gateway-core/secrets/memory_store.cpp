// SPDX-License-Identifier: GPL-3.0-or-later
#include "secrets/secret_store.h"

#include <QMetaObject>

#include <map>
#include <utility>

namespace pm::secrets {

namespace {

/// Keeps secrets for as long as it lives. Answers from the event loop as a keychain does, so that callers meet the same
/// order of things. One thread.
class MemoryStore : public SecretStore
{
public:
    void read(const std::string &name, ReadCallback done) override
    {
        const auto found = m_secrets.find(name);
        Result<Secret> answer = found != m_secrets.end()
                                    ? Result<Secret>(found->second)
                                    : fail(ErrorKind::SecretNotFound, "no key is stored as " + name
                                                                          + "; store it with `pointsman keys set " + name
                                                                          + "`");
        later([done = std::move(done), answer = std::move(answer)] { done(answer); });
    }

    void write(const std::string &name, const Secret &value, DoneCallback done) override
    {
        m_secrets.insert_or_assign(name, value);
        later([done = std::move(done)] { done({}); });
    }

    void remove(const std::string &name, DoneCallback done) override
    {
        m_secrets.erase(name);
        later([done = std::move(done)] { done({}); });
    }

private:
    /// Not any more when the store is gone by then.
    void later(std::function<void()> call)
    {
        QMetaObject::invokeMethod(&m_context, std::move(call), Qt::QueuedConnection);
    }

    std::map<std::string, Secret, std::less<>> m_secrets;
    QObject m_context;
};

} // namespace

std::unique_ptr<SecretStore> makeMemoryStore()
{
    return std::make_unique<MemoryStore>();
}

} // namespace pm::secrets
