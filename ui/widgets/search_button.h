// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPushButton>

namespace pm::ui {

class Theme;

/// Looks like a search field and opens the command palette, which is one.
class SearchButton : public QPushButton
{
    Q_OBJECT

public:
    SearchButton(const Theme &theme, const QString &hint, const QString &shortcut, QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Theme &m_theme;
    QString m_hint;
    QString m_shortcut;
};

} // namespace pm::ui
