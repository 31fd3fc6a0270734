// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/target_row.h"

#include "format.h"
#include "routers/row_parts.h"
#include "style/theme.h"
#include "widgets/combo_box.h"
#include "widgets/elided_label.h"
#include "widgets/status_dot.h"

#include <QBoxLayout>
#include <QLineEdit>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

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
    : NodeRow(theme, tr("target %1").arg(number), parent)
    , m_number(number)
    , m_title(makeLabel({}, theme.small(), Tone::Muted, this))
    , m_provider(new ComboBox(theme, this))
    , m_model(new QLineEdit(this))
    , m_dot(new StatusDot(theme, this))
    , m_health(new ElidedLabel(theme.small(), Tone::Muted, this))
{
    setAccessibleName(tr("Target %1").arg(number));
    build(number);
    connect(m_provider, &QComboBox::activated, this, &TargetRow::submit);
    connect(m_model, &QLineEdit::editingFinished, this, &TargetRow::submit);
}

void TargetRow::build(int number)
{
    // A combo box is named by its label only.
    m_title->setAccessibleName(tr("Provider of target %1").arg(number));
    m_title->setBuddy(m_provider);
    m_title->setMinimumWidth(12);
    m_provider->setIconSize({12, 12});
    m_provider->setMinimumContentsLength(9);
    m_provider->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_model->setPlaceholderText(tr("any model"));
    m_model->setAccessibleName(tr("Model of target %1").arg(number));
    m_model->setFont(m_theme.mono());
    m_model->setMinimumWidth(60);
    auto *top = new QHBoxLayout;
    top->setSpacing(8);
    top->addWidget(m_title);
    top->addWidget(m_provider, 1);
    top->addWidget(m_model, 2);
    QVBoxLayout *layout = start(top);
    auto *bottom = new QHBoxLayout;
    bottom->setSpacing(8);
    bottom->setContentsMargins(20, 0, 6, 0);
    addShares(bottom, bottom);
    bottom->addStretch();
    bottom->addWidget(m_dot);
    bottom->addWidget(m_health);
    layout->addLayout(bottom);
    finish(layout);
}

QList<QWidget *> TargetRow::stops() const
{
    return QList<QWidget *>{m_provider, m_model} + NodeRow::stops();
}

void TargetRow::offer(const std::vector<ProviderStatus> &providers)
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

void TargetRow::setNode(const config::RouteNode &target, const NodeFacts &facts)
{
    m_isFilling = true;
    m_target = target;
    m_title->setText(facts.isUsed ? tr("use") : QString::number(m_number));
    if (facts.providers)
        offer(*facts.providers);
    const QString provider = fromUtf8(target.provider);
    int index = m_provider->findText(provider);
    if (index < 0) {
        m_provider->addItem(dotIcon(providerColour(provider)), provider);
        index = m_provider->count() - 1;
    }
    m_provider->setCurrentIndex(index);
    const QString model = fromUtf8(target.model);
    showText(m_model, model);
    m_model->setToolTip(model);
    showFacts(target, facts);
    showHealth(facts);
    m_isFilling = false;
}

void TargetRow::showProblems(NodeProblems &left)
{
    NodeRow::showProblems(left);
    NodeProblems ofTarget;
    for (const NodeProblem &problem : left) {
        const bool isItself =
            problem.place.empty() && !(isRule() && !m_target.isDefault); // a rule has `use` for it
        if (isItself || problem.place == "target" || problem.place == "provider" || problem.place == "model")
            ofTarget.push_back(problem);
    }
    markField(m_provider, ofTarget, {});
}

void TargetRow::showHealth(const NodeFacts &facts)
{
    using Health = ProviderStatus::Health;
    const Health state = facts.target     ? facts.target->state
                         : facts.provider ? facts.provider->health
                                          : Health::Unknown;
    m_dot->setSign(healthSign(state));
    QString health = facts.target     ? healthPhrase(state, facts.target->health)
                     : facts.provider ? healthPhrase(state, facts.provider->healthText)
                                      : QString();
    if (state == Health::Healthy && facts.target && facts.target->latencyMs)
        health = durationText(std::int64_t(*facts.target->latencyMs * 1'000));
    m_health->setWholeText(health);
    m_health->setVisible(!health.isEmpty());
    m_dot->setVisible(!health.isEmpty());
    m_health->setToolTip(facts.provider ? pm::ui::healthName(state) : tr("no such provider"));
}

void TargetRow::submit()
{
    if (m_isFilling)
        return;
    config::RouteNode target = m_target;
    target.provider = m_provider->currentText().toStdString();
    target.model = taken(m_model).toStdString();
    readCommon(target);
    if (target == m_target)
        return;
    m_target = target;
    Q_EMIT edited(target);
}

} // namespace pm::ui

#include "moc_target_row.cpp"
