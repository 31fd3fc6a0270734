// SPDX-License-Identifier: GPL-3.0-or-later
#include "spend/spend_table.h"

#include "spend/spend_model.h"
#include "style/theme.h"
#include "traces/trace_delegates.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

constexpr int kRow = 28;
constexpr int kSwatch = 9;
constexpr int kNameRoom = 130;

/// The colour of its part of the bars, then the name; names of models are told apart by their ends.
class SpendNameDelegate final : public CellDelegate
{
public:
    using CellDelegate::CellDelegate;

protected:
    void paintContent(QPainter &painter, const QRect &area, const QModelIndex &index) const override
    {
        const Tokens &t = m_theme.tokens();
        const QColor colour = index.data(SpendModel::ColourRole).value<QColor>();
        if (colour.isValid()) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(colour);
            painter.drawRoundedRect(QRectF(area.left(), area.center().y() - 4, kSwatch, kSwatch), 2, 2);
        }
        const QRect rest = area.adjusted(kSwatch + 7, 0, 0, 0);
        painter.setFont(m_theme.font());
        painter.setPen(index.data(SpendModel::MutedRole).toBool() ? t.muted : t.text);
        painter.drawText(
            rest, Qt::AlignVCenter | Qt::AlignLeft,
            QFontMetrics(m_theme.font()).elidedText(index.data().toString(), Qt::ElideMiddle, rest.width()));
    }
};

} // namespace

SpendTable::SpendTable(const Theme &theme, SpendModel &model, QWidget *parent)
    : QTableView(parent)
{
    setModel(&model);
    setAccessibleName(tr("What was spent"));
    setProperty("surface", u"panel"_s);
    setProperty("rows", u"plain"_s);
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setMouseTracking(true);
    setEditTriggers(NoEditTriggers);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(kRow);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setMinimumSectionSize(20);
    setItemDelegate(new NumberDelegate(theme, SpendModel::MutedRole, this));
    setItemDelegateForColumn(SpendModel::Name, new SpendNameDelegate(theme, this));
    connect(this, &QTableView::doubleClicked, this, [this](const QModelIndex &index) {
        Q_EMIT requestsWanted(index.data(SpendModel::ValueRole).toString());
    });
}

/// Names come first: when room is short, what has no price goes, then what was saved.
void SpendTable::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    constexpr std::pair<int, int> kFigures[] = {{SpendModel::Spent, 84},
                                                {SpendModel::Requests, 80},
                                                {SpendModel::Tokens, 100},
                                                {SpendModel::Saved, 80},
                                                {SpendModel::Unpriced, 76}};
    int rest = viewport()->width();
    for (const auto &[column, width] : kFigures) {
        const bool hasRoom = rest - width >= kNameRoom;
        setColumnHidden(column, !hasRoom);
        setColumnWidth(column, width);
        rest -= hasRoom ? width : 0;
    }
    setColumnWidth(SpendModel::Name, rest);
}

void SpendTable::keyPressEvent(QKeyEvent *event)
{
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && currentIndex().isValid()) {
        Q_EMIT requestsWanted(currentIndex().data(SpendModel::ValueRole).toString());
        return;
    }
    QTableView::keyPressEvent(event);
}

} // namespace pm::ui

#include "moc_spend_table.cpp"
