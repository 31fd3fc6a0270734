// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "style/tokens.h"

#include <QFont>
#include <QIcon>
#include <QObject>

namespace pm::ui {

class SystemTheme;

enum class ThemeChoice { System, Light, Dark };

/// The look of the whole application: tokens, fonts, style, style sheet. One per process, owned by whoever
/// owns the window and handed to every widget that paints; GUI thread. `changed` comes after everything was
/// applied.
class Theme : public QObject
{
    Q_OBJECT

public:
    explicit Theme(QObject *parent = nullptr);
    ~Theme() override;

    const Tokens &tokens() const;
    ThemeChoice choice() const { return m_choice; }
    void setChoice(ThemeChoice choice);

    QFont font() const { return m_font; }
    QFont bold() const;
    QFont small() const;
    QFont smallBold() const;
    QFont mono() const { return m_mono; }
    QFont monoSmall() const;
    QFont title() const;  ///< names of pages and traces
    QFont figure() const; ///< the big numbers of tiles

    /// A line icon of resources/icons in a token's colour, crisp at every scale.
    QIcon icon(const QString &name, QColor Tokens::*colour = &Tokens::muted) const;

Q_SIGNALS:
    void changed();

private:
    void apply();

    SystemTheme *m_system;
    ThemeChoice m_choice = ThemeChoice::System;
    QFont m_font;
    QFont m_mono;
};

} // namespace pm::ui
