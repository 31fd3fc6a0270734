// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "traces/body_text.h"

#include <QStringList>

#include <array>

// The bodies of a request on their way, for people: as asked, as understood, as sent on; and of the answer as
// received, as understood, as passed on. Pure functions of a record, for the store's worker.
namespace pm::ui {

/// A body at one point of its way.
struct Stage
{
    BodyText body;
    QString format; ///< "anthropic"; empty when nothing is known
    QString about;  ///< format, size, target: "anthropic · 2.1 kB"
    QString note;   ///< what is to be known before reading it; mostly empty
    QString empty;  ///< why there is nothing to read
};

/// What the provider's format could not carry.
struct LostField
{
    QString name;           ///< as the trace says
    std::vector<int> lines; ///< of the first stage's text, from 0; empty: nowhere in it
};

struct BodyStages
{
    std::array<Stage, 3> stages;
    std::vector<LostField> losses;
    QString target; ///< who could not take them
};

BodyStages requestStages(const trace::Record &record);
BodyStages answerStages(const trace::Record &record);

/// True when the answer went on in the format in which it came: then what the gateway wrote itself is at most the end
/// of a stream that broke.
bool isSameFormat(const trace::Record &record);

} // namespace pm::ui
