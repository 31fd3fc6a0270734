// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <string>
#include <string_view>
#include <vector>

QT_BEGIN_NAMESPACE
class QWidget;
QT_END_NAMESPACE

// What the check says of the nodes of a router's tree, for the fields that show them. GUI thread.
namespace pm::ui {

class ProblemNote;

struct NodeProblem
{
    std::string place; ///< below the node: "settings.cost", `when."time.hour".gt`; empty: the node itself
    QString text;
    bool isWarning = false;
};

/// Of one node; errors go before warnings.
using NodeProblems = std::vector<NodeProblem>;

/// Those at `place` or below it.
NodeProblems problemsIn(const NodeProblems &all, std::string_view place);
/// The same; they are no longer in `left`.
NodeProblems takeIn(NodeProblems &left, std::string_view place);

/// The border of what is wrong, its text as tool tip before the usual one and for assistive tools.
void markField(QWidget *field, const NodeProblems &problems, const QString &usualToolTip);
/// The same text to be read on the page. Where there are errors, warnings wait.
void showIn(ProblemNote *note, const NodeProblems &problems);

} // namespace pm::ui
