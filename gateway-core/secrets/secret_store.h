// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <QObject>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace pm::secrets {

/// Where keys are kept. Asynchronous, because a keyring may ask the user: callbacks come on the thread that called, from
/// its event loop, exactly once, within the deadline.
class SecretStore
{
public:
    virtual ~SecretStore() = default;
    using ReadCallback = std::function<void(Result<Secret>)>;
    using DoneCallback = std::function<void(Result<void>)>;

    /// Errors: SecretNotFound, KeyringLocked, KeyringMissing, told apart.
    virtual void read(const std::string &name, ReadCallback done) = 0;
    /// Reads back before it says that it is done.
    virtual void write(const std::string &name, const Secret &value, DoneCallback done) = 0;
    /// Looks again before it says that it is gone. Deleting what is absent is no error.
    virtual void remove(const std::string &name, DoneCallback done) = 0;
};

/// The OS keychain through QtKeychain, service "pointsman", key "pointsman/<name>".
std::unique_ptr<SecretStore> makeKeychainStore(std::chrono::milliseconds deadline);

/// In memory, for tests and `--no-keychain`.
std::unique_ptr<SecretStore> makeMemoryStore();

/// A reference as written in config: keychain:NAME, env:NAME, file:PATH, credential:NAME ($CREDENTIALS_DIRECTORY),
/// aws:PROFILE (secrets/aws_profile.h).
struct Reference
{
    enum class Kind { Keychain, Environment, File, Credential, Aws };
    Kind kind = Kind::Keychain;
    std::string name;
};
/// Error: Config, saying the forms that are allowed (a bare key in config is refused, without repeating it).
Result<Reference> parseReference(std::string_view text);

/// Reads what is not in a keychain at once. Error: SecretNotFound naming the variable or file; a file that others may
/// read is refused and says chmod 600.
Result<Secret> readPlain(const Reference &reference);

} // namespace pm::secrets
