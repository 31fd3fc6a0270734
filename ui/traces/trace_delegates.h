// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

#include <functional>

namespace pm::ui {

class Theme;

/// Paints a cell's ground: selection, hover, the line under it. The kinds below paint what is on it; each is
/// told by role number what to fetch and knows no model.
class CellDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit CellDelegate(const Theme &theme, QObject *parent = nullptr);
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const final;

protected:
    virtual void paintContent(QPainter &painter, const QRect &area, const QModelIndex &index) const = 0;
    const Theme &m_theme;
};

/// Text, elided; secondary where `mutedRole` says so.
class TextDelegate final : public CellDelegate
{
    Q_OBJECT

public:
    TextDelegate(const Theme &theme, int mutedRole, QObject *parent = nullptr);

protected:
    void paintContent(QPainter &painter, const QRect &area, const QModelIndex &index) const override;

private:
    int m_mutedRole;
};

/// Numbers with digits of one width, right-aligned or (times) left.
class NumberDelegate final : public CellDelegate
{
    Q_OBJECT

public:
    NumberDelegate(const Theme &theme, int mutedRole, QObject *parent = nullptr);

protected:
    void paintContent(QPainter &painter, const QRect &area, const QModelIndex &index) const override;

private:
    int m_mutedRole;
};

/// How it went, as a glyph; the running one turns.
class OutcomeDelegate final : public CellDelegate
{
    Q_OBJECT

public:
    OutcomeDelegate(const Theme &theme, int outcomeRole, QObject *parent = nullptr);

protected:
    void paintContent(QPainter &painter, const QRect &area, const QModelIndex &index) const override;

private:
    int m_outcomeRole;
};

/// "anthropic/" in `room` pixels: what does not fit of the name goes before anything of the model does.
QString routePrefix(const QString &provider, const QFontMetrics &metrics, int room);


/// The provider's dot, then provider/model with the model in bold; at the right end a mark for answers from a cache.
class RouteDelegate final : public CellDelegate
{
    Q_OBJECT

public:
    struct Roles
    {
        int provider, model, colour;
        int cached; ///< bool: it came from a cache
    };
    RouteDelegate(const Theme &theme, Roles roles, QObject *parent = nullptr);

protected:
    void paintContent(QPainter &painter, const QRect &area, const QModelIndex &index) const override;

private:
    Roles m_roles;
};

/// Gateway, waiting, streaming as one bar; `scale` gives the microseconds of its full width.
class PhasesDelegate final : public CellDelegate
{
    Q_OBJECT

public:
    PhasesDelegate(const Theme &theme, int phasesRole, std::function<std::int64_t()> scale,
                   QObject *parent = nullptr);

protected:
    void paintContent(QPainter &painter, const QRect &area, const QModelIndex &index) const override;

private:
    int m_phasesRole;
    std::function<std::int64_t()> m_scale;
};

} // namespace pm::ui
