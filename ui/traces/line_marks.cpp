// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/line_marks.h"

#include "style/theme.h"
#include "widgets/scintilla.h"

#include <QHelpEvent>
#include <QToolTip>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

using Sci = QsciScintillaBase;

constexpr int kNumberMargin = 0;
constexpr int kSignMargin = 1;
constexpr int kSignWidth = 16;
constexpr int kLinesAbove = 3; ///< in sight above the line that one goes to

/// Numbers of the editor's markers: a sign, and a tint behind the line, for each kind.
constexpr int kSign = 4;
constexpr int kTint = 6;
constexpr std::array kKinds{LineMark::Kind::Lost, LineMark::Kind::Changed};

int signOf(LineMark::Kind kind)
{
    return kSign + int(kind);
}

int tintOf(LineMark::Kind kind)
{
    return kTint + int(kind);
}

QColor blend(const QColor &ground, const QColor &colour, double part)
{
    const auto mix = [&](int a, int b) { return int(a + (b - a) * part); };
    return {mix(ground.red(), colour.red()), mix(ground.green(), colour.green()), mix(ground.blue(), colour.blue())};
}

} // namespace

LineMarks::LineMarks(const Theme &theme, QsciScintilla *editor)
    : QObject(editor)
    , m_theme(theme)
    , m_editor(editor)
{
    editor->setMarginType(kNumberMargin, QsciScintilla::NumberMargin);
    editor->setMarginType(kSignMargin, QsciScintilla::SymbolMargin);
    editor->setMarginSensitivity(kSignMargin, false);
    int signs = 0;
    for (const LineMark::Kind kind : kKinds) {
        // Not by colour alone: a minus for what is lost, a square for what was written otherwise.
        const bool isLost = kind == LineMark::Kind::Lost;
        editor->markerDefine(isLost ? QsciScintilla::Minus : QsciScintilla::SmallRectangle, signOf(kind));
        editor->markerDefine(QsciScintilla::Background, tintOf(kind));
        signs |= 1 << signOf(kind);
    }
    editor->setMarginMarkerMask(kNumberMargin, 0);
    editor->setMarginMarkerMask(kSignMargin, signs);
    editor->viewport()->installEventFilter(this);
    connect(editor, &QsciScintilla::cursorPositionChanged, this, &LineMarks::describeCursor);
    setMarks({});
}

void LineMarks::setMarks(std::vector<LineMark> marks)
{
    m_marks = std::move(marks);
    m_editor->markerDeleteAll();
    for (const LineMark &mark : m_marks) {
        m_editor->markerAdd(mark.line, signOf(mark.kind));
        m_editor->markerAdd(mark.line, tintOf(mark.kind));
    }
    const bool isMarked = !m_marks.empty();
    m_editor->setMarginWidth(kSignMargin, isMarked ? kSignWidth : 0);
    if (isMarked)
        m_editor->setMarginWidth(kNumberMargin, u'0' + QString::number(m_editor->lines()));
    else
        m_editor->setMarginWidth(kNumberMargin, 0);
    describeCursor();
}

void LineMarks::paintTheme()
{
    const Tokens &t = m_theme.tokens();
    constexpr double kTintPart = 0.14;
    for (const LineMark::Kind kind : kKinds) {
        const QColor colour = kind == LineMark::Kind::Lost ? t.warn : t.muted;
        m_editor->setMarkerForegroundColor(colour, signOf(kind));
        m_editor->setMarkerBackgroundColor(colour, signOf(kind));
        m_editor->setMarkerBackgroundColor(blend(t.panel, colour, kTintPart), tintOf(kind));
    }
    m_editor->setMarginsForegroundColor(t.muted);
}

void LineMarks::goTo(int line)
{
    m_editor->ensureLineVisible(line);
    const long shown = m_editor->SendScintilla(Sci::SCI_VISIBLEFROMDOCLINE, static_cast<unsigned long>(line));
    m_editor->setFirstVisibleLine(std::max(0, int(shown) - kLinesAbove));
    m_editor->setCursorPosition(line, m_editor->indentation(line));
    m_editor->setFocus(Qt::ShortcutFocusReason);
    describeCursor(); // the editor tells of the move when it paints next
}

bool LineMarks::step(bool forward)
{
    if (m_marks.empty())
        return false;
    const int from = cursorLine();
    if (forward) {
        const auto next =
            std::find_if(m_marks.begin(), m_marks.end(), [&](const LineMark &mark) { return mark.line > from; });
        goTo(next == m_marks.end() ? m_marks.front().line : next->line);
    } else {
        const auto next =
            std::find_if(m_marks.rbegin(), m_marks.rend(), [&](const LineMark &mark) { return mark.line < from; });
        goTo(next == m_marks.rend() ? m_marks.back().line : next->line);
    }
    return true;
}

int LineMarks::cursorLine() const
{
    int line = 0;
    int column = 0;
    m_editor->getCursorPosition(&line, &column);
    return line;
}

QString LineMarks::textAt(int line) const
{
    QStringList texts;
    for (const LineMark &mark : m_marks) {
        if (mark.line == line && !texts.contains(mark.text))
            texts.append(mark.text);
    }
    return texts.join(u'\n');
}

void LineMarks::describeCursor()
{
    m_editor->setAccessibleDescription(textAt(cursorLine()));
}

bool LineMarks::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QObject::eventFilter(watched, event);
    const auto *help = static_cast<QHelpEvent *>(event);
    // The gutter is part of the line, too.
    const long position = m_editor->SendScintilla(Sci::SCI_POSITIONFROMPOINT, static_cast<unsigned long>(help->x()),
                                                  static_cast<long>(help->y()));
    const long line = m_editor->SendScintilla(Sci::SCI_LINEFROMPOSITION, static_cast<unsigned long>(position));
    QToolTip::showText(help->globalPos(), textAt(int(line)), m_editor);
    return true;
}

} // namespace pm::ui

#include "moc_line_marks.cpp"
