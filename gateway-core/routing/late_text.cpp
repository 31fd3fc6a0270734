// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/late_text.h"

namespace pm::routing {

std::string LateText::text() const
{
    std::string text(lead);
    if (write)
        text += write(numbers);
    return text += rest;
}

} // namespace pm::routing
