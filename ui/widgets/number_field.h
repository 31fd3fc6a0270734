// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractSpinBox>

namespace pm::ui {

/// A number that may be left out: empty, it shows what holds then. Taken as typed, so that a wrong one can be
/// told of where all are; Up and Down go on from what holds.
class NumberField : public QAbstractSpinBox
{
    Q_OBJECT

public:
    explicit NumberField(QWidget *parent = nullptr);

    void setRange(double least, double most, bool isWhole);
    void setStandard(const QString &text); ///< what holds when it is empty
    QString written() const { return text().trimmed(); }
    void setWritten(const QString &text);
    void stepBy(int steps) override;
    QValidator::State validate(QString &, int &) const override { return QValidator::Acceptable; }
    QSize sizeHint() const override { return {72, 28}; }
    QSize minimumSizeHint() const override { return {56, 28}; }

Q_SIGNALS:
    void changed(); ///< another text than was set or told before

protected:
    StepEnabled stepEnabled() const override { return StepUpEnabled | StepDownEnabled; }

private:
    void tell();

    QString m_told;
    double m_least = 0;
    double m_most = 0;
    bool m_isWhole = false;
};

} // namespace pm::ui
