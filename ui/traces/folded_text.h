// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/line.h"

QT_BEGIN_NAMESPACE
class QPushButton;
QT_END_NAMESPACE

namespace pm::ui {

class Theme;

/// Plain text that shows its beginning and a button for the rest. Even unfolded it shows at most kMost
/// characters: a label is no editor; the Request and Answer tabs hold the whole.
class FoldedText : public QWidget
{
    Q_OBJECT

public:
    static constexpr qsizetype kFolded = 480;
    static constexpr qsizetype kMost = 40'000;

    FoldedText(const Theme &theme, QString text, const QFont &font, QWidget *parent = nullptr);
    void setTextTone(Tone tone);

private:
    void show(bool whole);

    QString m_text;
    QLabel *m_label;
    QPushButton *m_more = nullptr;
    bool m_isWhole = false;
};

} // namespace pm::ui
