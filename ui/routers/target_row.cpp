// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/target_row.h"

#include "format.h"
#include "routers/share_bar.h"
#include "style/theme.h"
#include "widgets/combo_box.h"
#include "widgets/elided_label.h"
#include "widgets/icon_button.h"
#include "widgets/status_dot.h"

#include <QDoubleSpinBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

/// Writes 0.7, not 0.700, and looks like the other fields.
class WeightBox final : public QDoubleSpinBox
{
public:
    explicit WeightBox(QWidget *parent)
        : QDoubleSpinBox(parent)
    {
        setStyleSheet(
            u"QDoubleSpinBox { background: palette(button); border: 1px solid palette(mid); border-radius: "
            u"6px;"
            " min-height: 26px; padding: 0 6px; }"
            "QDoubleSpinBox:focus { border: 2px solid palette(highlight); min-height: 24px; padding: 0 5px; }"_s);
    }
    QString textFromValue(double value) const override { return QString::number(value, 'g', 7); }
    double valueFromText(const QString &text) const override { return text.toDouble(); }
    QValidator::State validate(QString &text, int &) const override
    {
        bool isNumber = false;
        const double value = text.toDouble(&isNumber);
        return isNumber && value >= 0
                   ? QValidator::Acceptable
                   : (text.startsWith(u'-') ? QValidator::Invalid : QValidator::Intermediate);
    }
};

QIcon dotIcon(const QColor &colour)
{
    QPixmap pixmap(24, 24);
    pixmap.setDevicePixelRatio(2);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawEllipse(QRectF(2, 2, 8, 8));
    return pixmap;
}

} // namespace

TargetRow::TargetRow(const Theme &theme, int number, QWidget *parent)
    : QFrame(parent)
    , m_theme(theme)
    , m_provider(new ComboBox(theme, this))
    , m_model(new QLineEdit(this))
    , m_weight(new WeightBox(this))
    , m_bar(new ShareBar(theme, this))
    , m_seen(makeLabel({}, theme.small(), Tone::Muted, this))
    , m_dot(new StatusDot(theme, this))
    , m_health(new ElidedLabel(theme.small(), Tone::Muted, this))
    , m_problem(new ElidedLabel(theme.small(), Tone::Bad, this))
    , m_up(makeIconButton(theme, u"arrow-up"_s, tr("Move target %1 up").arg(number), this))
    , m_down(makeIconButton(theme, u"arrow-down"_s, tr("Move target %1 down").arg(number), this))
    , m_remove(makeIconButton(theme, u"close"_s, tr("Remove target %1").arg(number), this))
{
    setProperty("role", u"card"_s);
    setAccessibleName(tr("Target %1").arg(number));
    build(number);
    connectParts();
}

void TargetRow::build(int number)
{
    // A combo box is named by its label only.
    QLabel *label = makeLabel(QString::number(number), m_theme.small(), Tone::Muted, this);
    label->setAccessibleName(tr("Provider of target %1").arg(number));
    label->setBuddy(m_provider);
    label->setMinimumWidth(12);
    m_provider->setIconSize({12, 12});
    m_provider->setMinimumContentsLength(7);
    m_provider->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_model->setPlaceholderText(tr("any model"));
    m_model->setAccessibleName(tr("Model of target %1").arg(number));
    m_model->setFont(m_theme.mono());
    m_weight->setRange(0, 1'000'000);
    m_weight->setDecimals(6);
    m_weight->setSingleStep(0.1);
    m_weight->setKeyboardTracking(false);
    m_weight->setFixedWidth(68);
    m_weight->setButtonSymbols(QAbstractSpinBox::NoButtons);
    m_weight->setAccessibleName(tr("Weight of target %1").arg(number));
    m_weight->setToolTip(tr("Weight: the share among the targets"));
    auto *top = new QHBoxLayout;
    top->setSpacing(8);
    top->addWidget(label);
    top->addWidget(m_provider, 1);
    top->addWidget(m_model, 2);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(0);
    for (QToolButton *button : {m_up, m_down, m_remove})
        buttons->addWidget(button);
    top->addLayout(buttons);
    auto *bottom = new QHBoxLayout;
    bottom->setSpacing(8);
    bottom->setContentsMargins(20, 0, 6, 0);
    bottom->addWidget(m_weight);
    bottom->addWidget(m_bar, 1);
    bottom->addWidget(m_seen);
    bottom->addStretch();
    bottom->addWidget(m_dot);
    bottom->addWidget(m_health);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 6, 8);
    layout->setSpacing(6);
    layout->addLayout(top);
    layout->addLayout(bottom);
    layout->addWidget(m_problem);
    for (QWidget *field : std::initializer_list<QWidget *>{m_provider, m_model, m_weight})
        field->installEventFilter(this);
}

