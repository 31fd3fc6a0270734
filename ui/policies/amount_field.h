// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policies/policy_field.h"

namespace pm::ui {

class ComboBox;
class NumberField;

/// How much of what an item of `limits` lets pass: the key says what. GUI thread.
class AmountField final : public PolicyField
{
    Q_OBJECT

public:
    AmountField(const Theme &theme, const QString &what, QWidget *parent);

    void show(const config::PlaceFinder &text, const std::string &item) override;
    NodeProblems showProblems(NodeProblems &left) override;
    QList<QWidget *> stops() const override;

private:
    NumberField *m_number;
    ComboBox *m_of;
    std::string m_present; ///< the key that the text has; empty: none
};

} // namespace pm::ui
