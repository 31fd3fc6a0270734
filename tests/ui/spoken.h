// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAccessible>
#include <QComboBox>

// How assistive tools know a control. For tests.
namespace pm::ui::sample {

/// What a screen reader says of the widget: its name, or for a combo box that of its buddy label.
inline QString spokenName(QWidget *widget)
{
    QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(widget);
    if (!interface)
        return {};
    const QString name = interface->text(QAccessible::Name);
    if (!qobject_cast<QComboBox *>(widget))
        return name;
    for (const auto &[other, relation] : interface->relations(QAccessible::Label))
        return other->text(QAccessible::Name);
    return {};
}

inline bool isInnerPart(const QWidget *widget)
{
    // The field of a spin box, the view of a combo's list, an editor's viewport: named by what they are part of.
    return widget->objectName().startsWith(QStringLiteral("qt_")) ||
           qobject_cast<const QComboBox *>(widget->parentWidget()) || widget->inherits("QComboBoxListView") ||
           widget->inherits("QHeaderView");
}

} // namespace pm::ui::sample
