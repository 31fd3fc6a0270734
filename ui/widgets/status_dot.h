// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway.h"
#include "style/glyph.h"
#include "style/tokens.h"

#include <QWidget>

namespace pm::ui {

class Theme;

struct Sign
{
    Glyph glyph = Glyph::Dash;
    QColor Tokens::*colour = &Tokens::muted;
    bool operator==(const Sign &) const = default;
};

/// ● healthy, ◐ degraded, ○ down or not set up, – unknown.
Sign healthSign(ProviderStatus::Health health);
QString healthName(ProviderStatus::Health health);
/// `text` as ProviderStatus::healthText has it, for those who do not think of circuits: "healthy", not
/// "closed".
QString healthPhrase(ProviderStatus::Health health, const std::string &text);

/// A health sign as a widget, 12 pixels.
class StatusDot : public QWidget
{
    Q_OBJECT

public:
    explicit StatusDot(const Theme &theme, QWidget *parent = nullptr);
    void setSign(Sign sign);

protected:
    void paintEvent(QPaintEvent *) override;

private:
    const Theme &m_theme;
    Sign m_sign;
};

} // namespace pm::ui
