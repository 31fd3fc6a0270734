// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/budgets.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
class QVBoxLayout;
QT_END_NAMESPACE

namespace pm::ui {

class ElidedLabel;
class FillBar;
class StatusDot;
class Theme;

/// One budget: how it stands as glyph and word, what is spent of what, a bar, and when it begins anew.
class BudgetRow : public QWidget
{
    Q_OBJECT

public:
    explicit BudgetRow(const Theme &theme, QWidget *parent = nullptr);
    void setBudget(const policy::BudgetState &state);

private:
    StatusDot *m_sign;
    ElidedLabel *m_name;
    ElidedLabel *m_whose;
    QLabel *m_amount;
    FillBar *m_bar;
    QLabel *m_word;
    ElidedLabel *m_span;
};

/// Budgets below each other, those in need first; at most kMostRows, the rest counted. Rows stay while
/// numbers change.
class BudgetList : public QWidget
{
    Q_OBJECT

public:
    static constexpr std::size_t kMostRows = 50;

    explicit BudgetList(const Theme &theme, QWidget *parent = nullptr);
    void setBudgets(std::vector<policy::BudgetState> states);

private:
    const Theme &m_theme;
    QVBoxLayout *m_layout;
    std::vector<BudgetRow *> m_rows;
    QLabel *m_more;
};

} // namespace pm::ui
