// SPDX-License-Identifier: GPL-3.0-or-later
#include "policies/policy_row.h"

#include "style/theme.h"
#include "widgets/elided_label.h"
#include "widgets/flow_layout.h"
#include "widgets/icon_button.h"
#include "widgets/problem_note.h"
#include "widgets/status_dot.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace pm::ui {

PolicyRow::PolicyRow(const Theme &theme, const QString &what, QWidget *parent)
    : QFrame(parent)
    , m_theme(theme)
    , m_what(what)
    , m_line(new FlowLayout(14, 4))
    , m_sign(new StatusDot(theme, this))
    , m_deed(new ElidedLabel(theme.small(), Tone::Muted, this))
    , m_note(new ProblemNote(theme, this))
{
    setProperty("role", u"card"_s);
    m_sign->hide();
    auto *deed = new QHBoxLayout;
    deed->setSpacing(6);
    deed->addWidget(m_sign);
    deed->addWidget(m_deed, 1);
    auto *parts = new QVBoxLayout;
    parts->setSpacing(4);
    parts->addLayout(m_line);
    parts->addLayout(deed);
    parts->addWidget(m_note);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 8, 6, 8);
    layout->setSpacing(4);
    layout->addLayout(parts, 1);
}

void PolicyRow::addField(PolicyField *field)
{
    m_line->addWidget(field);
    m_fields.append(field);
    for (QWidget *stop : field->stops())
        stop->installEventFilter(this);
    connect(field, &PolicyField::edited, this,
            [this](const std::string &key, const std::string &yaml) { Q_EMIT edited(m_path, key, yaml); });
    connect(field, &PolicyField::renamed, this,
            [this](const std::string &from, const std::string &to) { Q_EMIT renamed(m_path, from, to); });
}

void PolicyRow::addFields(const std::vector<PolicyFieldSpec> &specs)
{
    for (const PolicyFieldSpec &spec : specs)
        addField(makePolicyField(m_theme, spec, m_what, this));
}

void PolicyRow::addTextButton(const QString &title)
{
    m_text = new QPushButton(title, this);
    m_text->setProperty("kind", u"link"_s);
    m_text->setAccessibleName(tr("%1 of %2").arg(title, m_what));
    m_line->addWidget(m_text);
    connect(m_text, &QPushButton::clicked, this, [this] { Q_EMIT textWanted(m_path); });
}

void PolicyRow::addRemove()
{
    m_remove = makeIconButton(m_theme, u"close"_s, tr("Remove %1").arg(m_what), this);
    m_remove->setFixedSize(26, 26);
    static_cast<QHBoxLayout *>(layout())->addWidget(m_remove, 0, Qt::AlignTop);
    connect(m_remove, &QToolButton::clicked, this, [this] { Q_EMIT removeWanted(m_path); });
}

void PolicyRow::show(const config::PlaceFinder &text, const std::string &path, const std::string &whole)
{
    m_path = path;
    for (PolicyField *field : m_fields)
        field->show(text, whole);
}

void PolicyRow::showProblems(NodeProblems problems)
{
    NodeProblems told;
    for (PolicyField *field : m_fields) {
        const NodeProblems own = field->showProblems(problems);
        told.insert(told.end(), own.begin(), own.end());
    }
    told.insert(told.end(), problems.begin(), problems.end()); // of the item as a whole
    showIn(m_note, told);
}

void PolicyRow::showDeed(const Deed &deed)
{
    const bool isCalm = deed.tone == Tone::Normal;
    m_deed->setWholeText(deed.text);
    setTone(m_deed, isCalm ? Tone::Muted : deed.tone);
    m_sign->setVisible(!isCalm);
    m_sign->setSign(deed.tone == Tone::Bad ? Sign{Glyph::Cross, &Tokens::bad} : Sign{Glyph::HalfDisc, &Tokens::warn});
}

QList<QWidget *> PolicyRow::stops() const
{
    QList<QWidget *> stops;
    for (const PolicyField *field : m_fields)
        stops += field->stops();
    if (m_text)
        stops.append(m_text);
    if (m_remove)
        stops.append(m_remove);
    return stops;
}

void PolicyRow::start()
{
    if (!stops().isEmpty())
        stops().first()->setFocus(Qt::OtherFocusReason);
}

bool PolicyRow::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::FocusIn) {
        for (const PolicyField *field : m_fields) {
            if (field->stops().contains(qobject_cast<QWidget *>(watched)))
                Q_EMIT focused(m_path + "." + field->spec().key);
        }
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace pm::ui

#include "moc_policy_row.cpp"
