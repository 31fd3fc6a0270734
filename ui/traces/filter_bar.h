// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "page.h"

#include <array>
#include <unordered_set>

QT_BEGIN_NAMESPACE
class QLabel;
class QLineEdit;
QT_END_NAMESPACE

namespace pm::ui {

class Chip;

/// The chips above the table. Holds the filter that is shown; says when the user changed it.
class FilterBar : public QWidget
{
    Q_OBJECT

public:
    explicit FilterBar(const PageContext &context, QWidget *parent = nullptr);

    trace::Filter filter() const;
    void setFilter(const trace::Filter &filter); ///< emits nothing
    void setLive(bool live, int unseen);
    void setSummary(const QString &text);
    void focusText();
    /// Values seen in live rows, so that a menu offers them before the store does.
    void notice(const trace::Head &head);

Q_SIGNALS:
    void changed();
    void liveWanted();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    Chip *addChip(const QString &label, const QString &any, const QString &field);
    Chip *addStatusChip();
    void askValues(const QString &field);

    const PageContext m_context;
    Chip *m_live;
    Chip *m_router, *m_provider, *m_model, *m_status, *m_app;
    QLineEdit *m_text;
    QLabel *m_summary;
    QHash<QString, QStringList> m_values;                     ///< field -> values, sorted
    std::array<std::unordered_set<std::string>, 4> m_noticed; ///< router, provider, model, app of live rows
};

} // namespace pm::ui
