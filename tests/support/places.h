// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

// Where the sources lie. Functions, so that no test's own compilation depends on the checkout's folder.
namespace pm::test {

/// "…/tests" + `below`.
QString inTests(const QString &below);
/// The checkout + `below`.
QString inSources(const QString &below);

} // namespace pm::test
