// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/node_problem.h"

#include "routers/route_places.h"
#include "widgets/problem_note.h"

#include <QStyle>
#include <QWidget>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

bool isMild(const NodeProblems &problems)
{
    return std::all_of(problems.begin(), problems.end(),
                       [](const NodeProblem &each) { return each.isWarning; });
}

/// One a line; of errors and warnings only the errors.
QString textOf(const NodeProblems &problems)
{
    const bool withWarnings = isMild(problems);
    QStringList lines;
    for (const NodeProblem &each : problems) {
        if (withWarnings || !each.isWarning)
            lines.append(each.text);
    }
    lines.removeDuplicates();
    return lines.join(u'\n');
}

} // namespace

NodeProblems problemsIn(const NodeProblems &all, std::string_view place)
{
    NodeProblems found;
    std::copy_if(all.begin(), all.end(), std::back_inserter(found),
                 [&](const NodeProblem &each) { return isBelow(each.place, std::string(place)); });
    return found;
}

NodeProblems takeIn(NodeProblems &left, std::string_view place)
{
    NodeProblems found = problemsIn(left, place);
    std::erase_if(left, [&](const NodeProblem &each) { return isBelow(each.place, std::string(place)); });
    return found;
}

void markField(QWidget *field, const NodeProblems &problems, const QString &usualToolTip)
{
    const QString text = textOf(problems);
    field->setToolTip(text.isEmpty() || usualToolTip.isEmpty() ? text + usualToolTip
                                                               : text + u"\n\n"_s + usualToolTip);
    field->setAccessibleDescription(text);
    const QString state = text.isEmpty() ? QString() : isMild(problems) ? u"warn"_s : u"bad"_s;
    if (field->property("state").toString() == state)
        return;
    field->setProperty("state", state);
    field->style()->unpolish(field);
    field->style()->polish(field);
}

void showIn(ProblemNote *note, const NodeProblems &problems)
{
    note->setProblem(textOf(problems), isMild(problems));
}

} // namespace pm::ui
