// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policies/policy_field.h"

QT_BEGIN_NAMESPACE
class QCheckBox;
QT_END_NAMESPACE

namespace pm::ui {

/// Whether a cache is also looked up by meaning: its part `semantic`. GUI thread.
class SemanticSwitch final : public PolicyField
{
    Q_OBJECT

public:
    SemanticSwitch(const Theme &theme, const QString &what, QWidget *parent);

    void show(const config::PlaceFinder &text, const std::string &item) override;
    NodeProblems showProblems(NodeProblems &) override { return {}; } ///< the fields beside it have them
    QList<QWidget *> stops() const override;

private:
    QCheckBox *m_check;
};

} // namespace pm::ui
