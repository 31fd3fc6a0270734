// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "traces/chat_reader.h"

#include <QScrollArea>

QT_BEGIN_NAMESPACE
class QVBoxLayout;
QT_END_NAMESPACE

namespace pm::ui {

class Theme;

/// A conversation as people read it. Long ones show their last messages first, long texts their beginning;
/// both say how much more there is and open it.
class ChatView : public QScrollArea
{
    Q_OBJECT

public:
    explicit ChatView(const Theme &theme, QWidget *parent = nullptr);
    void setConversation(const Conversation &conversation);
    void showMessage(const QString &text); ///< in its place: loading, not kept

private:
    void clear();
    void addFrom(std::size_t first);
    QWidget *makeMessage(const ChatMessage &message);
    void addBlock(QVBoxLayout *layout, const ChatBlock &block);

    const Theme &m_theme;
    Conversation m_conversation;
    QVBoxLayout *m_layout;
};

} // namespace pm::ui
