// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/chat_view.h"

#include "format.h"
#include "style/theme.h"
#include "traces/folded_text.h"
#include "widgets/line.h"

#include <QFrame>
#include <QPushButton>
#include <QScrollBar>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

using Kind = ChatBlock::Kind;

constexpr std::size_t kFirstShown = 24; ///< messages; each is a handful of widgets

QString roleText(const ChatMessage &message)
{
    QStringList parts{message.role};
    std::size_t characters = 0;
    for (const ChatBlock &block : message.blocks)
        characters += std::size_t(block.text.size());
    if (message.blocks.size() == 1 && message.blocks[0].kind == Kind::ToolCall)
        parts.append(ChatView::tr("tool call"));
    if (characters > 2'000)
        parts.append(ChatView::tr("%1 characters").arg(countText(std::int64_t(characters))));
    if (message.isCached)
        parts.append(ChatView::tr("cached"));
    if (message.isCut)
        parts.append(ChatView::tr("cut short"));
    return parts.join(u" · "_s);
}

} // namespace

ChatView::ChatView(const Theme &theme, QWidget *parent)
    : QScrollArea(parent)
    , m_theme(theme)
{
    setWidgetResizable(true);
    setFrameShape(NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Conversation"));
    auto *content = new QWidget(this);
    m_layout = new QVBoxLayout(content);
    m_layout->setContentsMargins(14, 10, 14, 14);
    m_layout->setSpacing(0);
    setWidget(content);
}

void ChatView::clear()
{
    while (QLayoutItem *item = m_layout->takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

void ChatView::showMessage(const QString &text)
{
    clear();
    QLabel *label = makeLabel(text, m_theme.font(), Tone::Muted);
    label->setWordWrap(true);
    m_layout->addWidget(label);
    m_layout->addStretch();
}

void ChatView::setConversation(const Conversation &conversation)
{
    m_conversation = conversation;
    const std::size_t count = conversation.messages.size();
    addFrom(count > kFirstShown ? count - kFirstShown : 0);
}

void ChatView::addFrom(std::size_t first)
{
    clear();
    if (!m_conversation.problem.isEmpty()) {
        QLabel *label = makeLabel(m_conversation.problem, m_theme.font(), Tone::Muted);
        label->setWordWrap(true);
        m_layout->addWidget(label);
    }
    if (first > 0) {
        auto *earlier = new QPushButton(first == 1 ? tr("Show the message before")
                                                   : tr("Show %1 earlier messages").arg(first));
        earlier->setProperty("kind", u"link"_s);
        connect(
            earlier, &QPushButton::clicked, this,
            [this, first] { addFrom(first > 4 * kFirstShown ? first - 4 * kFirstShown : 0); },
            Qt::QueuedConnection);
        m_layout->addWidget(earlier, 0, Qt::AlignLeft);
    }
    for (std::size_t i = first; i < m_conversation.messages.size(); ++i) {
        if (i > first)
            m_layout->addWidget(makeLine(Qt::Horizontal));
        m_layout->addWidget(makeMessage(m_conversation.messages[i]));
    }
    m_layout->addStretch();
}

QWidget *ChatView::makeMessage(const ChatMessage &message)
{
    auto *box = new QWidget;
    auto *layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 9, 0, 11);
    layout->setSpacing(4);
    QLabel *role = makeLabel(roleText(message), m_theme.small(), Tone::Muted, box);
    if (message.isAnswer)
        role->setFont(m_theme.smallBold());
    layout->addWidget(role);
    for (const ChatBlock &block : message.blocks)
        addBlock(layout, block);
    if (message.blocks.empty())
        layout->addWidget(makeLabel(tr("empty"), m_theme.font(), Tone::Muted, box));
    return box;
}

void ChatView::addBlock(QVBoxLayout *layout, const ChatBlock &block)
{
    const auto fold = [&](const QString &text, const QFont &font, Tone tone) {
        auto *folded = new FoldedText(m_theme, text, font);
        folded->setTextTone(tone);
        layout->addWidget(folded);
    };
    switch (block.kind) {
    case Kind::Text:
        return fold(block.text, m_theme.font(), Tone::Normal);
    case Kind::Reasoning:
        return fold(
            tr("Thinking: %1").arg(block.text.isEmpty() ? tr("not shown by the provider") : block.text),
            m_theme.font(), Tone::Muted);
    case Kind::ToolCall:
        return fold(block.name + u' ' + block.text, m_theme.mono(), Tone::Normal);
    case Kind::ToolResult:
        return fold(block.text.isEmpty() ? tr("(no output)") : block.text, m_theme.mono(), Tone::Muted);
    case Kind::Image:
        return fold(tr("[%1 %2]").arg(block.name, block.text), m_theme.font(), Tone::Muted);
    case Kind::Other:
        return fold(block.name + u' ' + block.text, m_theme.mono(), Tone::Muted);
    }
}

} // namespace pm::ui

#include "moc_chat_view.cpp"
