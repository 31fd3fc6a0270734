// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/number_field.h"

#include "config/scalars.h"

#include <QLineEdit>

#include <algorithm>

namespace pm::ui {

NumberField::NumberField(QWidget *parent)
    : QAbstractSpinBox(parent)
{
    setButtonSymbols(NoButtons);
    setAlignment(Qt::AlignRight);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(this, &QAbstractSpinBox::editingFinished, this, &NumberField::tell);
}

void NumberField::setRange(double least, double most, bool isWhole)
{
    m_least = least;
    m_most = most;
    m_isWhole = isWhole;
}

void NumberField::setStandard(const QString &text)
{
    lineEdit()->setPlaceholderText(text);
}

void NumberField::setWritten(const QString &text)
{
    if (lineEdit()->isModified() && hasFocus())
        return; // something else is being typed
    m_told = text;
    if (written() != text)
        lineEdit()->setText(text);
}

void NumberField::stepBy(int steps)
{
    const QString holds = written().isEmpty() ? lineEdit()->placeholderText() : written();
    const double now = config::parseNumber(holds.toStdString()).value_or(m_least);
    // From a thousand on ones are too small a step.
    const double unit = !m_isWhole ? (m_most <= 1 ? 0.05 : 0.1) : now >= 1000 ? 100 : 1;
    const double next = std::clamp(now + unit * steps, m_least, m_most);
    lineEdit()->setText(QString::number(next, 'g', 10));
    tell();
}

void NumberField::tell()
{
    lineEdit()->setModified(false);
    if (written() == m_told)
        return;
    m_told = written();
    Q_EMIT changed();
}

} // namespace pm::ui

#include "moc_number_field.cpp"
