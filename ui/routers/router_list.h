// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QListWidget>

namespace pm::ui {

class Theme;

/// The routers of the draft: name, and a line about each; the active one has a mark.
class RouterList : public QListWidget
{
    Q_OBJECT

public:
    struct Entry
    {
        QString name;
        QString about; ///< "3 targets · weighted"
        bool isActive = false;
        bool hasProblem = false;
        bool operator==(const Entry &) const = default;
    };

    explicit RouterList(const Theme &theme, QWidget *parent = nullptr);
    void setEntries(const QList<Entry> &entries, const QString &current);
    QString current() const;

Q_SIGNALS:
    void chosen(const QString &name); ///< by the user

private:
    QList<Entry> m_entries;
    bool m_isFilling = false;
};

} // namespace pm::ui
