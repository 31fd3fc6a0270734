// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialects/dialect.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

// What must hold of request bodies in every dialect: whatever is read can be written, what is written can be
// read, and writing settles. A broken promise aborts, which is how a fuzzer reports.
namespace fuzz {

/// What one dialect promises about its requests, and the targets it is written for.
struct RequestPromises
{
    /// At least one; the last is also what bodies are retargeted to.
    std::vector<pm::TargetTraits> targets;
    /// How often a body that was written is read and written again before it stays the same.
    int roundsToSettle = 1;
    /// What is written may be nested one level too deep to be read again.
    bool mayNestDeeper = false;
    /// The path names the model, not the body.
    bool isModelInPath = false;
};

inline void require(bool holds)
{
    if (!holds)
        std::abort();
}

/// What was written, read and written again.
inline std::string rewritten(const pm::Dialect &dialect, std::string_view body,
                             const pm::TargetTraits &target)
{
    const auto request = dialect.readRequest(body);
    require(request.has_value());
    pm::Losses losses;
    const auto written = dialect.writeRequest(*request, target, losses);
    require(written.has_value());
    return *written;
}

inline void checkWritten(const pm::Dialect &dialect, const pm::ChatRequest &request,
                         const pm::TargetTraits &target, const RequestPromises &promises)
{
    pm::Losses losses;
    const auto written = dialect.writeRequest(request, target, losses);
    if (!written) {
        require(written.error().kind == pm::ErrorKind::NotSupported);
        return;
    }
    if (const auto facts = dialect.facts(*written); !facts) {
        const bool isTooDeep = facts.error().message.find("nests deeper") != std::string::npos;
        require(promises.mayNestDeeper && isTooDeep);
        return;
    }
    std::string settled = *written;
    for (int round = 1; round < promises.roundsToSettle; ++round)
        settled = rewritten(dialect, settled, target);
    require(rewritten(dialect, settled, target) == settled);
}

/// Checks `body` as a request of `dialect`; aborts at the first promise that does not hold.
inline void checkRequest(const pm::Dialect &dialect, std::string_view body, const RequestPromises &promises)
{
    const auto facts = dialect.facts(body);
    if (facts)
        require(facts->promptText.size() <= 8 * 1024);
    if (const auto request = dialect.readRequest(body)) {
        require(facts.has_value());
        for (const pm::TargetTraits &target : promises.targets)
            checkWritten(dialect, *request, target, promises);
    }
    if (!facts)
        return;
    const pm::TargetTraits &target = promises.targets.back();
    const auto moved = dialect.retarget(body, target, true);
    if (!moved)
        return;
    const auto after = dialect.facts(*moved);
    require(after.has_value() && (promises.isModelInPath || after->model == target.model));
}

/// The bytes that libFuzzer hands over.
inline std::string_view inputText(const std::uint8_t *data, std::size_t size)
{
    return {reinterpret_cast<const char *>(data), size};
}

} // namespace fuzz
