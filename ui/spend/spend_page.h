// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "page.h"
#include "spend/spend_report.h"

QT_BEGIN_NAMESPACE
class QLabel;
class QStackedWidget;
QT_END_NAMESPACE

namespace pm::ui {

class BudgetList;
class EmptyState;
class FigureTile;
class Legend;
class SpendBars;
class SpendModel;
class SpendTable;
class TabBar;

/// What was spent and saved over a span of time, on what, and how the budgets stand. GUI thread.
class SpendPage : public Page
{
    Q_OBJECT

public:
    explicit SpendPage(const PageContext &context, QWidget *parent = nullptr);

    QString id() const override { return QStringLiteral("spend"); }
    QString title() const override { return tr("Spend"); }
    QString iconName() const override { return QStringLiteral("spend"); }
    void activate() override;
    void deactivate() override { m_poll.stop(); }
    std::vector<Command> commands() override;

    void setSpan(SpendSpan span);
    void setGrouping(const std::string &by); ///< one of spendGroupings()
    SpendModel &model() { return *m_model; }

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void build();
    QWidget *makeChoices();
    QWidget *makeTiles();
    QWidget *makeMain();
    QWidget *makeSide();
    SpendSpan span() const;
    const SpendGrouping &grouping() const;
    void ask();
    void take(Result<SpendReport> report);
    void showReport();
    void showTotals();
    void showBars();
    void showNothing();
    void showBudgets();
    void showRequests(const QString &value);
    QColor colourOf(const std::string &value, std::size_t place) const;

    const PageContext m_context;
    TabBar *m_span = nullptr;
    TabBar *m_by = nullptr;
    FigureTile *m_spent = nullptr;
    FigureTile *m_saved = nullptr;
    FigureTile *m_requests = nullptr;
    FigureTile *m_tokens = nullptr;
    FigureTile *m_unpriced = nullptr;
    QLabel *m_barsTitle = nullptr;
    SpendBars *m_bars = nullptr;
    Legend *m_legend = nullptr;
    SpendModel *m_model;
    SpendTable *m_table = nullptr;
    QStackedWidget *m_main = nullptr; ///< figures, or why there are none
    EmptyState *m_nothing = nullptr;
    BudgetList *m_budgets = nullptr;
    QLabel *m_budgetProblem = nullptr;
    QStackedWidget *m_side = nullptr; ///< budgets, or how to make the first
    QWidget *m_sideCard = nullptr;
    SpendReport m_report;
    QTimer m_poll;
    int m_job = 0; ///< of the last question; answers to earlier ones are too late
    bool m_hasReport = false;
    bool m_isAsking = false;
    bool m_hasNews = true;
};

} // namespace pm::ui
