// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

// What the names of losses speak of. Readers name a loss in the client's words, by its place
// ("messages[2].reasoning_details"); writers name it in the words of the common form ("max_tokens: lowered to 8192"),
// which each format spells its own way. The table of those words is here; a word that is not in it is looked for as it
// is.
namespace pm {

struct LossRule
{
    enum class Where {
        Nowhere,    ///< something was added or put elsewhere: no field to show
        Setting,    ///< a member of the request, or of an object in it
        Content,    ///< anywhere in turns and tools
        History,    ///< reasoning in earlier turns
        LateSystem, ///< system messages behind the first turn
        System,     ///< what the system says, wherever it stands
        Speakers,   ///< names of participants
        ToolNames,  ///< names of tools that not every format takes
    };
    std::string_view loss;  ///< a loss that begins so
    Where where;
    std::string_view names; ///< what formats call it, with blanks between; '_' and case do not count
};

/// Null when no row of the table speaks of this loss.
const LossRule *lossRule(std::string_view loss);

} // namespace pm
