// SPDX-License-Identifier: GPL-3.0-or-later
#include "style/theme.h"

#include "style/focus_style.h"
#include "style/line_icon.h"
#include "style/system_theme.h"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QHash>
#include <QPalette>

static void initUiResources()
{
    Q_INIT_RESOURCE(ui);
}

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

/// The first of `families` that is installed; empty when none is.
QString firstInstalled(const QStringList &families)
{
    const QStringList installed = QFontDatabase::families();
    for (const QString &family : families) {
        if (installed.contains(family))
            return family;
    }
    return {};
}

QFont uiFont()
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    if (const QString inter = firstInstalled({u"Inter"_s}); !inter.isEmpty())
        font.setFamily(inter);
    else if (font.family().isEmpty() || !QFontDatabase::hasFamily(font.family()))
        font.setFamily(firstInstalled({u"Noto Sans"_s, u"Cantarell"_s, u"DejaVu Sans"_s}));
    font.setPixelSize(13);
    font.setHintingPreference(QFont::PreferNoHinting);
    return font;
}

QFont monoFont()
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    const QString best =
        firstInstalled({u"JetBrains Mono"_s, u"SF Mono"_s, u"Cascadia Mono"_s, u"Source Code Pro"_s,
                        u"Noto Sans Mono"_s, u"DejaVu Sans Mono"_s, u"Liberation Mono"_s});
    if (!best.isEmpty())
        font.setFamily(best);
    font.setStyleHint(QFont::Monospace);
    font.setPixelSize(12);
    font.setHintingPreference(QFont::PreferNoHinting);
    return font;
}

QPalette paletteOf(const Tokens &t)
{
    QPalette p;
    p.setColor(QPalette::Window, t.window);
    p.setColor(QPalette::WindowText, t.text);
    p.setColor(QPalette::Base, t.panel);
    p.setColor(QPalette::AlternateBase, t.hover);
    p.setColor(QPalette::Text, t.text);
    p.setColor(QPalette::PlaceholderText, t.muted);
    p.setColor(QPalette::Button, t.raised);
    p.setColor(QPalette::ButtonText, t.text);
    p.setColor(QPalette::BrightText, t.bad);
    p.setColor(QPalette::Highlight, t.accent);
    p.setColor(QPalette::HighlightedText, t.onAccent);
    p.setColor(QPalette::Link, t.accent);
    p.setColor(QPalette::LinkVisited, t.accent);
    p.setColor(QPalette::ToolTipBase, t.raised);
    p.setColor(QPalette::ToolTipText, t.text);
    p.setColor(QPalette::Light, t.panel);
    p.setColor(QPalette::Midlight, t.line);
    p.setColor(QPalette::Mid, t.lineStrong);
    p.setColor(QPalette::Dark, t.lineStrong);
    p.setColor(QPalette::Shadow, t.line);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, t.muted);
    return p;
}

/// The sheet in resources/ui.qss with @names replaced by the tokens' colours.
QString styleSheetOf(const Tokens &t)
{
    QFile file(u":/pointsman/ui/ui.qss"_s);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QString sheet = QString::fromUtf8(file.readAll());
    const std::pair<QLatin1String, QColor> names[] = {
        {"@window"_L1, t.window}, {"@panel"_L1, t.panel},
        {"@raised"_L1, t.raised}, {"@lineStrong"_L1, t.lineStrong},
        {"@line"_L1, t.line},     {"@text"_L1, t.text},
        {"@muted"_L1, t.muted},   {"@onAccent"_L1, t.onAccent},
        {"@accent"_L1, t.accent}, {"@selection"_L1, t.selection},
        {"@hover"_L1, t.hover},   {"@good"_L1, t.good},
        {"@warn"_L1, t.warn},     {"@bad"_L1, t.bad},
        {"@track"_L1, t.track},
    };
    for (const auto &[name, colour] : names)
        sheet.replace(name, colour.name());
    return sheet;
}

QFont sized(QFont font, int pixels, QFont::Weight weight)
{
    font.setPixelSize(pixels);
    font.setWeight(weight);
    return font;
}

} // namespace

Theme::Theme(QObject *parent)
    : QObject(parent)
    , m_system(new SystemTheme(this))
    , m_font(uiFont())
    , m_mono(monoFont())
{
    initUiResources();
    QApplication::setStyle(new FocusStyle(*this));
    connect(m_system, &SystemTheme::changed, this, [this] {
        if (m_choice == ThemeChoice::System)
            apply();
    });
    apply();
}

Theme::~Theme()
{
    // The style refers to this theme and would outlive it.
    qApp->setStyleSheet({});
    QApplication::setStyle(u"Fusion"_s);
}

const Tokens &Theme::tokens() const
{
    const bool dark =
        m_choice == ThemeChoice::Dark || (m_choice == ThemeChoice::System && m_system->isDark());
    return dark ? darkTokens() : lightTokens();
}

void Theme::setChoice(ThemeChoice choice)
{
    if (choice == m_choice)
        return;
    m_choice = choice;
    apply();
}

QFont Theme::bold() const
{
    return sized(m_font, 13, QFont::DemiBold);
}

QFont Theme::small() const
{
    return sized(m_font, 12, QFont::Normal);
}

QFont Theme::smallBold() const
{
    return sized(m_font, 12, QFont::DemiBold);
}

QFont Theme::monoSmall() const
{
    return sized(m_mono, 11, QFont::Normal);
}

QFont Theme::title() const
{
    return sized(m_font, 14, QFont::DemiBold);
}

QFont Theme::figure() const
{
    return sized(m_font, 21, QFont::Bold);
}

QIcon Theme::icon(const QString &name, QColor Tokens::*colour) const
{
    return QIcon(new LineIconEngine(name, *this, colour));
}

void Theme::apply()
{
    QApplication::setFont(m_font);
    QApplication::setPalette(paletteOf(tokens()));
    qApp->setStyleSheet(styleSheetOf(tokens()));
    Q_EMIT changed();
}

} // namespace pm::ui

#include "moc_theme.cpp"
