// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/loss_list.h"

#include "style/theme.h"
#include "widgets/line.h"

#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

constexpr int kRowHeight = 22;
constexpr int kInset = 14;
constexpr int kPlaceRole = Qt::UserRole;
constexpr int kIsPlacedRole = Qt::UserRole + 1;

QString placeText(const LostField &loss)
{
    if (loss.lines.empty())
        return LossList::tr("not in the body");
    const QString first = LossList::tr("line %1").arg(loss.lines.front() + 1);
    return loss.lines.size() == 1 ? first : LossList::tr("%1 and %2 more").arg(first).arg(loss.lines.size() - 1);
}

/// The minus that the gutter shows, the name, and the place at the right.
class RowDelegate : public QStyledItemDelegate
{
public:
    RowDelegate(const Theme &theme, QObject *parent)
        : QStyledItemDelegate(parent)
        , m_theme(theme)
    {
    }

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override { return {80, kRowHeight}; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Tokens &t = m_theme.tokens();
        const QString place = index.data(kPlaceRole).toString();
        const bool isPlaced = index.data(kIsPlacedRole).toBool();
        const bool isCurrent = option.state & QStyle::State_Selected;
        if (isCurrent || option.state & QStyle::State_MouseOver)
            painter->fillRect(option.rect, isCurrent ? t.selection : t.hover);
        QRect rest = option.rect.adjusted(kInset, 0, -kInset, 0);
        painter->setFont(m_theme.small());
        painter->setPen(isPlaced ? t.accent : t.muted);
        painter->drawText(rest, Qt::AlignRight | Qt::AlignVCenter, place);
        rest.setRight(rest.right() - painter->fontMetrics().horizontalAdvance(place) - 12);
        painter->setFont(m_theme.monoSmall());
        painter->setPen(t.warn);
        painter->drawText(rest, Qt::AlignLeft | Qt::AlignVCenter, u"−"_s);
        rest.setLeft(rest.left() + 16);
        painter->setPen(t.text);
        const QString name = index.data().toString();
        painter->drawText(rest, Qt::AlignLeft | Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(name, Qt::ElideRight, rest.width()));
    }

private:
    const Theme &m_theme;
};

} // namespace

LossList::LossList(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_title(makeLabel({}, theme.small(), Tone::Muted, this))
    , m_list(new QListWidget(this))
{
    m_title->setContentsMargins(kInset, 6, kInset, 2);
    m_list->setAccessibleName(tr("Fields that were not carried over"));
    m_list->setProperty("surface", u"panel"_s);
    m_list->setItemDelegate(new RowDelegate(theme, m_list));
    m_list->setUniformItemSizes(true);
    m_list->setMouseTracking(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 4);
    layout->setSpacing(0);
    layout->addWidget(m_title);
    layout->addWidget(m_list);
    layout->addWidget(makeLine(Qt::Horizontal, this));
    connect(m_list, &QListWidget::itemActivated, this, [this](QListWidgetItem *item) { go(m_list->row(item)); });
    // Styles differ in whether one click activates.
    connect(m_list, &QListWidget::itemClicked, this, [this](QListWidgetItem *item) {
        if (!m_list->style()->styleHint(QStyle::SH_ItemView_ActivateItemOnSingleClick, nullptr, m_list))
            go(m_list->row(item));
    });
    hide();
}

void LossList::setLosses(const std::vector<LostField> &losses, const QString &target)
{
    m_losses = losses;
    m_row = -1;
    m_list->clear();
    m_title->setText(tr("Not carried over to %1").arg(target));
    for (const LostField &loss : losses) {
        auto *item = new QListWidgetItem(loss.name, m_list);
        const QString place = placeText(loss);
        item->setData(kPlaceRole, place);
        item->setData(Qt::AccessibleTextRole, tr("%1, %2").arg(loss.name, place));
        item->setData(kIsPlacedRole, !loss.lines.empty());
        item->setToolTip(loss.name);
    }
    fitHeight();
    setVisible(!losses.empty());
}

void LossList::setMostRows(int rows)
{
    m_mostRows = rows;
    fitHeight();
}

void LossList::fitHeight()
{
    m_list->setFixedHeight(kRowHeight * std::min(m_mostRows, std::max(1, m_list->count())));
}

/// The first time to the first place, again to the next.
void LossList::go(int row)
{
    if (row < 0 || std::size_t(row) >= m_losses.size())
        return;
    const std::vector<int> &lines = m_losses[std::size_t(row)].lines;
    if (lines.empty())
        return;
    m_place = row == m_row ? (m_place + 1) % lines.size() : 0;
    m_row = row;
    Q_EMIT lineWanted(lines[m_place]);
}

} // namespace pm::ui

#include "moc_loss_list.cpp"
