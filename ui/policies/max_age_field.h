// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policies/policy_field.h"

#include <chrono>
#include <optional>

namespace pm::ui {

class ComboBox;
class NumberField;

/// A Cache-Control field with another max-age, or without one; all else in it stays as it is spelt.
std::string withMaxAge(const std::string &directive, std::optional<std::chrono::seconds> age);

/// How long answers stay fresh, as a number and a unit: the max-age of a cache's directive. GUI thread.
class MaxAgeField final : public PolicyField
{
    Q_OBJECT

public:
    MaxAgeField(const Theme &theme, const QString &what, QWidget *parent);

    void show(const config::PlaceFinder &text, const std::string &item) override;
    NodeProblems showProblems(NodeProblems &) override { return {}; } ///< the directive as a whole shows them
    QList<QWidget *> stops() const override;

private:
    void take();

    NumberField *m_number;
    ComboBox *m_unit;
    int m_chosen = -1; ///< unit that the user chose; -1: none
    std::string m_directive;
};

} // namespace pm::ui
