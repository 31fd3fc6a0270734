// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

#include <functional>

namespace pm::ui {

class Theme;

/// A pill that filters: shows "Router: any" until a value is chosen from its menu, then the value in the
/// accent. The choices are fetched when the menu opens. Without a menu it is a toggle.
class Chip : public QAbstractButton
{
    Q_OBJECT

public:
    struct Choice
    {
        QString label;
        QString value; ///< empty: any
    };
    using Choices = std::function<std::vector<Choice>()>;

    Chip(const Theme &theme, const QString &label, QWidget *parent = nullptr);

    /// Makes it a menu; `any` is what the chip says with nothing chosen ("All routers").
    void setChoices(const QString &any, Choices choices);
    void setValue(const QString &value, const QString &label = {});
    QString value() const { return m_value; }
    void setDot(bool shown); ///< a dot before the text, for "Live"

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void chosen(const QString &value);

protected:
    void paintEvent(QPaintEvent *) override;
    void keyPressEvent(QKeyEvent *event) override;
    void enterEvent(QEnterEvent *) override { update(); }
    void leaveEvent(QEvent *) override { update(); }

private:
    void openMenu();
    QString shownText() const;
    bool isActive() const { return isCheckable() ? isChecked() : !m_value.isEmpty(); }

    const Theme &m_theme;
    QString m_label;
    QString m_any;
    QString m_value;
    QString m_valueLabel;
    Choices m_choices;
    bool m_hasDot = false;
};

} // namespace pm::ui
