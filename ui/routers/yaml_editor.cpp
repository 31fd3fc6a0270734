// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/yaml_editor.h"

#include "format.h"
#include "session.h"
#include "style/theme.h"
#include "widgets/scintilla.h"

#include <QKeyEvent>
#include <QVBoxLayout>
#include <Qsci/qscicommandset.h>
#include <Qsci/qscistyle.h>

#include <algorithm>

namespace pm::ui {

namespace {

constexpr int kErrorSquiggle = 8;
constexpr int kWarningSquiggle = 9;
constexpr int kPlaceMarker = 3;
constexpr int kAnnotationMargin = 24; ///< the editor's own inset, and a scroll bar

using Sci = QsciScintillaBase;

/// The editor knows points only.
QFont inPoints(QFont font, const QWidget &widget)
{
    if (font.pixelSize() > 0)
        font.setPointSizeF(font.pixelSize() * 72.0 / widget.logicalDpiY());
    return font;
}

/// Broken between words to lines of `room` pixels: the editor does not wrap what it shows below a line.
QString wrapped(const QString &text, const QFontMetrics &metrics, int room)
{
    QString lines;
    QString line;
    for (const QString &word : text.split(u' ')) {
        const QString longer = line.isEmpty() ? word : line + u' ' + word;
        if (!line.isEmpty() && metrics.horizontalAdvance(longer) > room) {
            lines += line + u'\n';
            line = word;
        } else {
            line = longer;
        }
    }
    return lines + line;
}

} // namespace

YamlEditor::YamlEditor(const Theme &theme, Session &session, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_session(session)
    , m_editor(new QsciScintilla(this))
    , m_lexer(new QsciLexerYAML(m_editor))
{
    setUp();
    paintTheme();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_editor);
    setFocusProxy(m_editor);
    m_editor->installEventFilter(this);
    connect(m_editor, &QsciScintilla::textChanged, this, &YamlEditor::takeTyping);
    connect(m_editor, &QsciScintilla::cursorPositionChanged, this, [this](int line) {
        if (!m_isFilling && m_editor->hasFocus())
            Q_EMIT cursorMoved(line + 1);
    });
    connect(&m_session, &Session::draftChanged, this, &YamlEditor::showDraft);
    connect(&m_session, &Session::problemsChanged, this, &YamlEditor::showProblems);
    connect(&theme, &Theme::changed, this, [this] {
        paintTheme();
        showProblems();
    });
    showDraft();
    showProblems();
}

void YamlEditor::setUp()
{
    m_editor->setAccessibleName(tr("Configuration text"));
    m_editor->setAccessibleDescription(tr("YAML. Escape leaves the editor."));
    m_editor->setUtf8(true);
    m_editor->setLexer(m_lexer);
    m_editor->setWrapMode(QsciScintilla::WrapNone);
    m_editor->setFrameShape(QFrame::NoFrame);
    m_editor->setIndentationsUseTabs(false);
    m_editor->setTabWidth(2);
    m_editor->setAutoIndent(true);
    m_editor->setMarginType(0, QsciScintilla::NumberMargin);
    m_editor->setMarginWidth(1, 0);
    m_editor->SendScintilla(Sci::SCI_SETMARGINLEFT, 0UL, 8L); // else the text begins at the last digit
    m_editor->setScrollWidth(1);
    m_editor->setScrollWidthTracking(true);
    m_editor->setExtraDescent(2);
    m_editor->setExtraAscent(1);
    m_editor->setCaretLineVisible(false);
    m_editor->indicatorDefine(QsciScintilla::SquiggleIndicator, kErrorSquiggle);
    m_editor->indicatorDefine(QsciScintilla::SquiggleIndicator, kWarningSquiggle);
    m_editor->markerDefine(QsciScintilla::Background, kPlaceMarker);
    m_editor->setAnnotationDisplay(QsciScintilla::AnnotationIndented);
    // Undo is the session's, so that it goes through form and text alike.
    m_editor->SendScintilla(Sci::SCI_SETUNDOCOLLECTION, 0UL);
    for (const QKeyCombination keys :
         {Qt::CTRL | Qt::Key_Z, Qt::CTRL | Qt::Key_Y, Qt::CTRL | Qt::SHIFT | Qt::Key_Z}) {
        if (QsciCommand *command = m_editor->standardCommands()->boundTo(keys.toCombined()))
            command->setKey(0);
    }
}

void YamlEditor::paintTheme()
{
    const Tokens &t = m_theme.tokens();
    const QFont mono = inPoints(m_theme.mono(), *this);
    m_lexer->setDefaultFont(mono);
    m_lexer->setFont(mono, -1);
    m_lexer->setDefaultPaper(t.panel);
    m_lexer->setPaper(t.panel, -1);
    m_lexer->setDefaultColor(t.text);
    m_lexer->setColor(t.text, -1);
    m_lexer->setColor(t.accent, QsciLexerYAML::Identifier);
    m_lexer->setColor(t.muted, QsciLexerYAML::Comment);
    m_lexer->setColor(t.muted, QsciLexerYAML::Operator);
    for (const int style : {QsciLexerYAML::Number, QsciLexerYAML::Keyword})
        m_lexer->setColor(t.isDark ? QColor(0xd9, 0xa8, 0x7c) : QColor(0x8a, 0x4b, 0x14), style);
    m_editor->setFont(mono);
    m_editor->setPaper(t.panel);
    m_editor->setColor(t.text);
    m_editor->setMarginsFont(inPoints(m_theme.monoSmall(), *this));
    m_editor->setMarginsForegroundColor(t.muted);
    m_editor->setMarginsBackgroundColor(t.panel);
    m_editor->setCaretForegroundColor(t.text);
    m_editor->setSelectionBackgroundColor(t.accent);
    m_editor->setSelectionForegroundColor(t.onAccent);
    m_editor->setIndicatorForegroundColor(t.bad, kErrorSquiggle);
    m_editor->setIndicatorForegroundColor(t.warn, kWarningSquiggle);
    m_editor->setMarkerBackgroundColor(t.selection, kPlaceMarker);
}

void YamlEditor::takeTyping()
{
    if (!m_isFilling)
        m_session.type(m_editor->text().toStdString());
}

/// Replaces only the bytes that differ: what is in sight stays where it is.
void YamlEditor::showDraft()
{
    const QByteArray now = m_editor->text().toUtf8();
    const std::string &wanted = m_session.draft();
    const std::string_view have(now.constData(), static_cast<std::size_t>(now.size()));
    if (have == wanted)
        return;
    const auto isContinuation = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
    const std::size_t shorter = std::min(have.size(), wanted.size());
    std::size_t head = static_cast<std::size_t>(
        std::mismatch(have.begin(), have.begin() + static_cast<std::ptrdiff_t>(shorter), wanted.begin())
            .first -
        have.begin());
    while (head > 0 && ((head < have.size() && isContinuation(have[head])) ||
                        (head < wanted.size() && isContinuation(wanted[head]))))
        --head;
    std::size_t tail = 0;
    while (tail < shorter - head && have[have.size() - 1 - tail] == wanted[wanted.size() - 1 - tail])
        ++tail;
    while (tail > 0 && isContinuation(wanted[wanted.size() - tail]))
        --tail;
    m_isFilling = true;
    m_editor->setEolMode(wanted.find("\r\n") != std::string::npos ? QsciScintilla::EolWindows
                                                                  : QsciScintilla::EolUnix);
    m_editor->SendScintilla(Sci::SCI_SETTARGETRANGE, static_cast<unsigned long>(head),
                            static_cast<long>(have.size() - tail));
    m_editor->SendScintilla(Sci::SCI_REPLACETARGET, static_cast<unsigned long>(wanted.size() - head - tail),
                            wanted.data() + head);
    m_isFilling = false;
}

void YamlEditor::showProblems()
{
    const long length = m_editor->SendScintilla(Sci::SCI_GETLENGTH);
    for (const int indicator : {kErrorSquiggle, kWarningSquiggle}) {
        m_editor->SendScintilla(Sci::SCI_SETINDICATORCURRENT, indicator);
        m_editor->SendScintilla(Sci::SCI_INDICATORCLEARRANGE, 0UL, length);
    }
    m_editor->clearAnnotations();
    const Tokens &t = m_theme.tokens();
    const QFont font = inPoints(m_theme.small(), *this);
    const QsciStyle error(-1, tr("Error"), t.bad, t.panel, font);
    const QsciStyle warning(-1, tr("Warning"), t.warn, t.panel, font);
    constexpr std::size_t kMaxShown = 100;
    std::size_t shown = 0;
    for (const config::Problem &problem : m_session.problems()) {
        if (problem.line < 1 || problem.line > m_editor->lines() || ++shown > kMaxShown)
            continue;
        const bool isError = problem.severity == config::Problem::Severity::Error;
        const long lineStart = m_editor->SendScintilla(Sci::SCI_POSITIONFROMLINE, problem.line - 1);
        const long lineEnd = m_editor->SendScintilla(Sci::SCI_GETLINEENDPOSITION, problem.line - 1);
        const long from =
            std::clamp(lineStart + problem.column - 1, lineStart, std::max(lineStart, lineEnd - 1));
        const long wanted = problem.length > 0 ? problem.length : lineEnd - from;
        m_editor->SendScintilla(Sci::SCI_SETINDICATORCURRENT, isError ? kErrorSquiggle : kWarningSquiggle);
        m_editor->SendScintilla(Sci::SCI_INDICATORFILLRANGE, static_cast<unsigned long>(from),
                                std::max(1L, std::min(wanted, lineEnd - from)));
        QString text = m_editor->annotation(problem.line - 1);
        const long x = m_editor->SendScintilla(Sci::SCI_POINTXFROMPOSITION, 0UL,
                                               lineStart + m_editor->indentation(problem.line - 1));
        const int room =
            m_editor->viewport()->width() - static_cast<int>(x + m_editor->SendScintilla(Sci::SCI_GETXOFFSET));
        text += (text.isEmpty() ? QString() : QStringLiteral("\n")) +
                wrapped(fromUtf8(problem.message), QFontMetrics(m_theme.small()), room - kAnnotationMargin);
        m_editor->annotate(problem.line - 1, text, isError ? error : warning);
    }
    const int digits = static_cast<int>(QString::number(m_editor->lines()).size());
    m_editor->setMarginWidth(0, QString(std::max(3, digits + 1), QLatin1Char('0')));
}

void YamlEditor::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    if (!m_session.problems().empty())
        showProblems(); // their lines break elsewhere
}

void YamlEditor::mark(const std::optional<config::Place> &place)
{
    m_editor->markerDeleteAll(kPlaceMarker);
    if (!place)
        return;
    for (int line = place->line; line <= std::min(place->endLine, m_editor->lines()); ++line)
        m_editor->markerAdd(line - 1, kPlaceMarker);
    if (!m_editor->hasFocus()) {
        m_editor->ensureLineVisible(place->line - 1);
        const long first = m_editor->SendScintilla(Sci::SCI_GETFIRSTVISIBLELINE);
        const long visible = m_editor->SendScintilla(Sci::SCI_LINESONSCREEN);
        if (place->line - 1 < first || place->line - 1 >= first + visible)
            m_editor->setFirstVisibleLine(std::max(0, place->line - 4));
    }
}

void YamlEditor::goTo(int line, int column)
{
    m_editor->setCursorPosition(std::max(0, line - 1), std::max(0, column - 1));
    m_editor->ensureLineVisible(std::max(0, line - 1));
    m_editor->setFocus(Qt::ShortcutFocusReason);
}

/// Tab indents here, so Escape is the way out by keyboard.
bool YamlEditor::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape) {
        focusNextPrevChild(true);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace pm::ui

#include "moc_yaml_editor.cpp"
