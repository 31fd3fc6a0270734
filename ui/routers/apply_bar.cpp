// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/apply_bar.h"

#include "format.h"
#include "session.h"
#include "style/theme.h"
#include "widgets/line.h"
#include "widgets/status_dot.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QStyle>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

ApplyBar::ApplyBar(const Theme &theme, Session &session, QWidget *parent)
    : QWidget(parent)
    , m_session(session)
    , m_dot(new StatusDot(theme, this))
    , m_text(makeLabel({}, theme.font(), Tone::Muted, this))
    , m_undoApply(new QPushButton(tr("Undo apply"), this))
    , m_keep(new QPushButton(tr("Keep mine"), this))
    , m_revert(new QPushButton(tr("Revert"), this))
    , m_apply(new QPushButton(this))
{
    m_text->setWordWrap(true);
    m_undoApply->setToolTip(tr("Bring back the configuration that was in force before the last apply"));
    m_revert->setToolTip(tr("Drop the changes of the draft"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 8, 14, 8);
    layout->setSpacing(8);
    layout->addWidget(m_dot);
    layout->addWidget(m_text, 1);
    for (QPushButton *button : {m_undoApply, m_keep, m_revert, m_apply})
        layout->addWidget(button);
    connect(m_apply, &QPushButton::clicked, this, &ApplyBar::apply);
    connect(m_undoApply, &QPushButton::clicked, this, &ApplyBar::undoApply);
    connect(m_revert, &QPushButton::clicked, &session, &Session::revert);
    connect(m_keep, &QPushButton::clicked, &session, &Session::dismissConflict);
    connect(&session, &Session::draftChanged, this, [this] {
        m_error.clear();
        refresh();
    });
    connect(&session, &Session::problemsChanged, this, &ApplyBar::refresh);
    connect(&session, &Session::appliedChanged, this, &ApplyBar::refresh);
    connect(&session, &Session::conflict, this, &ApplyBar::refresh);
    refresh();
}

void ApplyBar::showError(const QString &text)
{
    m_error = text;
    refresh();
}

void ApplyBar::refresh()
{
    const int changes = m_session.changes();
    const auto errors =
        std::count_if(m_session.problems().begin(), m_session.problems().end(), [](const config::Problem &p) {
            return p.severity == config::Problem::Severity::Error;
        });
    m_apply->setText(changes == 0   ? tr("Apply")
                     : changes == 1 ? tr("Apply 1 change")
                                    : tr("Apply %1 changes").arg(changes));
    const bool canApply = changes > 0 && errors == 0;
    m_apply->setEnabled(canApply);
    m_apply->setProperty("kind", canApply ? u"primary"_s : QString());
    m_apply->style()->unpolish(m_apply);
    m_apply->style()->polish(m_apply);
    m_apply->setToolTip(errors > 0 ? tr("Mend the problems first")
                                   : tr("Save the file and use it for new requests"));
    m_revert->setVisible(changes > 0);
    m_keep->setVisible(m_session.hasConflict());
    m_revert->setText(m_session.hasConflict() ? tr("Take the file's") : tr("Revert"));
    m_undoApply->setVisible(m_session.canUndoApply() && !m_session.hasConflict());
    Tone tone = Tone::Muted;
    Sign sign{Glyph::Check, &Tokens::good};
    QString text = tr("The draft is in force");
    if (!m_error.isEmpty() || errors > 0) {
        tone = Tone::Bad;
        sign = {Glyph::Cross, &Tokens::bad};
        text = !m_error.isEmpty() ? m_error
               : errors == 1      ? tr("1 problem; the running configuration stays")
                                  : tr("%1 problems; the running configuration stays").arg(errors);
    } else if (m_session.hasConflict()) {
        tone = Tone::Warn;
        sign = {Glyph::HalfDisc, &Tokens::warn};
        text = tr("The file changed on disk and is in force; your draft was kept");
    } else if (changes > 0) {
        sign = {Glyph::HalfDisc, &Tokens::muted};
        text = tr("Not in force yet");
    }
    m_dot->setSign(sign);
    setTone(m_text, tone);
    m_text->setText(text);
}

void ApplyBar::apply()
{
    if (const Result<void> done = m_session.apply(); !done)
        showError(fromUtf8(done.error().message));
    else
        Q_EMIT applied();
}

void ApplyBar::undoApply()
{
    if (const Result<void> done = m_session.undoApply(); !done)
        showError(fromUtf8(done.error().message));
    else
        Q_EMIT applied();
}

} // namespace pm::ui

#include "moc_apply_bar.cpp"
