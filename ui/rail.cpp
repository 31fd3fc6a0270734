// SPDX-License-Identifier: GPL-3.0-or-later
#include "rail.h"

#include "format.h"
#include "style/line_icon.h"
#include "widgets/elided_label.h"
#include "widgets/rail_button.h"
#include "widgets/status_dot.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QPushButton>
#include <QSignalBlocker>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

constexpr int kWidth = 196;

/// "12 req/s", "0.4 req/s"; nothing below one request in a minute.
QString rateText(double perSecond)
{
    if (perSecond < 1.0 / 60)
        return Rail::tr("idle");
    return Rail::tr("%1 req/s").arg(QLocale().toString(perSecond, 'f', perSecond < 9.95 ? 1 : 0));
}

} // namespace

Rail::Rail(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_dot(new StatusDot(theme, this))
    , m_serving(makeLabel({}, theme.font(), Tone::Normal, this))
    , m_address(new ElidedLabel(theme.mono(), Tone::Normal, this))
    , m_copy(new QPushButton(tr("Copy base URL"), this))
    , m_rate(new ElidedLabel(theme.small(), Tone::Muted, this))
    , m_spend(new ElidedLabel(theme.small(), Tone::Muted, this))
{
    setFixedWidth(kWidth);
    auto *logo = new QLabel(this);
    const auto paintLogo = [this, logo] {
        logo->setPixmap(m_theme.icon(u"logo"_s, &Tokens::text).pixmap(QSize(20, 20), devicePixelRatioF()));
    };
    paintLogo();
    connect(&theme, &Theme::changed, this, paintLogo);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(9, 0, 0, 0);
    head->setSpacing(9);
    head->addWidget(logo);
    head->addWidget(makeLabel(u"Pointsman"_s, theme.title(), Tone::Normal, this));
    head->addStretch();

    m_pages = new QVBoxLayout;
    m_pages->setSpacing(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 0, 8, 12);
    layout->setSpacing(0);
    head->setSizeConstraint(QLayout::SetNoConstraint);
    auto *headBox = new QWidget(this);
    headBox->setFixedHeight(52);
    headBox->setLayout(head);
    layout->addWidget(headBox);
    layout->addLayout(m_pages);
    layout->addStretch();
    layout->addWidget(makeLine(Qt::Horizontal, this));
    layout->addWidget(makeFoot());
    connect(m_copy, &QPushButton::clicked, this, &Rail::copyWanted);
}

QWidget *Rail::makeFoot()
{
    m_copy->setProperty("kind", u"rail"_s);
    m_copy->setIcon(m_theme.icon(u"copy"_s));
    m_copy->setFont(m_theme.small());
    m_copy->setToolTip(tr("Copy the base URL that tools are given (Ctrl+Shift+C)"));
    auto *foot = new QWidget(this);
    auto *layout = new QVBoxLayout(foot);
    layout->setContentsMargins(0, 12, 0, 0);
    layout->setSpacing(4);
    auto *state = new QHBoxLayout;
    state->setContentsMargins(8, 0, 0, 0);
    for (QLabel *label :
         {static_cast<QLabel *>(m_address), static_cast<QLabel *>(m_rate), static_cast<QLabel *>(m_spend)})
        label->setContentsMargins(8, 0, 0, 0);
    state->setSpacing(8);
    state->addWidget(m_dot);
    state->addWidget(m_serving, 1);
    layout->addLayout(state);
    layout->addWidget(m_address);
    layout->addWidget(m_copy, 0, Qt::AlignLeft);
    layout->addWidget(m_rate);
    layout->addWidget(m_spend);
    return foot;
}

void Rail::addPage(const QString &id, const QString &title, const QString &iconName)
{
    auto *button = new RailButton(m_theme, title, iconName, this);
    m_buttons.insert(id, button);
    m_pages->addWidget(button);
    // By `toggled`, not `clicked`: assistive tools toggle a checkable button without a click.
    connect(button, &QAbstractButton::toggled, this, [this, id](bool isOn) {
        if (isOn)
            Q_EMIT pageWanted(id);
    });
    if (m_buttons.size() <= 9)
        button->setToolTip(tr("Ctrl+%1").arg(m_buttons.size()));
}

void Rail::setCurrent(const QString &id)
{
    RailButton *button = m_buttons.value(id);
    if (!button)
        return;
    const QSignalBlocker quiet(button); // the page is there already
    button->setChecked(true);
}

void Rail::setStatus(const GatewayStatus &status)
{
    if (!status.isServing) {
        m_dot->setSign({Glyph::Ring, &Tokens::bad});
        m_serving->setText(tr("Not serving"));
        m_serving->setToolTip(fromUtf8(status.problem));
        m_address->setWholeText(status.problem.empty() ? unknownText() : fromUtf8(status.problem));
    } else {
        m_dot->setSign(status.isPaused ? Sign{Glyph::HalfDisc, &Tokens::warn}
                                       : Sign{Glyph::Disc, &Tokens::good});
        m_serving->setText(status.isPaused ? tr("Paused") : tr("Serving"));
        m_serving->setToolTip({});
        m_address->setWholeText(fromUtf8(status.address) + u':' + QString::number(status.port));
    }
    m_copy->setEnabled(status.isServing);
    m_rate->setWholeText(tr("%1 · %2").arg(
        rateText(status.requestsPerSecond),
        status.activeStreams == 1 ? tr("1 stream") : tr("%1 streams").arg(status.activeStreams)));
}

void Rail::setSpend(const trace::Totals &today)
{
    const QString cost = costText(today.costMicroUsd);
    m_spend->setWholeText(today.unpriced > 0 && today.costMicroUsd == 0 ? tr("today's cost is unknown")
                                                                        : tr("%1 today").arg(cost));
}

} // namespace pm::ui

#include "moc_rail.cpp"
