// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDoubleSpinBox>

namespace pm::ui {

/// A weight: any number from 0; written 0.7, not 0.700, and taken when it is left or on Enter.
class WeightBox : public QDoubleSpinBox
{
    Q_OBJECT

public:
    explicit WeightBox(QWidget *parent = nullptr);
    QString textFromValue(double value) const override;
    double valueFromText(const QString &text) const override;
    QValidator::State validate(QString &text, int &) const override;
};

} // namespace pm::ui
