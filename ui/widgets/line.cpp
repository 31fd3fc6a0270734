// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/line.h"

#include <QStyle>

using namespace Qt::StringLiterals;

namespace pm::ui {

void setTone(QLabel *label, Tone tone)
{
    static const QString names[] = {QString(), u"muted"_s, u"good"_s, u"warn"_s, u"bad"_s};
    const QString &name = names[static_cast<int>(tone)];
    if (label->property("tone").toString() == name)
        return;
    label->setProperty("tone", name);
    label->style()->unpolish(label);
    label->style()->polish(label);
}

QLabel *makeLabel(const QString &text, const QFont &font, Tone tone, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setFont(font);
    setTone(label, tone);
    return label;
}

} // namespace pm::ui
