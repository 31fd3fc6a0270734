// SPDX-License-Identifier: GPL-3.0-or-later
#include "secrets/keychain_call.h"

#include <qt6keychain/keychain.h>

#include <utility>

namespace pm::secrets {

namespace {

QString service()
{
    return QStringLiteral("pointsman");
}

} // namespace

KeychainCall::KeychainCall(Wish wish, Answer answer, QObject *parent)
    : QObject(parent)
    , m_wish(std::move(wish))
    , m_answer(std::move(answer))
{
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, &KeychainCall::expire);
}

void KeychainCall::start()
{
    m_deadline.start(m_wish.deadline);
    searchItem(this, service(), key(), [this](Presence presence) { proceed(presence); });
}

void KeychainCall::proceed(Presence presence)
{
    if (!m_answer)
        return;
    m_presence = presence;
    if (presence == Presence::NoService)
        return failMissing(QStringLiteral("no Secret Service answers on the session bus"));
    switch (m_wish.kind) {
    case Wish::Kind::Read: return presence == Presence::Absent ? failAbsent() : readItem();
    case Wish::Kind::Write: return writeItem();
    case Wish::Kind::Remove: return presence == Presence::Absent ? finish(Secret()) : removeItem();
    }
}

void KeychainCall::readItem()
{
    run(new QKeychain::ReadPasswordJob(service()), [this](QKeychain::Job *job) {
        if (job->error() != QKeychain::NoError)
            return failAs(job);
        QByteArray bytes = static_cast<QKeychain::ReadPasswordJob *>(job)->binaryData();
        Secret secret(bytes.toStdString());
        bytes.fill('\0');
        finish(std::move(secret));
    });
}

void KeychainCall::writeItem()
{
    auto *job = new QKeychain::WritePasswordJob(service());
    const std::string_view value = m_wish.value.reveal();
    const QByteArray bytes(value.data(), static_cast<qsizetype>(value.size()));
    const QString text = QString::fromUtf8(bytes);
    if (text.toUtf8() == bytes)
        job->setTextData(text); // legible in the user's keyring program
    else
        job->setBinaryData(bytes);
    run(job, [this](QKeychain::Job *done) {
        if (done->error() != QKeychain::NoError)
            return failAs(done);
        proveWritten();
    });
}

void KeychainCall::proveWritten()
{
    run(new QKeychain::ReadPasswordJob(service()), [this](QKeychain::Job *job) {
        QByteArray bytes = static_cast<QKeychain::ReadPasswordJob *>(job)->binaryData();
        const bool isSame = job->error() == QKeychain::NoError
                            && m_wish.value.equals({bytes.constData(), static_cast<std::size_t>(bytes.size())});
        bytes.fill('\0');
        if (!isSame)
            return failWith(ErrorKind::Storage, "the keyring took the key for " + m_wish.name
                                                    + " but does not give it back; look at it with the keyring's own "
                                                      "program, or use an env: or file: reference");
        finish(Secret());
    });
}

void KeychainCall::removeItem()
{
    run(new QKeychain::DeletePasswordJob(service()), [this](QKeychain::Job *job) {
        const QKeychain::Error code = job->error();
        if (code != QKeychain::NoError && code != QKeychain::EntryNotFound)
            return failAs(job);
        proveRemoved();
    });
}

void KeychainCall::proveRemoved()
{
    searchItem(this, service(), key(), [this](Presence presence) {
        switch (presence) {
        case Presence::Unknown:
        case Presence::Absent: return finish(Secret());
        case Presence::Locked: return failLocked();
        case Presence::NoService: return failMissing(QStringLiteral("the Secret Service went away"));
        case Presence::Unlocked: break;
        }
        failWith(ErrorKind::Storage, "the keyring still has the key for " + m_wish.name
                                         + "; delete it with the keyring's own program");
    });
}

void KeychainCall::run(QKeychain::Job *job, std::function<void(QKeychain::Job *)> finished)
{
    // No parent: libsecret calls back into a job that waits for a dialog, so it must outlive us. It deletes itself.
    job->setKey(key());
    job->setInsecureFallback(false);
    connect(job, &QKeychain::Job::finished, this, [this, finished = std::move(finished)](QKeychain::Job *done) {
        if (m_answer)
            finished(done);
    });
    job->start();
}

void KeychainCall::expire()
{
    if (m_presence == Presence::Locked)
        return failLocked();
    const auto millis = m_wish.deadline.count();
    failMissing(QStringLiteral("the keyring did not answer within %1 ms; it may be waiting for a dialog").arg(millis));
}

void KeychainCall::failAs(QKeychain::Job *job)
{
    switch (job->error()) {
    case QKeychain::EntryNotFound: return m_presence == Presence::Locked ? failLocked() : failAbsent();
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser: return failLocked();
    default: return failMissing(job->errorString());
    }
}

void KeychainCall::failLocked()
{
    failWith(ErrorKind::KeyringLocked, "the keyring that holds the key for " + m_wish.name
                                           + " is locked; unlock it (logging in does, or the keyring's own program), "
                                             "or use an env: or file: reference");
}

void KeychainCall::failMissing(const QString &reason)
{
    failWith(ErrorKind::KeyringMissing, "no usable keyring for the key of " + m_wish.name + ": " + reason.toStdString()
                                            + "; install and unlock gnome-keyring or KWallet, or use an env:, file: or "
                                              "credential: reference");
}

void KeychainCall::failAbsent()
{
    failWith(ErrorKind::SecretNotFound, "the keyring has no key for " + m_wish.name + "; store it with `pointsman keys set "
                                            + m_wish.name + "`");
}

void KeychainCall::failWith(ErrorKind kind, std::string message)
{
    finish(fail(kind, std::move(message)));
}

void KeychainCall::finish(Result<Secret> result)
{
    if (!m_answer)
        return;
    m_deadline.stop();
    // From the event loop and not from inside a reply: the answer may delete the store, and us with it.
    QMetaObject::invokeMethod(
        this,
        [this, answer = std::exchange(m_answer, nullptr), result = std::move(result)] {
            deleteLater();
            answer(result);
        },
        Qt::QueuedConnection);
}

QString KeychainCall::key() const
{
    // The service's name is in it because Windows knows entries by the key alone.
    return QStringLiteral("pointsman/") + QString::fromStdString(m_wish.name);
}

} // namespace pm::secrets
