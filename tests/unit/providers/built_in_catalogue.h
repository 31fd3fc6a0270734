// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "providers/catalogue.h"

namespace pm::test {

/// The catalogue that comes with the program, read once.
inline const Catalogue &builtIn()
{
    static const Catalogue catalogue = Catalogue::loadBuiltIn().value();
    return catalogue;
}

} // namespace pm::test
