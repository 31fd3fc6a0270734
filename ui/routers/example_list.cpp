// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/example_list.h"

#include "format.h"
#include "routers/example_line.h"

#include <QScopedValueRollback>
#include <QVBoxLayout>

#include <algorithm>

namespace pm::ui {

ExampleList::ExampleList(const Theme &theme, const QString &what, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_what(what)
    , m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(0, 0, 6, 0);
    m_layout->setSpacing(4);
    hide();
}

void ExampleList::setExamples(const std::vector<std::string> &examples)
{
    const bool keepsBegun = hasBegun() && m_lines.last()->hasFocusWithin();
    m_examples = examples;
    showLines(keepsBegun ? 1 : 0);
}

/// As many lines as there are examples, and `more`; it is the last ones that go, since lines are named by
/// their number.
void ExampleList::showLines(qsizetype more)
{
    const qsizetype wanted = static_cast<qsizetype>(m_examples.size()) + more;
    while (m_lines.size() > wanted) {
        ExampleLine *line = m_lines.takeLast();
        m_layout->removeWidget(line);
        line->hide();
        line->deleteLater(); // later: its own key may be what leads here
    }
    while (m_lines.size() < wanted)
        addLine();
    for (std::size_t i = 0; i < m_examples.size(); ++i)
        m_lines[qsizetype(i)]->setText(fromUtf8(m_examples[i]));
    setVisible(!m_lines.isEmpty());
}

void ExampleList::addLine()
{
    auto *line = new ExampleLine(m_theme, tr("example %1 of %2").arg(m_lines.size() + 1).arg(m_what), this);
    m_lines.append(line);
    m_layout->addWidget(line);
    line->show(); // now, not with the next event: the focus may go there at once
    connect(line, &ExampleLine::left, this, [this, line] { submit(line); });
    connect(line, &ExampleLine::entered, this, [this, line] { goOn(line); });
    connect(line, &ExampleLine::removeWanted, this, [this, line](bool byKey) { remove(line, byKey); });
    connect(line, &ExampleLine::stepped, this,
            [this, line](int step) { focusLine(m_lines.indexOf(line) + step); });
}

void ExampleList::begin()
{
    if (!hasBegun()) {
        showLines(1);
        Q_EMIT stopsChanged();
    }
    m_lines.last()->start();
}

void ExampleList::submit(ExampleLine *line)
{
    const qsizetype index = m_lines.indexOf(line);
    if (index < 0 || m_isRemoving)
        return;
    const std::string text = line->take().toStdString();
    const bool isNew = index >= static_cast<qsizetype>(m_examples.size());
    if (text.empty()) {
        // Enter alone takes no line out, nor does the way to its own button.
        if (isNew ? !line->hasFocusWithin() : !line->isTyping())
            remove(line, false);
        return;
    }
    if (!isNew && m_examples[std::size_t(index)] == text)
        return;
    if (isNew)
        m_examples.push_back(text);
    else
        m_examples[std::size_t(index)] = text;
    Q_EMIT edited();
}

void ExampleList::remove(ExampleLine *line, bool byKey)
{
    const qsizetype index = m_lines.indexOf(line);
    if (index < 0)
        return;
    const QScopedValueRollback guard(m_isRemoving,
                                     true); // a line that loses the focus is to be taken, but not this one
    const bool wasExample = index < static_cast<qsizetype>(m_examples.size());
    const bool hadFocus = line->hasFocusWithin();
    const bool keepsBegun = wasExample && hasBegun();
    line->take();
    if (wasExample)
        m_examples.erase(m_examples.begin() + index);
    const qsizetype count = static_cast<qsizetype>(m_examples.size()) + (keepsBegun ? 1 : 0);
    if (hadFocus && count == 0)
        Q_EMIT emptied();
    else if (hadFocus) // before a line goes: the window would choose another place
        focusLine(std::clamp<qsizetype>(byKey ? index - 1 : index, 0, count - 1));
    showLines(keepsBegun ? 1 : 0);
    if (wasExample)
        Q_EMIT edited();
    else
        Q_EMIT stopsChanged();
}

void ExampleList::goOn(ExampleLine *line)
{
    submit(line);
    const qsizetype index = m_lines.indexOf(line);
    if (index < 0)
        return; // the text was not to be had
    if (index + 1 < m_lines.size())
        focusLine(index + 1);
    else if (!hasBegun())
        begin();
}

void ExampleList::focusLine(qsizetype index)
{
    if (index >= 0 && index < m_lines.size())
        m_lines[index]->start();
}

void ExampleList::showProblems(NodeProblems &left)
{
    for (qsizetype i = 0; i < m_lines.size(); ++i)
        m_lines[i]->showProblems(takeIn(left, "examples." + std::to_string(i)));
}

QList<QWidget *> ExampleList::stops() const
{
    QList<QWidget *> stops;
    for (const ExampleLine *line : m_lines)
        stops += line->stops();
    return stops;
}

} // namespace pm::ui

#include "moc_example_list.cpp"
