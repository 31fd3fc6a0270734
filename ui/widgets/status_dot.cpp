// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/status_dot.h"

#include "format.h"
#include "style/theme.h"

#include <QCoreApplication>
#include <QPainter>

namespace pm::ui {

Sign healthSign(ProviderStatus::Health health)
{
    switch (health) {
    case ProviderStatus::Health::Healthy:
        return {Glyph::Disc, &Tokens::good};
    case ProviderStatus::Health::Degraded:
        return {Glyph::HalfDisc, &Tokens::warn};
    case ProviderStatus::Health::Unhealthy:
        return {Glyph::Ring, &Tokens::bad};
    case ProviderStatus::Health::Unconfigured:
        return {Glyph::Ring, &Tokens::muted};
    case ProviderStatus::Health::Unknown:
        break;
    }
    return {Glyph::Dash, &Tokens::muted};
}

QString healthName(ProviderStatus::Health health)
{
    const auto tr = [](const char *text) { return QCoreApplication::translate("pm::ui::health", text); };
    switch (health) {
    case ProviderStatus::Health::Healthy:
        return tr("healthy");
    case ProviderStatus::Health::Degraded:
        return tr("degraded");
    case ProviderStatus::Health::Unhealthy:
        return tr("down");
    case ProviderStatus::Health::Unconfigured:
        return tr("not set up");
    case ProviderStatus::Health::Unknown:
        break;
    }
    return tr("not tried yet");
}

QString healthPhrase(ProviderStatus::Health health, const std::string &text)
{
    if (text.empty() || text == "closed")
        return pm::ui::healthName(health);
    const QString whole = fromUtf8(text);
    if (text.starts_with("half-open"))
        return health == ProviderStatus::Health::Unhealthy
                   ? QCoreApplication::translate("pm::ui::health", "down, the next request tests it")
                   : QCoreApplication::translate("pm::ui::health", "being tested");
    return text.starts_with("open, ")
               ? QCoreApplication::translate("pm::ui::health", "resting, %1").arg(whole.mid(6))
               : whole;
}

StatusDot::StatusDot(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
{
    setFixedSize(12, 12);
}

void StatusDot::setSign(Sign sign)
{
    m_sign = sign;
    update();
}

void StatusDot::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paintGlyph(painter, rect(), m_sign.glyph, m_theme.tokens().*m_sign.colour);
}

} // namespace pm::ui

#include "moc_status_dot.cpp"