void TargetRow::connectParts()
{
    connect(m_provider, &QComboBox::activated, this, &TargetRow::submit);
    connect(m_model, &QLineEdit::editingFinished, this, &TargetRow::submit);
    connect(m_weight, &QDoubleSpinBox::valueChanged, this, &TargetRow::submit);
    connect(m_up, &QToolButton::clicked, this, [this] { Q_EMIT moveWanted(-1); });
    connect(m_down, &QToolButton::clicked, this, [this] { Q_EMIT moveWanted(1); });
    connect(m_remove, &QToolButton::clicked, this, &TargetRow::removeWanted);
}

void TargetRow::setProviders(const std::vector<ProviderStatus> &providers)
{
    QStringList names;
    for (const ProviderStatus &provider : providers)
        names.append(fromUtf8(provider.name));
    QStringList have;
    for (int i = 0; i < m_provider->count(); ++i)
        have.append(m_provider->itemText(i));
    if (have == names)
        return;
    m_provider->clear();
    for (const ProviderStatus &provider : providers) {
        const QString name = fromUtf8(provider.name);
        m_provider->addItem(dotIcon(providerColour(name, fromUtf8(provider.colour))), name);
    }
}

void TargetRow::setTarget(const config::RouteNode &target, const TargetFacts &facts)
{
    m_isFilling = true;
    m_target = target;
    const QString provider = fromUtf8(target.provider);
    int index = m_provider->findText(provider);
    if (index < 0) {
        m_provider->addItem(dotIcon(providerColour(provider)), provider);
        index = m_provider->count() - 1;
    }
    m_provider->setCurrentIndex(index);
    const QString model = fromUtf8(target.model);
    if (m_model->text() != model)
        m_model->setText(model);
    m_weight->setValue(target.weight);
    m_isFilling = false;
    showFacts(facts);
}

void TargetRow::showFacts(const TargetFacts &facts)
{
    for (QWidget *part : std::initializer_list<QWidget *>{m_weight, m_bar})
        part->setVisible(facts.isWeighted);
    m_bar->setShares(facts.share, facts.hasTraffic && facts.seen ? facts.seen->seenShare : -1);
    m_bar->setToolTip(tr("%1 of the requests by weight").arg(percentText(facts.share)));
    const QString seen = facts.hasTraffic && facts.seen ? percentText(facts.seen->seenShare) : unknownText();
    m_seen->setText(facts.seen ? tr("seen %1").arg(seen) : tr("not in force yet"));
    using Health = ProviderStatus::Health;
    const Health state = facts.seen ? facts.seen->state : facts.provider ? facts.provider->health : Health::Unknown;
    m_dot->setSign(healthSign(state));
    QString health = facts.seen       ? healthPhrase(state, facts.seen->health)
                     : facts.provider ? healthPhrase(state, facts.provider->healthText)
                                      : QString();
    if (state == Health::Healthy && facts.seen && facts.seen->latencyMs)
        health = tr("%1 ms").arg(qRound(*facts.seen->latencyMs));
    m_health->setWholeText(health.isEmpty() ? unknownText() : health);
    m_health->setToolTip(facts.provider ? pm::ui::healthName(state) : tr("no such provider"));
    m_problem->setWholeText(facts.problem);
    m_problem->setVisible(!facts.problem.isEmpty());
}

void TargetRow::setPlace(bool isFirst, bool isLast, bool isOnly)
{
    m_up->setEnabled(!isFirst);
    m_down->setEnabled(!isLast);
    m_remove->setEnabled(!isOnly);
    m_remove->setToolTip(isOnly ? tr("A router needs one target; delete the router instead") : tr("Remove"));
}

void TargetRow::setMarked(bool marked)
{
    m_isMarked = marked;
    update();
}

void TargetRow::submit()
{
    if (m_isFilling)
        return;
    config::RouteNode target = m_target;
    target.provider = m_provider->currentText().toStdString();
    target.model = m_model->text().trimmed().toStdString();
    target.weight = m_weight->value();
    if (target == m_target)
        return;
    m_target = target;
    Q_EMIT edited(target);
}

bool TargetRow::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::FocusIn)
        Q_EMIT focused();
    // Turning the wheel over a page scrolls the page; it must not change weights on the way.
    if (event->type() == QEvent::Wheel && !static_cast<QWidget *>(watched)->hasFocus()) {
        event->ignore();
        return true;
    }
    return QFrame::eventFilter(watched, event);
}

void TargetRow::paintEvent(QPaintEvent *event)
{
    QFrame::paintEvent(event);
    if (!m_isMarked)
        return;
    QPainter painter(this);
    painter.fillRect(QRect(0, 8, 3, height() - 16), m_theme.tokens().accent);
}

} // namespace pm::ui

#include "moc_target_row.cpp"
