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

/// The worst word about a router's targets: all well, some, none.
Sign routerSign(const RouterStatus &router)
{
    using Health = ProviderStatus::Health;
    std::size_t well = 0;
    std::size_t unknown = 0;
    for (const RouterStatus::Target &target : router.list) {
        well += target.state == Health::Healthy;
        unknown += target.state == Health::Unknown;
    }
    if (unknown == router.list.size()) // not used yet, or no target at all
        return {Glyph::Dash, &Tokens::muted};
    if (well + unknown == router.list.size())
        return {Glyph::Disc, &Tokens::good};
    return well > 0 ? Sign{Glyph::HalfDisc, &Tokens::warn} : Sign{Glyph::Ring, &Tokens::bad};
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
    m_router->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_router->setMinimumContentsLength(11);
    m_router->setMaximumWidth(260);
    m_router->setToolTip(tr("Serves requests that name no router: a bare /v1 base URL"));
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
    setPaused(false, false);
}

void TopStrip::setRouters(const std::vector<RouterStatus> &routers, const std::string &active)
{
    if (m_router->view()->isVisible())
        return; // not under the user's hand
    m_router->clear();
    m_router->addItem(signIcon(m_theme, {Glyph::Dash, &Tokens::muted}), tr("None: the model decides"),
                      QString());
    for (const RouterStatus &router : routers)
        m_router->addItem(signIcon(m_theme, routerSign(router)), fromUtf8(router.name),
                          fromUtf8(router.name));
    m_router->setCurrentIndex(std::max(0, m_router->findData(fromUtf8(active))));
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
