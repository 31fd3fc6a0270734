// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QRect>

QT_BEGIN_NAMESPACE
class QFrame;
class QWidget;
QT_END_NAMESPACE

namespace pm::ui {

/// A row on its way to another place among its siblings: where it would go, with a line there. GUI thread.
class RouteDrag : public QObject
{
    Q_OBJECT

public:
    explicit RouteDrag(QWidget *form);

    /// `spans` are the siblings that can change places, each with what is below it, in the form's
    /// coordinates; the row came from `from`.
    void show(const QList<QRect> &spans, int from, const QPoint &at);
    /// The place that it goes to, counted without itself. The line goes.
    int drop(const QList<QRect> &spans, int from, const QPoint &at);

private:
    static int placeAt(const QList<QRect> &spans, int from, int y);

    QWidget *m_form;
    QFrame *m_line;
};

} // namespace pm::ui
