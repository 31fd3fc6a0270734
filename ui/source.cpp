// SPDX-License-Identifier: GPL-3.0-or-later
#include "source.h"

#include "moc_source.cpp"
