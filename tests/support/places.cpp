// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/places.h"

namespace pm::test {

QString inTests(const QString &below)
{
    return QStringLiteral(PM_TEST_DIR) + below;
}

QString inSources(const QString &below)
{
    return QStringLiteral(PM_SOURCE_DIR) + below;
}

} // namespace pm::test
