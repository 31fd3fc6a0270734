// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <string>

namespace pm::secrets {

/// The AWS key of `profile` as "AKID:SECRET" or "AKID:SECRET:TOKEN": "environment" means AWS_ACCESS_KEY_ID,
/// AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, another name a section of the shared credentials file
/// (AWS_SHARED_CREDENTIALS_FILE, else ~/.aws/credentials), which others must not be able to read. Error: SecretNotFound
/// naming what is missing.
Result<Secret> readAwsProfile(const std::string &profile);

} // namespace pm::secrets
