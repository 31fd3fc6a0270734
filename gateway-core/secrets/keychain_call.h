// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "secrets/secret_service.h"
#include "secrets/secret_store.h"

#include <QTimer>

#include <chrono>
#include <functional>
#include <string>

namespace QKeychain {
class Job;
}

namespace pm::secrets {

/// What is wanted of the keychain.
struct Wish
{
    enum class Kind { Read, Write, Remove };
    Kind kind = Kind::Read;
    std::string name;
    Secret value; ///< to write
    std::chrono::milliseconds deadline{};
};

/// One operation on the keychain from start to answer: asks where the item is, lets QtKeychain do the work, and proves
/// that it did. Deletes itself after the answer; when its parent (the store) dies first, there is no answer. One thread.
class KeychainCall : public QObject
{
public:
    /// For Write and Remove the answer's secret is empty.
    using Answer = std::function<void(Result<Secret>)>;

    KeychainCall(Wish wish, Answer answer, QObject *parent);
    void start();

private:
    void proceed(Presence presence);
    void readItem();
    void writeItem();
    void removeItem();
    void proveWritten();
    void proveRemoved();
    void run(QKeychain::Job *job, std::function<void(QKeychain::Job *)> finished);
    void expire();

    void failWith(ErrorKind kind, std::string message);
    void failLocked();
    void failMissing(const QString &reason);
    void failAbsent();
    /// By QtKeychain's code, with what the keyring itself said before.
    void failAs(QKeychain::Job *job);
    void finish(Result<Secret> result);

    QString key() const;

    Wish m_wish;
    Answer m_answer; ///< empty once given
    QTimer m_deadline;
    Presence m_presence = Presence::Unknown;
};

} // namespace pm::secrets
