// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/entry_list.h"

#include "style/focus_style.h"
#include "style/theme.h"

#include <QPainter>
#include <QStyledItemDelegate>

namespace pm::ui {

namespace {

constexpr int kRow = 46;
constexpr int kPlateGap = 2;
constexpr int kMargin = 10;
constexpr int kGlyph = 16;
constexpr int kDot = 8;
constexpr int kGap = 8;

class EntryDelegate final : public QStyledItemDelegate
{
public:
    EntryDelegate(const Theme &theme, const QList<EntryList::Entry> &entries, QObject *parent)
        : QStyledItemDelegate(parent)
        , m_theme(theme)
        , m_entries(entries)
    {
    }

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override { return {120, kRow}; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Tokens &t = m_theme.tokens();
        const EntryList::Entry &entry = m_entries[index.row()];
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        const QRect plate = option.rect.adjusted(0, 0, 0, -kPlateGap);
        const bool isSelected = option.state & QStyle::State_Selected;
        if (isSelected || (option.state & QStyle::State_MouseOver)) {
            painter->setBrush(isSelected ? t.selection : t.hover);
            painter->drawRoundedRect(plate, 6, 6);
        }
        if (option.state & QStyle::State_HasFocus)
            paintFocusRing(*painter, plate, t.accent);
        const QRect inner = plate.adjusted(kMargin, 5, -kMargin, -5);
        paintText(*painter, paintSigns(*painter, inner, entry), inner.right(), entry);
        painter->restore();
    }

private:
    /// What is left for the words.
    QRect paintSigns(QPainter &painter, QRect rect, const EntryList::Entry &entry) const
    {
        const Tokens &t = m_theme.tokens();
        if (entry.state) {
            paintGlyph(painter, QRectF(rect.left() - 2, rect.top() + 1, kGlyph, kGlyph), entry.state->glyph,
                       t.*entry.state->colour);
            rect.setLeft(rect.left() + kGlyph + kGap - 4);
        }
        if (entry.dot.isValid()) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(entry.dot);
            painter.drawEllipse(QRectF(rect.left(), rect.top() + 5, kDot, kDot));
            rect.setLeft(rect.left() + kDot + kGap);
        }
        if (entry.mark) {
            paintGlyph(painter, QRectF(rect.right() - kGlyph + 2, rect.top() + 1, kGlyph, kGlyph),
                       entry.mark->glyph, t.*entry.mark->colour);
            rect.setRight(rect.right() - kGlyph - kGap / 2);
        }
        return rect;
    }

    /// The mark stands beside the first line alone: the second goes on to `right`.
    void paintText(QPainter &painter, const QRect &rect, int right, const EntryList::Entry &entry) const
    {
        const Tokens &t = m_theme.tokens();
        const QFontMetrics small(m_theme.small());
        const int figures = small.horizontalAdvance(entry.figures);
        painter.setFont(m_theme.small());
        painter.setPen(t.muted);
        painter.drawText(rect, Qt::AlignTop | Qt::AlignRight, entry.figures);
        const QRect below(rect.left(), rect.top(), right - rect.left(), rect.height());
        painter.drawText(below, Qt::AlignBottom, small.elidedText(entry.about, Qt::ElideRight, below.width()));
        painter.setFont(m_theme.bold());
        painter.setPen(entry.isMuted ? t.muted : t.text);
        const int room = rect.width() - (figures > 0 ? figures + kGap : 0);
        painter.drawText(rect, Qt::AlignTop,
                         QFontMetrics(m_theme.bold()).elidedText(entry.title, Qt::ElideRight, room));
    }

    const Theme &m_theme;
    const QList<EntryList::Entry> &m_entries;
};

} // namespace

EntryList::EntryList(const Theme &theme, const QString &accessibleName, QWidget *parent)
    : QListWidget(parent)
{
    setItemDelegate(new EntryDelegate(theme, m_entries, this));
    setMouseTracking(true);
    setAccessibleName(accessibleName);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(&theme, &Theme::changed, viewport(), qOverload<>(&QWidget::update));
    connect(this, &QListWidget::currentRowChanged, this, [this](int row) {
        if (row >= 0 && !m_isFilling)
            Q_EMIT chosen(m_entries[row].id);
    });
}

void EntryList::setEntries(const QList<Entry> &entries, const QString &current)
{
    m_isFilling = true;
    while (count() > entries.size())
        delete takeItem(count() - 1);
    while (count() < entries.size())
        addItem(QString());
    const QList<Entry> before = std::exchange(m_entries, entries);
    for (int row = 0; row < count(); ++row) {
        if (row >= before.size() || before[row] != m_entries[row])
            show(item(row), m_entries[row]);
        if (m_entries[row].id == current)
            setCurrentRow(row);
    }
    applyFilter();
    m_isFilling = false;
}

void EntryList::show(QListWidgetItem *item, const Entry &entry)
{
    item->setText(entry.title);
    item->setData(Qt::AccessibleTextRole, entry.spoken);
    item->setToolTip(entry.toolTip);
    viewport()->update(visualItemRect(item));
}

void EntryList::setFilter(const QString &text)
{
    m_filter = text.trimmed();
    applyFilter();
}

void EntryList::applyFilter()
{
    for (int row = 0; row < count(); ++row) {
        const Entry &entry = m_entries[row];
        item(row)->setHidden(!entry.title.contains(m_filter, Qt::CaseInsensitive) &&
                             !entry.id.contains(m_filter, Qt::CaseInsensitive));
    }
}

void EntryList::enter()
{
    setFocus(Qt::TabFocusReason);
    if (currentItem() && !currentItem()->isHidden())
        return;
    for (int row = 0; row < count(); ++row) {
        if (!item(row)->isHidden())
            return setCurrentRow(row);
    }
}

QString EntryList::current() const
{
    return currentRow() >= 0 ? m_entries[currentRow()].id : QString();
}

} // namespace pm::ui

#include "moc_entry_list.cpp"
