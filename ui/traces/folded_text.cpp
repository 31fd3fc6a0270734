// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/folded_text.h"

#include "format.h"
#include "style/theme.h"

#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace pm::ui {

FoldedText::FoldedText(const Theme &theme, QString text, const QFont &font, QWidget *parent)
    : QWidget(parent)
    , m_text(std::move(text))
    , m_label(makeLabel({}, font, Tone::Normal, this))
{
    m_label->setWordWrap(true);
    m_label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_label->setMinimumWidth(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(m_label);
    if (m_text.size() > kFolded + 80 || m_text.count(u'\n') > 12) {
        m_more = new QPushButton(this);
        m_more->setProperty("kind", u"link"_s);
        m_more->setFont(theme.small());
        layout->addWidget(m_more, 0, Qt::AlignLeft);
        connect(m_more, &QPushButton::clicked, this, [this] { show(!m_isWhole); });
    }
    show(false);
}

void FoldedText::setTextTone(Tone tone)
{
    setTone(m_label, tone);
}

void FoldedText::show(bool whole)
{
    m_isWhole = whole;
    if (!m_more) {
        m_label->setText(m_text);
        return;
    }
    qsizetype length = whole ? kMost : kFolded;
    if (!whole) {
        qsizetype at = -1;
        for (int line = 0; line < 12; ++line) {
            const qsizetype next = m_text.indexOf(u'\n', at + 1);
            if (next < 0 || next > length)
                break;
            at = next;
            if (line == 11)
                length = at;
        }
    }
    m_label->setText(m_text.size() > length ? m_text.left(length).trimmed() + u"…"_s : m_text);
    m_more->setText(whole ? tr("Show less")
                          : tr("Show all %1 characters").arg(countText(std::int64_t(m_text.size()))));
}

} // namespace pm::ui

#include "moc_folded_text.cpp"
