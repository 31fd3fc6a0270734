// SPDX-License-Identifier: GPL-3.0-or-later
#include "secrets/secret_store.h"

#include "secrets/aws_profile.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

// Keys that are there to be read at once: environment, files, and what systemd hands to a service.
namespace pm::secrets {

namespace {

constexpr std::size_t kLargest = 64 * 1024;

/// Editors and `echo` end a file with a line break that is not part of the key.
void trimLineEnd(std::string &bytes)
{
    while (!bytes.empty() && (bytes.back() == '\n' || bytes.back() == '\r'))
        bytes.pop_back();
}

Result<Secret> checked(std::string bytes, const std::string &place)
{
    trimLineEnd(bytes);
    if (bytes.empty())
        return fail(ErrorKind::SecretNotFound, place + " is empty; put the key in it");
    return Secret(std::move(bytes));
}

Result<Secret> readEnvironment(const std::string &name)
{
    const char *value = std::getenv(name.c_str());
    if (!value)
        return fail(ErrorKind::SecretNotFound,
                    "the environment variable " + name + " is not set; set it where Pointsman is started");
    if (std::strlen(value) > kLargest)
        return fail(ErrorKind::SecretNotFound,
                    "the environment variable " + name + " is longer than 64 KiB: no key");
    return checked(value, "the environment variable " + name);
}

Result<std::string> expandHome(const std::string &path)
{
    if (path != "~" && !path.starts_with("~/"))
        return path;
    const char *home = std::getenv("HOME");
    if (!home || !*home) {
        const passwd *user = ::getpwuid(::getuid());
        home = user ? user->pw_dir : nullptr;
    }
    if (!home)
        return fail(ErrorKind::SecretNotFound, "cannot tell what ~ is in " + path + "; write the whole path");
    return home + path.substr(1);
}

/// Owns a descriptor.
class File
{
public:
    explicit File(const std::string &path)
        : m_descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK))
    {
    }
    File(const File &) = delete;
    File &operator=(const File &) = delete;
    ~File()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    int descriptor() const { return m_descriptor; }

private:
    int m_descriptor;
};

/// Reads to the end, at most one byte more than may be. False on a read error.
bool readAll(const File &file, std::string &bytes)
{
    bytes.reserve(kLargest + 1); // grown strings would leave copies of the key behind
    std::array<char, 4096> block{};
    while (bytes.size() <= kLargest) {
        const ssize_t got = ::read(file.descriptor(), block.data(), block.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            block.fill('\0');
            return got == 0;
        }
        bytes.append(block.data(), static_cast<std::size_t>(got));
    }
    return true;
}

/// `mayBeShared`: systemd's credentials are guarded by their folder, and their mode is not ours to ask for.
Result<Secret> readFile(const std::string &path, bool mayBeShared)
{
    const File file(path);
    if (file.descriptor() < 0)
        return fail(ErrorKind::SecretNotFound,
                    "cannot read the key file " + path + ": " + std::strerror(errno));
    struct stat facts
    {
    };
    if (::fstat(file.descriptor(), &facts) != 0 || !S_ISREG(facts.st_mode))
        return fail(ErrorKind::SecretNotFound, "the key file " + path + " is not a regular file");
    if (!mayBeShared && (facts.st_mode & 077) != 0)
        return fail(ErrorKind::SecretNotFound,
                    "others may read the key file " + path + ", so it is not used; run: chmod 600 " + path);
    std::string bytes;
    if (!readAll(file, bytes))
        return fail(ErrorKind::SecretNotFound,
                    "cannot read the key file " + path + ": " + std::strerror(errno));
    if (bytes.size() > kLargest)
        return fail(ErrorKind::SecretNotFound, "the key file " + path + " is larger than 64 KiB: no key");
    return checked(std::move(bytes), "the key file " + path);
}

Result<Secret> readCredential(const std::string &name)
{
    const char *folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (!folder || !*folder)
        return fail(ErrorKind::SecretNotFound, "there is no credential " + name +
                                                   ": CREDENTIALS_DIRECTORY is not set; start Pointsman as a "
                                                   "systemd service with LoadCredential=" +
                                                   name + ":/path");
    return readFile(std::string(folder) + "/" + name, true);
}

} // namespace

Result<Secret> readPlain(const Reference &reference)
{
    switch (reference.kind) {
    case Reference::Kind::Environment: {
        auto value = readEnvironment(reference.name);
        // Google's convention: this one holds the path of the key file.
        if (!value || reference.name != "GOOGLE_APPLICATION_CREDENTIALS" || value->reveal().starts_with("{"))
            return value;
        return readFile(std::string(value->reveal()), false);
    }
    case Reference::Kind::Credential:
        return readCredential(reference.name);
    case Reference::Kind::File: {
        const auto path = expandHome(reference.name);
        return path ? readFile(*path, false) : fail(path.error());
    }
    case Reference::Kind::Aws:
        return readAwsProfile(reference.name);
    case Reference::Kind::Keychain:
        break;
    }
    return fail(ErrorKind::Internal, "keychain:" + reference.name + " must be asked of the keychain");
}

} // namespace pm::secrets
