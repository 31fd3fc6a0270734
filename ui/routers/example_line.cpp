// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/example_line.h"

#include "routers/row_parts.h"
#include "widgets/icon_button.h"
#include "widgets/problem_note.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace pm::ui {

ExampleLine::ExampleLine(const Theme &theme, const QString &name, QWidget *parent)
    : QWidget(parent)
    , m_edit(new QLineEdit(this))
    , m_remove(makeIconButton(theme, u"close"_s, tr("Remove %1").arg(name), this))
    , m_note(new ProblemNote(theme, this))
{
    m_edit->setAccessibleName(name.left(1).toUpper() + name.mid(1));
    m_edit->setPlaceholderText(tr("what such a request says"));
    m_edit->installEventFilter(this);
    m_remove->setFixedSize(26, 26);
    auto *line = new QHBoxLayout;
    line->setSpacing(4);
    line->addWidget(m_edit, 1);
    line->addWidget(m_remove);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addLayout(line);
    layout->addWidget(m_note);
    connect(m_edit, &QLineEdit::returnPressed, this, &ExampleLine::entered);
    connect(m_edit, &QLineEdit::editingFinished, this, &ExampleLine::left);
    connect(m_remove, &QToolButton::clicked, this, [this] { Q_EMIT removeWanted(false); });
}

void ExampleLine::setText(const QString &text)
{
    showText(m_edit, text);
}

QString ExampleLine::take()
{
    return taken(m_edit);
}

void ExampleLine::start()
{
    m_edit->setFocus();
}

bool ExampleLine::isTyping() const
{
    return m_edit->hasFocus();
}

bool ExampleLine::hasFocusWithin() const
{
    return m_edit->hasFocus() || m_remove->hasFocus();
}

void ExampleLine::showProblems(const NodeProblems &problems)
{
    markField(m_edit, problems, {});
    showIn(m_note, problems);
}

QList<QWidget *> ExampleLine::stops() const
{
    return {m_edit, m_remove};
}

bool ExampleLine::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::FocusOut && m_edit->text().trimmed().isEmpty()) {
        const Qt::FocusReason why = static_cast<QFocusEvent *>(event)->reason();
        if (why != Qt::PopupFocusReason && why != Qt::ActiveWindowFocusReason)
            Q_EMIT left(); // the field says so only of what was typed
    }
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto &key = *static_cast<QKeyEvent *>(event);
    const bool isPlain = !(key.modifiers() & ~Qt::KeypadModifier);
    if (isPlain && key.key() == Qt::Key_Backspace && m_edit->text().isEmpty() && !key.isAutoRepeat()) {
        Q_EMIT removeWanted(true);
        return true;
    }
    if (isPlain && (key.key() == Qt::Key_Up || key.key() == Qt::Key_Down)) {
        Q_EMIT stepped(key.key() == Qt::Key_Up ? -1 : 1);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace pm::ui

#include "moc_example_line.cpp"
