// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/weight_box.h"

namespace pm::ui {

WeightBox::WeightBox(QWidget *parent)
    : QDoubleSpinBox(parent)
{
    setRange(0, 1'000'000);
    setDecimals(6);
    setSingleStep(0.1);
    setKeyboardTracking(false);
    setFixedWidth(60);
    setAlignment(Qt::AlignRight);
    setButtonSymbols(QAbstractSpinBox::NoButtons);
}

QString WeightBox::textFromValue(double value) const
{
    return QString::number(value, 'g', 7);
}

double WeightBox::valueFromText(const QString &text) const
{
    return text.toDouble();
}

QValidator::State WeightBox::validate(QString &text, int &) const
{
    bool isNumber = false;
    const double value = text.toDouble(&isNumber);
    if (isNumber && value >= 0)
        return QValidator::Acceptable;
    return text.startsWith(u'-') ? QValidator::Invalid : QValidator::Intermediate;
}

} // namespace pm::ui

#include "moc_weight_box.cpp"
