// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/tab_bar.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QPointer>

#include <vector>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

/// One tab, which is no widget.
class TabInterface final : public QAccessibleInterface, public QAccessibleActionInterface
{
public:
    TabInterface(QTabBar *bar, int index)
        : m_bar(bar)
        , m_index(index)
    {
    }

    bool isValid() const override { return m_bar && m_index < m_bar->count(); }
    QObject *object() const override { return nullptr; }
    QAccessible::Role role() const override { return QAccessible::PageTab; }
    QAccessibleInterface *parent() const override
    {
        return QAccessible::queryAccessibleInterface(m_bar.data());
    }
    QAccessibleInterface *child(int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface *) const override { return -1; }
    QAccessibleInterface *childAt(int, int) const override { return nullptr; }
    void setText(QAccessible::Text, const QString &) override {}

    QString text(QAccessible::Text kind) const override
    {
        if (!isValid())
            return {};
        return kind == QAccessible::Name          ? m_bar->tabText(m_index)
               : kind == QAccessible::Description ? m_bar->tabToolTip(m_index)
                                                  : QString();
    }
    QRect rect() const override
    {
        if (!isValid())
            return {};
        const QRect place = m_bar->tabRect(m_index);
        return {m_bar->mapToGlobal(place.topLeft()), place.size()};
    }
    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.invalid = !isValid();
        if (state.invalid)
            return state;
        const bool isCurrent = m_bar->currentIndex() == m_index;
        state.selectable = true;
        state.selected = isCurrent;
        state.focusable = m_bar->focusPolicy() != Qt::NoFocus;
        state.focused = isCurrent && m_bar->hasFocus();
        state.disabled = !m_bar->isTabEnabled(m_index);
        state.invisible = !m_bar->isVisible() || !m_bar->isTabVisible(m_index);
        return state;
    }
    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface *>(this)
                                                    : nullptr;
    }
    QStringList actionNames() const override { return {pressAction()}; }
    void doAction(const QString &name) override
    {
        if (isValid() && name == pressAction())
            m_bar->setCurrentIndex(m_index);
    }
    QStringList keyBindingsForAction(const QString &) const override { return {}; }

private:
    QPointer<QTabBar> m_bar;
    int m_index;
};

class TabBarInterface final : public QAccessibleWidget
{
public:
    explicit TabBarInterface(QTabBar *bar)
        : QAccessibleWidget(bar, QAccessible::PageTabList)
    {
    }
    ~TabBarInterface() override
    {
        for (const QAccessible::Id id : m_tabs)
            QAccessible::deleteAccessibleInterface(id);
    }

    int childCount() const override { return bar()->count(); }
    QAccessibleInterface *child(int index) const override
    {
        if (index < 0 || index >= childCount())
            return nullptr;
        while (int(m_tabs.size()) <= index)
            m_tabs.push_back(
                QAccessible::registerAccessibleInterface(new TabInterface(bar(), int(m_tabs.size()))));
        return QAccessible::accessibleInterface(m_tabs[std::size_t(index)]);
    }
    int indexOfChild(const QAccessibleInterface *wanted) const override
    {
        for (int i = 0; i < childCount(); ++i) {
            if (child(i) == wanted)
                return i;
        }
        return -1;
    }
    QAccessibleInterface *childAt(int x, int y) const override
    {
        return child(bar()->tabAt(bar()->mapFromGlobal(QPoint(x, y))));
    }
    QAccessibleInterface *focusChild() const override
    {
        return bar()->hasFocus() ? child(bar()->currentIndex()) : nullptr;
    }
    QString text(QAccessible::Text kind) const override
    {
        return kind == QAccessible::Value ? bar()->tabText(bar()->currentIndex())
                                          : QAccessibleWidget::text(kind);
    }

private:
    QTabBar *bar() const { return static_cast<QTabBar *>(widget()); }

    mutable std::vector<QAccessible::Id> m_tabs; ///< made when they are first asked for
};

QAccessibleInterface *makeInterface(const QString &className, QObject *object)
{
    auto *bar = className == QLatin1String(TabBar::staticMetaObject.className())
                    ? qobject_cast<TabBar *>(object)
                    : nullptr;
    return bar ? new TabBarInterface(bar) : nullptr;
}

} // namespace

TabBar::TabBar(QWidget *parent)
    : QTabBar(parent)
{
    static const bool isKnown = (QAccessible::installFactory(makeInterface), true);
    Q_UNUSED(isKnown)
}

} // namespace pm::ui

#include "moc_tab_bar.cpp"
