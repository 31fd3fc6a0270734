// SPDX-License-Identifier: GPL-3.0-or-later
#include "top_strip.h"

#include "format.h"
#include "widgets/combo_box.h"
#include "widgets/icon_button.h"
#include "widgets/line.h"
#include "widgets/search_button.h"
#include "widgets/status_dot.h"

#include <QAbstractItemView>
#include <QActionGroup>
#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

struct RouterHealth
{
    Sign sign;
    QString text;
};

/// The worst word about a router's targets: all well, some, none.
RouterHealth healthOf(const RouterStatus &router)
{
    using Health = ProviderStatus::Health;
    std::size_t well = 0;
    std::size_t unknown = 0;
    std::size_t down = 0;
    for (const RouterStatus::Target &target : router.list) {
        well += target.state == Health::Healthy;
        unknown += target.state == Health::Unknown;
        down += target.state == Health::Unhealthy || target.state == Health::Unconfigured;
    }
    if (unknown == router.list.size()) // not used yet, or no target at all
        return {{Glyph::Dash, &Tokens::muted}, TopStrip::tr("not used yet")};
    if (well + unknown == router.list.size())
        return {{Glyph::Disc, &Tokens::good}, TopStrip::tr("healthy")};
    if (down == router.list.size())
        return {{Glyph::Ring, &Tokens::bad}, TopStrip::tr("no target can be used")};
    return {{Glyph::HalfDisc, &Tokens::warn}, TopStrip::tr("some targets are failing")};
}

QIcon signIcon(const Theme &theme, Sign sign)
{
    QPixmap pixmap(32, 32);
    pixmap.fill(Qt::transparent);
    pixmap.setDevicePixelRatio(2);
    QPainter painter(&pixmap);
    paintGlyph(painter, QRectF(0, 0, 16, 16), sign.glyph, theme.tokens().*sign.colour);
    painter.end();
    return QIcon(pixmap);
}

QToolButton *makeThemeButton(TopStrip *strip, const Theme &theme)
{
    QToolButton *button = makeIconButton(theme, u"theme"_s, TopStrip::tr("Theme"), strip);
    auto *menu = new QMenu(button);
    auto *group = new QActionGroup(menu);
    const std::pair<QString, ThemeChoice> entries[] = {{TopStrip::tr("Like the system"), ThemeChoice::System},
                                                       {TopStrip::tr("Light"), ThemeChoice::Light},
                                                       {TopStrip::tr("Dark"), ThemeChoice::Dark}};
    for (const auto &[name, choice] : entries) {
        QAction *action = menu->addAction(name);
        action->setCheckable(true);
        action->setActionGroup(group);
        QObject::connect(action, &QAction::triggered, strip,
                         [strip, value = choice] { Q_EMIT strip->themeWanted(value); });
        QObject::connect(menu, &QMenu::aboutToShow, action,
                         [action, &theme, value = choice] { action->setChecked(theme.choice() == value); });
    }
    button->setMenu(menu);
    button->setPopupMode(QToolButton::InstantPopup);
    return button;
}

} // namespace

TopStrip::TopStrip(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_router(new ComboBox(theme, this))
    , m_pause(new QPushButton(this))
{
    setFixedHeight(52);
    auto *label = makeLabel(tr("Active &router"), theme.font(), Tone::Muted, this);
    label->setBuddy(m_router);
    m_router->setFont(theme.bold());
    m_router->setSizeAdjustPolicy(QComboBox::AdjustToContents); // a router's name has 12 letters at most
    m_router->setMaximumWidth(260);
    m_pause->setAccessibleName(tr("Pause"));
    auto *search = new SearchButton(theme, tr("Search prompts, models, ids"), u"Ctrl K"_s, this);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 0, 14, 0);
    layout->setSpacing(12);
    layout->addWidget(label);
    layout->addWidget(m_router);
    layout->addWidget(m_pause);
    layout->addStretch(1);
    layout->addWidget(search, 4);
    layout->addWidget(makeThemeButton(this, theme));
    connect(search, &QPushButton::clicked, this, &TopStrip::paletteWanted);
    connect(m_pause, &QPushButton::clicked, this, [this] { Q_EMIT pauseWanted(!m_isPaused); });
    connect(m_router, &QComboBox::activated, this,
            [this](int index) { Q_EMIT routerChosen(m_router->itemData(index).toString()); });
    connect(&theme, &Theme::changed, this, &TopStrip::paintSigns);
    setPaused(false, false);
}

void TopStrip::setRouters(const std::vector<RouterStatus> &routers, const std::string &active)
{
    if (m_router->view()->isVisible())
        return; // not under the user's hand
    std::vector<Entry> entries{{QString(), {Glyph::Dash, &Tokens::muted}, QString()}};
    for (const RouterStatus &router : routers) {
        RouterHealth health = healthOf(router);
        entries.push_back({fromUtf8(router.name), health.sign, std::move(health.text)});
    }
    if (entries != m_entries) {
        m_entries = std::move(entries);
        m_router->clear();
        for (const Entry &entry : m_entries)
            m_router->addItem(entry.name.isEmpty() ? tr("None: the model decides") : entry.name, entry.name);
        paintSigns();
    }
    const int current = std::max(0, m_router->findData(fromUtf8(active)));
    if (current != m_router->currentIndex())
        m_router->setCurrentIndex(current);
    const QString &health = m_entries[std::size_t(current)].health;
    const QString purpose = tr("Serves requests that name no router: a bare /v1 base URL");
    m_router->setToolTip(health.isEmpty() ? purpose
                                          : tr("%1: %2. %3").arg(fromUtf8(active), health, purpose));
    m_router->setAccessibleDescription(m_router->toolTip());
}

void TopStrip::paintSigns()
{
    for (std::size_t i = 0; i < m_entries.size(); ++i)
        m_router->setItemIcon(int(i), signIcon(m_theme, m_entries[i].sign));
}

void TopStrip::setPaused(bool paused, bool canPause)
{
    m_isPaused = paused;
    m_pause->setText(paused ? tr("Resume") : tr("Pause"));
    m_pause->setAccessibleName(m_pause->text());
    m_pause->setIcon(m_theme.icon(paused ? u"play"_s : u"pause"_s, &Tokens::text));
    m_pause->setToolTip(paused ? tr("Answer requests again")
                               : tr("Answer every request with 503 until resumed"));
    m_pause->setEnabled(canPause);
}

} // namespace pm::ui

#include "moc_top_strip.cpp"
