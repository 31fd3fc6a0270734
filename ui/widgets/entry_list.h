// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/status_dot.h"

#include <QListWidget>

#include <optional>

namespace pm::ui {

/// Named things to choose one of, two lines each: title and figures, and below a line about it. GUI thread.
class EntryList : public QListWidget
{
    Q_OBJECT

public:
    struct Entry
    {
        QString id;
        QString title;
        QString about;             ///< second line
        QString figures;           ///< at the right of the title
        QString spoken;            ///< for screen readers: what the signs say, too
        QString toolTip;
        QColor dot;                ///< its colour before the title; invalid: none
        std::optional<Sign> state; ///< before everything
        std::optional<Sign> mark;  ///< at the far right
        bool isMuted = false;
        bool operator==(const Entry &) const = default;
    };

    EntryList(const Theme &theme, const QString &accessibleName, QWidget *parent = nullptr);
    void setEntries(const QList<Entry> &entries, const QString &current);
    /// Only those whose title or id contains `text` are shown.
    void setFilter(const QString &text);
    QString current() const;
    /// From a field that filters: takes the focus and, unless one in sight is chosen, chooses the first one.
    void enter();

Q_SIGNALS:
    void chosen(const QString &id); ///< by the user

private:
    void show(QListWidgetItem *item, const Entry &entry);
    void applyFilter();

    QList<Entry> m_entries;
    QString m_filter;
    bool m_isFilling = false;
};

} // namespace pm::ui
