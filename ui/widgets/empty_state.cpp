// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/empty_state.h"

#include "style/theme.h"
#include "widgets/line.h"

#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {
constexpr int kTextWidth = 380;
} // namespace

EmptyState::EmptyState(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_icon(new QLabel(this))
    , m_title(makeLabel({}, theme.bold(), Tone::Normal, this))
    , m_text(makeLabel({}, theme.font(), Tone::Muted, this))
    , m_action(new QPushButton(this))
{
    m_text->setWordWrap(true);
    m_text->setAlignment(Qt::AlignCenter);
    m_text->setFixedWidth(kTextWidth);
    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(8);
    layout->addStretch(2);
    layout->addWidget(m_icon, 0, Qt::AlignHCenter);
    layout->addWidget(m_title, 0, Qt::AlignHCenter);
    layout->addWidget(m_text, 0, Qt::AlignHCenter);
    layout->addWidget(m_action, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    connect(m_action, &QPushButton::clicked, this, &EmptyState::actionWanted);
    connect(&m_theme, &Theme::changed, this, [this] {
        if (!m_icon->objectName().isEmpty())
            m_icon->setPixmap(m_theme.icon(m_icon->objectName()).pixmap(28, 28));
    });
}

void EmptyState::showEmpty(const QString &title, const QString &text, const QString &action)
{
    show(u"inbox"_s, title, text, action);
}

void EmptyState::showLoading(const QString &title)
{
    show(u"clock"_s, title, {}, {});
}

void EmptyState::showError(const QString &title, const QString &text, const QString &action)
{
    show(u"alert"_s, title, text, action);
}

QString EmptyState::title() const
{
    return m_title->text();
}

void EmptyState::show(const QString &icon, const QString &title, const QString &text, const QString &action)
{
    m_icon->setObjectName(icon);
    m_icon->setPixmap(m_theme.icon(icon).pixmap(28, 28));
    m_title->setText(title);
    m_text->setText(text);
    // Its size hint is for another width than the one it has; without this its last lines are cut off.
    m_text->setMinimumHeight(text.isEmpty() ? 0 : m_text->heightForWidth(kTextWidth));
    m_text->setVisible(!text.isEmpty());
    m_action->setText(action);
    m_action->setAccessibleName(action.isEmpty() ? tr("Nothing to do") : action);
    m_action->setVisible(!action.isEmpty());
}

} // namespace pm::ui

#include "moc_empty_state.cpp"
