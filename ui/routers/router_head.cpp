// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/router_head.h"

#include "style/theme.h"
#include "widgets/elided_label.h"
#include "widgets/icon_button.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpressionValidator>

using namespace Qt::StringLiterals;

namespace pm::ui {

RouterHead::RouterHead(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_name(new ElidedLabel(theme.title(), Tone::Normal, this))
    , m_field(new QLineEdit(this))
    , m_url(new ElidedLabel(theme.monoSmall(), Tone::Muted, this))
    , m_copy(makeIconButton(theme, u"copy"_s, tr("Copy this router's base URL"), this))
    , m_later(makeLabel(tr("not in force yet"), theme.small(), Tone::Muted, this))
    , m_active(new QPushButton(tr("Make active"), this))
    , m_rename(new QPushButton(tr("Rename"), this))
    , m_remove(new QPushButton(tr("Delete"), this))
{
    m_field->setAccessibleName(tr("Name of the router"));
    m_field->setMaximumWidth(160);
    m_field->setValidator(
        new QRegularExpressionValidator(QRegularExpression(u"[A-Za-z0-9_-]{1,12}"_s), m_field));
    m_field->setToolTip(tr("Up to 12 letters, digits, - and _"));
    m_field->hide();
    m_field->installEventFilter(this);
    m_rename->setProperty("kind", u"quiet"_s);
    m_remove->setProperty("kind", u"quiet"_s);
    m_active->setToolTip(tr("Bare /v1 paths go through the active router"));
    m_url->setElideMode(Qt::ElideMiddle);
    auto *names = new QHBoxLayout;
    names->setSpacing(8);
    names->addWidget(m_name);
    names->addWidget(m_field);
    names->addStretch();
    for (QPushButton *button : {m_active, m_rename, m_remove})
        names->addWidget(button);
    auto *address = new QHBoxLayout;
    address->setSpacing(2);
    address->addWidget(m_url);
    address->addWidget(m_copy);
    address->addSpacing(6);
    address->addWidget(m_later);
    address->addStretch();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 10, 6, 2);
    layout->setSpacing(0);
    layout->addLayout(names);
    layout->addLayout(address);
    connect(m_copy, &QToolButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_url->text()); });
    connect(m_active, &QPushButton::clicked, this, &RouterHead::activeWanted);
    connect(m_rename, &QPushButton::clicked, this, &RouterHead::startRename);
    connect(m_remove, &QPushButton::clicked, this, &RouterHead::removeWanted);
    connect(m_field, &QLineEdit::returnPressed, this, [this] { endRename(true); });
}

void RouterHead::setRouter(const QString &name, const QString &url, bool isActive, bool canBeActive)
{
    if (name != m_router)
        endRename(false);
    m_router = name;
    m_name->setWholeText(name);
    m_url->setWholeText(url.isEmpty() ? tr("no address: not serving") : url);
    m_later->setVisible(!canBeActive);
    m_copy->setEnabled(!url.isEmpty());
    m_active->setText(isActive ? tr("Active") : tr("Make active"));
    m_active->setIcon(isActive ? m_theme.icon(u"check"_s) : QIcon());
    m_active->setEnabled(!isActive && canBeActive);
    m_active->setToolTip(isActive      ? tr("Bare /v1 paths go through this router")
                         : canBeActive ? tr("Send bare /v1 paths through this router")
                                       : tr("Apply the changes first"));
}

void RouterHead::startRename()
{
    m_field->setText(m_router);
    m_name->hide();
    m_field->show();
    m_field->setFocus(Qt::OtherFocusReason);
    m_field->selectAll();
}

void RouterHead::endRename(bool take)
{
    if (m_field->isHidden())
        return;
    const QString name = m_field->text();
    m_field->hide();
    m_name->show();
    if (take && name != m_router && !name.isEmpty())
        Q_EMIT renamed(name);
}

bool RouterHead::eventFilter(QObject *watched, QEvent *event)
{
    const bool isEscape =
        event->type() == QEvent::KeyPress && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape;
    if (isEscape || event->type() == QEvent::FocusOut)
        endRename(!isEscape && m_field->hasAcceptableInput());
    return isEscape || QWidget::eventFilter(watched, event);
}

} // namespace pm::ui

#include "moc_router_head.cpp"
