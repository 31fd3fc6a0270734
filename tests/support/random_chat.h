// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialects/dialect.h"

#include <cstdint>
#include <string>
#include <vector>

namespace pm::test {

/// What a format can say, so that what is made for it must survive it whole.
struct Abilities
{
    bool names = false;
    bool developers = false;
    bool lateSystem = false;      ///< system turns between the others
    bool images = true;
    bool imageUrls = false;
    bool imageDetail = false;
    bool documents = false;       ///< PDF in base64
    bool documentTitles = false;
    bool audio = false;
    bool failedResults = false;
    bool resultImages = false;
    bool thinking = false;
    std::string signedBy;         ///< family of the signatures of thoughts; empty: they have none
    bool sealed = false;          ///< reasoning without words
    std::string callsSignedBy;    ///< family of the signatures of calls
    bool cacheMarks = false;
    bool tools = true;
    bool strictTools = false;
    bool forcedChoice = false;
    bool noneChoice = false;
    bool oneCallAtATime = false;
    bool stops = true;
    bool topK = false;
    bool seed = false;
    bool penalties = false;
    bool logitBias = false;
    bool effort = false;
    bool verbosity = false;
    bool user = false;
    bool cacheKey = false;        ///< prompt_cache_key
    bool metadata = false;
    bool jsonObject = false;
    bool schema = true;
};

/// What the format's own model of today takes; without meaning for formats that are not both read and written.
Abilities abilitiesOf(DialectId format);
/// Everything, for formats that must refuse or name what they cannot say.
Abilities everything();

/// A conversation made of `seed` alone: the same on all machines. User first, results behind their calls and in their
/// order; words with quotes, line breaks and letters of many alphabets.
ChatRequest randomChat(std::uint64_t seed, const Abilities &abilities);

} // namespace pm::test
