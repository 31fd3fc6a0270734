// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/problem_note.h"

#include "style/theme.h"
#include "widgets/line.h"
#include "widgets/status_dot.h"

#include <QHBoxLayout>

namespace pm::ui {

ProblemNote::ProblemNote(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_sign(new StatusDot(theme, this))
    , m_text(makeLabel({}, theme.small(), Tone::Bad, this))
{
    m_sign->setFixedHeight(QFontMetrics(theme.small()).height()); // in the middle of the first line
    m_text->setWordWrap(true);
    m_text->setMinimumWidth(80); // a long word must not widen the page
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_text->setFocusPolicy(Qt::NoFocus);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_sign, 0, Qt::AlignTop);
    layout->addWidget(m_text, 1);
    hide();
}

void ProblemNote::setProblem(const QString &text, bool isWarning)
{
    m_sign->setSign(isWarning ? Sign{Glyph::HalfDisc, &Tokens::warn} : Sign{Glyph::Cross, &Tokens::bad});
    setTone(m_text, isWarning ? Tone::Warn : Tone::Bad);
    m_text->setText(text);
    setVisible(!text.isEmpty());
}

} // namespace pm::ui

#include "moc_problem_note.cpp"
