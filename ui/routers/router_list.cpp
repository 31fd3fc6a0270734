// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/router_list.h"

#include "style/focus_style.h"
#include "style/glyph.h"
#include "style/theme.h"

#include <QPainter>
#include <QStyledItemDelegate>

namespace pm::ui {

namespace {

enum Role { About = Qt::UserRole + 1, Active, Problem };

class Delegate final : public QStyledItemDelegate
{
public:
    Delegate(const Theme &theme, QObject *parent)
        : QStyledItemDelegate(parent)
        , m_theme(theme)
    {
    }

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override { return {120, 46}; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Tokens &t = m_theme.tokens();
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QRect plate = option.rect.adjusted(0, 0, 0, -2);
        const bool isSelected = option.state & QStyle::State_Selected;
        if (isSelected || (option.state & QStyle::State_MouseOver)) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(isSelected ? t.selection : t.hover);
            painter->drawRoundedRect(plate, 6, 6);
        }
        if (option.state & QStyle::State_HasFocus)
            paintFocusRing(*painter, plate, t.accent);
        QRect text = plate.adjusted(10, 5, -10, -5);
        if (index.data(Active).toBool() || index.data(Problem).toBool())
            text.setRight(text.right() - 20);
        const QRectF sign(plate.right() - 24, plate.top() + 6, 16, 16);
        if (index.data(Problem).toBool())
            paintGlyph(*painter, sign, Glyph::Cross, t.bad);
        else if (index.data(Active).toBool())
            paintGlyph(*painter, sign, Glyph::Check, t.accent);
        painter->setFont(m_theme.bold());
        painter->setPen(t.text);
        const QFontMetrics bold(m_theme.bold());
        painter->drawText(text, Qt::AlignTop,
                          bold.elidedText(index.data().toString(), Qt::ElideRight, text.width()));
        painter->setFont(m_theme.small());
        painter->setPen(t.muted);
        const QFontMetrics small(m_theme.small());
        painter->drawText(text, Qt::AlignBottom,
                          small.elidedText(index.data(About).toString(), Qt::ElideRight, text.width()));
        painter->restore();
    }

private:
    const Theme &m_theme;
};

} // namespace

RouterList::RouterList(const Theme &theme, QWidget *parent)
    : QListWidget(parent)
{
    setItemDelegate(new Delegate(theme, this));
    setMouseTracking(true);
    setAccessibleName(tr("Routers"));
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(&theme, &Theme::changed, viewport(), qOverload<>(&QWidget::update));
    connect(this, &QListWidget::currentItemChanged, this, [this](QListWidgetItem *item) {
        if (item && !m_isFilling)
            Q_EMIT chosen(item->text());
    });
}

void RouterList::setEntries(const QList<Entry> &entries, const QString &current)
{
    m_isFilling = true;
    if (entries != m_entries) {
        m_entries = entries;
        clear();
        for (const Entry &entry : entries) {
            auto *item = new QListWidgetItem(entry.name, this);
            item->setData(About, entry.about);
            item->setData(Active, entry.isActive);
            item->setData(Problem, entry.hasProblem);
            const QString state = entry.hasProblem ? tr(", has a problem")
                                  : entry.isActive ? tr(", active")
                                                   : QString();
            item->setData(Qt::AccessibleTextRole,
                          QString(entry.name + QStringLiteral(", ") + entry.about + state));
            item->setToolTip(entry.isActive ? tr("Bare /v1 paths go through this router") : QString());
        }
    }
    for (int row = 0; row < count(); ++row) {
        if (item(row)->text() == current)
            setCurrentRow(row);
    }
    m_isFilling = false;
}

QString RouterList::current() const
{
    return currentItem() ? currentItem()->text() : QString();
}

} // namespace pm::ui

#include "moc_router_list.cpp"
