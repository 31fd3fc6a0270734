// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/code_view.h"

#include "format.h"
#include "style/theme.h"
#include "traces/line_marks.h"
#include "widgets/icon_button.h"
#include "widgets/line.h"
#include "widgets/scintilla.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QShortcut>

using namespace Qt::StringLiterals;

namespace pm::ui {

CodeView::CodeView(const Theme &theme, const QString &name, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_editor(new QsciScintilla(this))
    , m_lexer(new QsciLexerJSON(m_editor))
    , m_marks(new LineMarks(theme, m_editor))
    , m_findBar(makeFindBar())
    , m_cutBar(new QWidget(this))
    , m_cutNote(makeLabel({}, theme.small(), Tone::Muted, m_cutBar))
    , m_empty(makeLabel({}, theme.font(), Tone::Muted, this))
{
    setUpEditor(name);
    auto *save = new QPushButton(tr("Save the whole"), m_cutBar);
    save->setProperty("kind", u"link"_s);
    auto *cutRow = new QHBoxLayout(m_cutBar);
    cutRow->setContentsMargins(14, 4, 14, 4);
    cutRow->addWidget(m_cutNote, 1);
    cutRow->addWidget(save);
    m_empty->setWordWrap(true);
    m_empty->setContentsMargins(14, 14, 14, 14);
    m_empty->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_findBar);
    layout->addWidget(m_cutBar);
    layout->addWidget(m_empty, 1);
    layout->addWidget(m_editor, 1);
    m_findBar->hide();
    connect(save, &QPushButton::clicked, this, &CodeView::saveWanted);
    connect(&theme, &Theme::changed, this, &CodeView::paintTheme);
    connect(new QShortcut(QKeySequence::Find, this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut),
            &QShortcut::activated, this, &CodeView::showFind);
    const auto onStep = [this](QKeyCombination keys, bool forward) {
        auto *shortcut = new QShortcut(keys, this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, [this, forward] { m_marks->step(forward); });
    };
    onStep(Qt::Key_F8, true);
    onStep(Qt::SHIFT | Qt::Key_F8, false);
    setBody({}, {});
}

void CodeView::setUpEditor(const QString &name)
{
    m_editor->setAccessibleName(name);
    m_editor->setUtf8(true);
    m_editor->setReadOnly(true);
    m_editor->setWrapMode(QsciScintilla::WrapNone);
    m_editor->setFrameShape(QFrame::NoFrame);
    m_editor->setFolding(QsciScintilla::PlainFoldStyle, 2);
    m_editor->setScrollWidth(1);
    m_editor->setScrollWidthTracking(true);
    // Tab leaves a view that cannot be written in.
    m_editor->SendScintilla(QsciScintilla::SCI_CLEARCMDKEY, QsciScintilla::SCK_TAB);
    m_editor->SendScintilla(QsciScintilla::SCI_CLEARCMDKEY,
                            QsciScintilla::SCK_TAB | (QsciScintilla::SCMOD_SHIFT << 16));
    m_editor->setExtraDescent(2);
    m_editor->setExtraAscent(1);
    paintTheme();
}

void CodeView::paintTheme()
{
    const Tokens &t = m_theme.tokens();
    QFont font = m_theme.mono();
    font.setPointSizeF(font.pixelSize() * 72.0 / logicalDpiY()); // Scintilla knows points only
    m_lexer->setDefaultFont(font);
    m_lexer->setDefaultPaper(t.panel);
    m_lexer->setDefaultColor(t.text);
    m_lexer->setFont(font, -1);
    m_lexer->setPaper(t.panel, -1);
    m_lexer->setColor(t.text, -1);
    // Restraint: keys in the accent, literals quieter than text. Health colours stay with health.
    m_lexer->setColor(t.accent, QsciLexerJSON::Property);
    m_lexer->setColor(t.text, QsciLexerJSON::String);
    m_lexer->setColor(t.muted, QsciLexerJSON::Operator);
    for (const int style : {QsciLexerJSON::Number, QsciLexerJSON::Keyword})
        m_lexer->setColor(t.isDark ? QColor(0xd9, 0xa8, 0x7c) : QColor(0x8a, 0x4b, 0x14), style);
    m_editor->setFont(font);
    m_editor->setPaper(t.panel);
    m_editor->setColor(t.text);
    m_editor->setCaretForegroundColor(t.text);
    m_editor->setSelectionBackgroundColor(t.accent);
    m_editor->setSelectionForegroundColor(t.onAccent);
    m_editor->setFoldMarginColors(t.panel, t.panel);
    m_editor->setMarginsBackgroundColor(t.panel);
    QFont small = m_theme.monoSmall();
    small.setPointSizeF(small.pixelSize() * 72.0 / logicalDpiY());
    m_editor->setMarginsFont(small);
    m_marks->paintTheme();
    m_editor->SendScintilla(QsciScintilla::SCI_MARKERDEFINE, QsciScintilla::SC_MARKNUM_FOLDEROPEN,
                            QsciScintilla::SC_MARK_ARROWDOWN);
    m_editor->SendScintilla(QsciScintilla::SCI_MARKERDEFINE, QsciScintilla::SC_MARKNUM_FOLDER,
                            QsciScintilla::SC_MARK_ARROW);
    for (int marker = int(QsciScintilla::SC_MARKNUM_FOLDEREND);
         marker <= int(QsciScintilla::SC_MARKNUM_FOLDEROPEN); ++marker) {
        m_editor->setMarkerForegroundColor(t.muted, marker);
        m_editor->setMarkerBackgroundColor(t.muted, marker);
    }
}

QWidget *CodeView::makeFindBar()
{
    auto *bar = new QWidget(this);
    m_findField = new QLineEdit(bar);
    m_findField->setPlaceholderText(tr("Find"));
    m_findField->setAccessibleName(tr("Find in this text"));
    m_findNote = makeLabel({}, m_theme.small(), Tone::Muted, bar);
    QToolButton *previous = makeIconButton(m_theme, u"arrow-up"_s, tr("Previous"), bar);
    QToolButton *next = makeIconButton(m_theme, u"arrow-down"_s, tr("Next"), bar);
    QToolButton *close = makeIconButton(m_theme, u"close"_s, tr("Close the search"), bar);
    auto *layout = new QHBoxLayout(bar);
    layout->setContentsMargins(14, 6, 8, 6);
    layout->setSpacing(4);
    layout->addWidget(m_findField, 1);
    layout->addWidget(m_findNote);
    for (QToolButton *button : {previous, next, close})
        layout->addWidget(button);
    const auto closeBar = [this] {
        m_findBar->hide();
        m_editor->setFocus();
    };
    connect(m_findField, &QLineEdit::textChanged, this, [this] { find(true, true); });
    connect(m_findField, &QLineEdit::returnPressed, this, [this] { find(true, false); });
    connect(next, &QToolButton::clicked, this, [this] { find(true, false); });
    connect(previous, &QToolButton::clicked, this, [this] { find(false, false); });
    connect(close, &QToolButton::clicked, this, closeBar);
    auto *escape = new QShortcut(Qt::Key_Escape, bar, nullptr, nullptr, Qt::WidgetWithChildrenShortcut);
    connect(escape, &QShortcut::activated, this, closeBar);
    return bar;
}

void CodeView::showFind()
{
    if (m_editor->isHidden())
        return;
    m_findBar->show();
    m_findField->setFocus(Qt::ShortcutFocusReason);
    m_findField->selectAll();
}

void CodeView::find(bool forward, bool fromStart)
{
    const QString text = m_findField->text();
    m_findNote->clear();
    if (text.isEmpty())
        return;
    int line = fromStart ? 0 : -1;
    int column = fromStart ? 0 : -1;
    if (!fromStart && !forward) {
        int lineTo = 0, columnTo = 0;
        m_editor->getSelection(&line, &column, &lineTo, &columnTo);
    }
    if (!m_editor->findFirst(text, false, false, false, true, forward, line, column))
        m_findNote->setText(tr("not found"));
}

void CodeView::setBody(const BodyText &body, const QString &emptyText)
{
    const bool isEmpty = body.text.isEmpty();
    m_empty->setText(emptyText);
    m_empty->setVisible(isEmpty);
    m_editor->setVisible(!isEmpty);
    m_cutBar->setVisible(body.isCut || body.isBinary);
    m_cutNote->setText(body.isBinary ? tr("%1 in all, not all of it text").arg(bytesText(body.fullSize))
                                     : tr("%1 in all; the beginning is shown").arg(bytesText(body.fullSize)));
    if (isEmpty)
        m_findBar->hide();
    m_editor->setLexer(body.isJson ? m_lexer : nullptr);
    paintTheme();
    m_editor->setText(body.text);
    m_marks->setMarks(body.marks);
    m_editor->setScrollWidth(1);
    m_editor->setCursorPosition(0, 0);
}

bool CodeView::isEmpty() const
{
    return m_editor->isHidden();
}

} // namespace pm::ui

#include "moc_code_view.cpp"
