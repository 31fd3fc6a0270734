// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/provider_list.h"

#include "format.h"
#include "providers/key_text.h"
#include "style/focus_style.h"
#include "style/theme.h"
#include "widgets/status_dot.h"

#include <QCoreApplication>
#include <QPainter>
#include <QStyledItemDelegate>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

enum Role { Name = Qt::UserRole + 1, About, Figures, Colour, Health, Muted };

class Delegate final : public QStyledItemDelegate
{
public:
    Delegate(const Theme &theme, QObject *parent)
        : QStyledItemDelegate(parent)
        , m_theme(theme)
    {
    }

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override { return {200, 46}; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Tokens &t = m_theme.tokens();
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QRect plate = option.rect.adjusted(0, 0, 0, -2);
        const bool isSelected = option.state & QStyle::State_Selected;
        painter->setPen(Qt::NoPen);
        if (isSelected || (option.state & QStyle::State_MouseOver)) {
            painter->setBrush(isSelected ? t.selection : t.hover);
            painter->drawRoundedRect(plate, 6, 6);
        }
        if (option.state & QStyle::State_HasFocus)
            paintFocusRing(*painter, plate, t.accent);
        const Sign sign = healthSign(static_cast<ProviderStatus::Health>(index.data(Health).toInt()));
        paintGlyph(*painter, QRectF(plate.left() + 8, plate.top() + 6, 16, 16), sign.glyph, t.*sign.colour);
        painter->setPen(Qt::NoPen);
        painter->setBrush(index.data(Colour).value<QColor>());
        painter->drawEllipse(QRectF(plate.left() + 30, plate.top() + 10, 8, 8));
        paintText(*painter, plate.adjusted(46, 5, -10, -5), index);
        painter->restore();
    }

private:
    void paintText(QPainter &painter, const QRect &rect, const QModelIndex &index) const
    {
        const Tokens &t = m_theme.tokens();
        const QFontMetrics small(m_theme.small());
        const QString figures = index.data(Figures).toString();
        painter.setFont(m_theme.small());
        painter.setPen(t.muted);
        painter.drawText(rect, Qt::AlignTop | Qt::AlignRight, figures);
        painter.drawText(rect, Qt::AlignBottom,
                         small.elidedText(index.data(About).toString(), Qt::ElideRight, rect.width()));
        painter.setFont(m_theme.bold());
        painter.setPen(index.data(Muted).toBool() ? t.muted : t.text);
        const int room = rect.width() - small.horizontalAdvance(figures) - 8;
        painter.drawText(rect, Qt::AlignTop,
                         QFontMetrics(m_theme.bold())
                             .elidedText(index.data(Qt::DisplayRole).toString(), Qt::ElideRight, room));
    }

    const Theme &m_theme;
};

QString figuresOf(const ProviderStatus &provider)
{
    QStringList parts;
    if (provider.latencyMs)
        parts.append(
            QCoreApplication::translate("pm::ui::ProviderList", "%1 ms").arg(qRound(*provider.latencyMs)));
    if (provider.models > 0)
        parts.append(
            provider.models == 1
                ? QCoreApplication::translate("pm::ui::ProviderList", "1 model")
                : QCoreApplication::translate("pm::ui::ProviderList", "%1 models").arg(provider.models));
    return parts.join(u" · "_s);
}

} // namespace

bool isInUse(const ProviderStatus &provider)
{
    return provider.isConfigured || provider.key == ProviderStatus::Key::Present ||
           (provider.isLocal && provider.isReachable) || provider.isDemo;
}

ProviderList::ProviderList(const Theme &theme, QWidget *parent)
    : QListWidget(parent)
{
    setItemDelegate(new Delegate(theme, this));
    setMouseTracking(true);
    setAccessibleName(tr("Providers"));
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(&theme, &Theme::changed, viewport(), qOverload<>(&QWidget::update));
    connect(this, &QListWidget::currentItemChanged, this, [this](QListWidgetItem *item) {
        if (item && !m_isFilling)
            Q_EMIT chosen(item->data(Name).toString());
    });
}

void ProviderList::setProviders(const std::vector<ProviderStatus> &providers, const QString &current)
{
    m_isFilling = true;
    std::vector<ProviderStatus> sorted = providers;
    std::stable_partition(sorted.begin(), sorted.end(), isInUse);
    while (count() > static_cast<int>(sorted.size()))
        delete takeItem(count() - 1);
    while (count() < static_cast<int>(sorted.size()))
        addItem(QString());
    for (int row = 0; row < count(); ++row) {
        const ProviderStatus &provider = sorted[static_cast<std::size_t>(row)];
        const QString name = fromUtf8(provider.name);
        QListWidgetItem *entry = item(row);
        const QString health = pm::ui::healthName(provider.health);
        const QString key =
            provider.key == ProviderStatus::Key::NotNeeded ? tr("needs no key") : keyText(provider).text;
        entry->setText(provider.title.empty() ? name : fromUtf8(provider.title));
        entry->setData(Name, name);
        entry->setData(About, key);
        entry->setData(Figures, figuresOf(provider));
        entry->setData(Colour, providerColour(name, fromUtf8(provider.colour)));
        entry->setData(Health, static_cast<int>(provider.health));
        entry->setData(Muted, !isInUse(provider));
        entry->setData(Qt::AccessibleTextRole, u"%1, %2, %3"_s.arg(entry->text(), health, key));
        entry->setToolTip(healthPhrase(provider.health, provider.healthText));
        if (name == current)
            setCurrentRow(row);
    }
    applyFilter();
    m_isFilling = false;
}

void ProviderList::setFilter(const QString &text)
{
    m_filter = text.trimmed();
    applyFilter();
}

void ProviderList::applyFilter()
{
    for (int row = 0; row < count(); ++row) {
        const bool fits = item(row)->text().contains(m_filter, Qt::CaseInsensitive) ||
                          item(row)->data(Name).toString().contains(m_filter, Qt::CaseInsensitive);
        item(row)->setHidden(!fits);
    }
}

} // namespace pm::ui

#include "moc_provider_list.cpp"
