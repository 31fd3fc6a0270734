// SPDX-License-Identifier: GPL-3.0-or-later
#include "policies/purge_bar.h"

#include "format.h"
#include "routers/row_parts.h"
#include "style/theme.h"
#include "widgets/combo_box.h"
#include "widgets/flow_layout.h"
#include "widgets/line.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace pm::ui {

PurgeBar::PurgeBar(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_whose(new ComboBox(theme, this))
    , m_model(new QLineEdit(this))
    , m_age(new ComboBox(theme, this))
    , m_start(new QPushButton(tr("Purge"), this))
    , m_question(new QWidget(this))
    , m_what(makeLabel({}, theme.font(), Tone::Normal, m_question))
    , m_yes(new QPushButton(tr("Purge them"), m_question))
    , m_no(new QPushButton(tr("Keep them"), m_question))
    , m_done(makeLabel({}, theme.small(), Tone::Muted, this))
{
    build(theme);
    connect(m_start, &QPushButton::clicked, this, &PurgeBar::ask);
    connect(m_yes, &QPushButton::clicked, this, [this] { confirm(true); });
    connect(m_no, &QPushButton::clicked, this, [this] { confirm(false); });
    // What is asked must be what goes.
    connect(m_whose, &QComboBox::activated, this, [this] { confirm(false); });
    connect(m_age, &QComboBox::activated, this, [this] { confirm(false); });
    connect(m_model, &QLineEdit::textEdited, this, [this] { confirm(false); });
}

void PurgeBar::build(const Theme &theme)
{
    m_whose->addItem(tr("this router"));
    m_whose->addItem(tr("all routers"));
    nameBox(m_whose, tr("Whose answers to purge"));
    m_model->setPlaceholderText(tr("any model"));
    m_model->setAccessibleName(tr("Model whose answers to purge"));
    m_model->setFixedWidth(150);
    for (const auto &[title, seconds] : std::initializer_list<std::pair<QString, int>>{
             {tr("of any age"), 0}, {tr("older than 1 hour"), 3'600}, {tr("older than 1 day"), 86'400}, {tr("older than 7 days"), 604'800}})
        m_age->addItem(title, seconds);
    nameBox(m_age, tr("Age of answers to purge"));
    auto *line = new FlowLayout(8, 4);
    QLabel *label = makeLabel(tr("Answers of"), theme.small(), Tone::Muted, this);
    label->setMinimumHeight(30); // in the middle of what is beside it
    line->addWidget(label);
    line->addWidget(m_whose);
    line->addWidget(m_model);
    line->addWidget(m_age);
    line->addWidget(m_start);
    m_question->setProperty("role", u"panel"_s);
    m_what->setWordWrap(true);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_no);
    buttons->addWidget(m_yes);
    buttons->addStretch(1);
    auto *question = new QVBoxLayout(m_question);
    question->setContentsMargins(12, 8, 12, 10);
    question->setSpacing(8);
    question->addWidget(m_what);
    question->addLayout(buttons);
    m_question->hide();
    m_done->hide();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(line);
    layout->addWidget(m_question);
    layout->addWidget(m_done);
}

void PurgeBar::setHeld(const QString &router, std::int64_t entries, std::int64_t all)
{
    if (router != m_router)
        confirm(false);
    m_router = router;
    m_entries = entries;
    m_all = all;
    m_whose->setItemText(0, tr("router %1").arg(router));
    m_start->setEnabled(all > 0);
    m_start->setToolTip(all > 0 ? QString() : tr("The cache is empty"));
    if (m_question->isVisible())
        m_what->setText(whatGoes());
}

void PurgeBar::showDone(std::int64_t removed)
{
    m_done->setText(removed == 0 ? tr("Nothing there that fits; nothing went")
                    : removed == 1 ? tr("1 answer went") : tr("%1 answers went").arg(countText(removed)));
    m_done->show();
}

void PurgeBar::ask()
{
    m_done->hide();
    m_what->setText(whatGoes());
    m_question->show();
    m_no->setFocus(Qt::OtherFocusReason);
}

void PurgeBar::confirm(bool purge)
{
    const bool hadFocus = m_question->isAncestorOf(focusWidget()) || m_no->hasFocus() || m_yes->hasFocus();
    if (hadFocus)
        m_start->setFocus(Qt::OtherFocusReason);
    m_question->hide();
    if (purge)
        Q_EMIT purgeWanted(which());
}

QString PurgeBar::whatGoes() const
{
    const bool isAll = m_whose->currentIndex() == 1;
    const std::int64_t most = isAll ? m_all : m_entries;
    const QString model = m_model->text().trimmed();
    const bool isPart = !model.isEmpty() || m_age->currentIndex() > 0;
    QString what = most == 1 ? tr("1 answer") : tr("%1 answers").arg(countText(most));
    what = isPart ? tr("Of %1").arg(what) : what;
    what += isAll ? tr(" of all routers") : tr(" of router %1").arg(m_router);
    if (isPart) {
        what += tr(" those");
        if (!model.isEmpty())
            what += tr(" of %1").arg(model);
        if (m_age->currentIndex() > 0)
            what += u' ' + m_age->currentText();
    }
    return what + tr(" will go. Requests like theirs ask a provider again. This cannot be undone.");
}

policy::CachePurge PurgeBar::which() const
{
    policy::CachePurge which;
    if (m_whose->currentIndex() == 0)
        which.router = m_router.toStdString();
    which.model = m_model->text().trimmed().toStdString();
    if (const int age = m_age->currentData().toInt(); age > 0)
        which.storedBefore = nowMicros() / 1'000'000 - age;
    return which;
}

void PurgeBar::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape && m_question->isVisible())
        confirm(false);
    else
        QWidget::keyPressEvent(event);
}

} // namespace pm::ui

#include "moc_purge_bar.cpp"
