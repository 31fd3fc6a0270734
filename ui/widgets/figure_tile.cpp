// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/figure_tile.h"

#include "style/theme.h"
#include "widgets/elided_label.h"

#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace pm::ui {

FigureTile::FigureTile(const Theme &theme, Kind kind, const QString &caption, QWidget *parent)
    : QFrame(parent)
    , m_name(caption)
    , m_figure(makeLabel(u"–"_s, kind == Kind::Card ? theme.figure() : theme.title(), Tone::Normal, this))
    , m_note(new ElidedLabel(theme.small(), Tone::Muted, this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(kind == Kind::Card ? 3 : 1);
    if (kind == Kind::Card) {
        setProperty("role", u"card"_s);
        layout->setContentsMargins(13, 11, 13, 11);
        layout->addWidget(makeLabel(caption, theme.small(), Tone::Muted, this));
    } else {
        layout->setContentsMargins(0, 0, 0, 0);
    }
    layout->addWidget(m_figure);
    layout->addWidget(m_note);
    m_note->setWholeText(kind == Kind::Card ? QString() : caption);
    m_figure->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_figure->setFocusPolicy(Qt::NoFocus);
}

void FigureTile::setFigure(const QString &figure, const QString &note)
{
    m_figure->setText(figure);
    m_note->setWholeText(note);
    setAccessibleName(u"%1: %2, %3"_s.arg(m_name, figure, note));
}

} // namespace pm::ui

#include "moc_figure_tile.cpp"
