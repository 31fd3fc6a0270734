// SPDX-License-Identifier: GPL-3.0-or-later
#include "secrets/aws_profile.h"

#include "secrets/secret_store.h"

#include <cstdlib>
#include <string_view>

namespace pm::secrets {

namespace {

struct Parts
{
    Secret id;
    Secret secret;
    Secret token;
};

Secret variable(const char *name)
{
    const char *value = std::getenv(name);
    return Secret(value ? value : "");
}

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

void takeLine(std::string_view line, Parts &parts)
{
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos)
        return;
    const std::string_view name = trimmed(line.substr(0, equals));
    Secret value{std::string(trimmed(line.substr(equals + 1)))};
    if (name == "aws_access_key_id")
        parts.id = std::move(value);
    else if (name == "aws_secret_access_key")
        parts.secret = std::move(value);
    else if (name == "aws_session_token")
        parts.token = std::move(value);
}

Parts partsOf(std::string_view file, const std::string &profile)
{
    Parts parts;
    bool isInside = false;
    while (!file.empty()) {
        const std::size_t end = std::min(file.find('\n'), file.size());
        const std::string_view line = trimmed(file.substr(0, end));
        file.remove_prefix(std::min(end + 1, file.size()));
        if (line.starts_with('[') && line.ends_with(']'))
            isInside = trimmed(line.substr(1, line.size() - 2)) == profile;
        else if (isInside && !line.starts_with('#') && !line.starts_with(';'))
            takeLine(line, parts);
    }
    return parts;
}

Result<Secret> joined(const Parts &parts, const std::string &place)
{
    if (parts.id.isEmpty() || parts.secret.isEmpty())
        return fail(ErrorKind::SecretNotFound, "there is no AWS key in " + place);
    std::string text;
    text.reserve(parts.id.reveal().size() + parts.secret.reveal().size() + parts.token.reveal().size() + 2);
    text.append(parts.id.reveal()).append(":").append(parts.secret.reveal());
    if (!parts.token.isEmpty())
        text.append(":").append(parts.token.reveal());
    return Secret(std::move(text));
}

} // namespace

Result<Secret> readAwsProfile(const std::string &profile)
{
    if (profile == "environment") {
        return joined({variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"), variable("AWS_SESSION_TOKEN")},
                      "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; set both where Pointsman is started");
    }
    const char *named = std::getenv("AWS_SHARED_CREDENTIALS_FILE");
    const std::string path = named && *named ? named : "~/.aws/credentials";
    const auto file = readPlain({Reference::Kind::File, path});
    if (!file)
        return fail(file.error());
    return joined(partsOf(file->reveal(), profile), "section [" + profile + "] of " + path);
}

} // namespace pm::secrets
