// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>

namespace pm::ui {

class Theme;

/// A combo box with the theme's own arrow. Name it by a buddy label: assistive tools ignore its accessible
/// name.
class ComboBox : public QComboBox
{
    Q_OBJECT

public:
    explicit ComboBox(const Theme &theme, QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;
    void wheelEvent(QWheelEvent *event) override; ///< ignored: scrolling past must not choose

private:
    const Theme &m_theme;
};

} // namespace pm::ui
