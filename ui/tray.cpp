// SPDX-License-Identifier: GPL-3.0-or-later
#include "tray.h"

#include "format.h"
#include "style/line_icon.h"
#include "style/tokens.h"

#include <QActionGroup>
#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>
#include <QPainter>
#include <QSystemTrayIcon>

using namespace Qt::StringLiterals;

namespace pm::ui {

Tray::Tray(const Source &source, QObject *parent)
    : QObject(parent)
    , m_source(source)
    , m_health(source)
{
    m_lostFor.setSingleShot(true);
    m_lostFor.setInterval(std::chrono::seconds(5)); // panels restart
    connect(&m_lostFor, &QTimer::timeout, this, [this] {
        if (!isAvailable())
            Q_EMIT lost();
    });
    connect(&m_host, &TrayHost::found, this, [this] {
        show();
        Q_EMIT settled(true);
    });
    connect(&m_host, &TrayHost::missing, this, [this] { Q_EMIT settled(false); });
    connect(&m_host, &TrayHost::presenceChanged, this, [this] {
        if (!m_host.isPresent())
            m_lostFor.start();
    });
    const SourceChanges *changes = source.changes.get();
    for (const auto signal : {&SourceChanges::status, &SourceChanges::config, &SourceChanges::providers})
        connect(changes, signal, this, &Tray::refresh);
    connect(changes, &SourceChanges::budgetWarned, this, [this](const QString &name, const QString &share) {
        notify(tr("Budget %1").arg(name), tr("%1 is spent.").arg(share));
    });
    connect(&m_health, &HealthWatch::degreeChanged, this, &Tray::refresh);
    connect(&m_health, &HealthWatch::opened, this, [this](const QString &title, const QString &why) {
        notify(tr("%1 cannot be asked now").arg(title), why);
    });
    connect(&m_health, &HealthWatch::closed, this, [this](const QString &title) {
        notify(tr("%1 answers again").arg(title), tr("Its circuit is closed; routers use it as before."));
    });
}

Tray::~Tray() = default;

void Tray::start(std::chrono::milliseconds wait)
{
    m_host.look(wait);
}

bool Tray::isAvailable() const
{
    return m_icon && m_host.isPresent();
}

void Tray::show()
{
    if (m_icon)
        return;
    m_menu = std::make_unique<QMenu>();
    fillMenu();
    m_icon = std::make_unique<QSystemTrayIcon>();
    m_icon->setContextMenu(m_menu.get());
    connect(m_icon.get(), &QSystemTrayIcon::activated, this,
            [this](QSystemTrayIcon::ActivationReason reason) {
                if (reason == QSystemTrayIcon::Trigger || reason == QSystemTrayIcon::DoubleClick)
                    Q_EMIT openWanted();
            });
    refresh();
    m_icon->show();
    m_health.start();
}

void Tray::fillMenu()
{
    m_menu->addAction(tr("Active router"))->setEnabled(false); // a section's words are left out by most panels
    m_routers = new QActionGroup(m_menu.get());
    m_routers->setExclusive(true);
    connect(m_routers, &QActionGroup::triggered, this, [this](QAction *action) {
        if (!m_source.setActiveRouter(action->data().toString().toStdString()))
            refresh(); // gone meanwhile: the mark goes back to where it was
    });
    m_firstAfterRouters = m_menu->addSeparator();
    m_pause = m_menu->addAction(QString(), this, [this] { m_source.setPaused(!m_source.status().isPaused); });
    m_menu->addAction(tr("Copy base URL"), this, &Tray::copyBaseUrl);
    m_menu->addSeparator();
    m_menu->addAction(tr("Open window"), this, &Tray::openWanted);
    m_menu->addAction(tr("Quit"), this, &Tray::quitWanted);
}

void Tray::refreshRouters()
{
    QStringList names{QString()};
    for (const RouterStatus &router : m_source.routers())
        names.append(fromUtf8(router.name));
    if (names != m_names) {
        m_names = names;
        qDeleteAll(m_routers->actions());
        for (const QString &name : names) {
            auto *action = new QAction(name.isEmpty() ? tr("None: the model decides") : name, m_routers);
            action->setCheckable(true);
            action->setData(name);
            m_menu->insertAction(m_firstAfterRouters, action);
        }
    }
    const QString active = fromUtf8(m_source.status().activeRouter);
    for (QAction *action : m_routers->actions()) {
        if (action->data().toString() == active)
            action->setChecked(true);
    }
}

void Tray::refresh()
{
    if (!m_icon)
        return;
    refreshRouters();
    const GatewayStatus status = m_source.status();
    m_pause->setText(status.isPaused ? tr("Resume") : tr("Pause"));
    m_pause->setEnabled(status.isServing);
    m_icon->setToolTip(toolTip());
    const int now = static_cast<int>(state());
    if (now != m_shownState)
        m_icon->setIcon(iconOf(state()));
    m_shownState = now;
}

Tray::State Tray::state() const
{
    const GatewayStatus status = m_source.status();
    if (!status.isServing)
        return State::Problem;
    if (status.isPaused)
        return State::Paused;
    switch (m_health.degree()) {
    case HealthWatch::Degree::Sound:
        return State::Serving;
    case HealthWatch::Degree::Impaired:
        return State::Impaired;
    case HealthWatch::Degree::Down:
        break;
    }
    return State::Problem;
}

QString Tray::toolTip() const
{
    const GatewayStatus status = m_source.status();
    if (!status.isServing) {
        return status.problem.empty() ? tr("Pointsman: not serving")
                                      : tr("Pointsman: not serving, %1").arg(fromUtf8(status.problem));
    }
    const QString url = fromUtf8(status.baseUrl);
    if (status.isPaused)
        return tr("Pointsman: paused, requests are refused at %1").arg(url);
    const QString serving = status.activeRouter.empty() ? tr("Pointsman: serving at %1").arg(url)
                                                        : tr("Pointsman: %1 at %2").arg(fromUtf8(status.activeRouter), url);
    return m_health.words().isEmpty() ? serving : serving + u'\n' + m_health.words();
}

/// On a plate of its own, since panels are light or dark and do not tell which.
QIcon Tray::iconOf(State state)
{
    const Tokens &t = lightTokens();
    QIcon icon;
    for (const int size : {22, 32, 48, 64}) {
        QPixmap pixmap(size, size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(state == State::Paused ? t.muted : t.accent);
        painter.drawRoundedRect(QRectF(0, 0, size, size), size * 0.2, size * 0.2);
        if (state == State::Paused) {
            painter.setBrush(Qt::white);
            for (const double x : {0.30, 0.56})
                painter.drawRoundedRect(QRectF(size * x, size * 0.26, size * 0.14, size * 0.48), 1, 1);
        } else {
            const int inset = size / 8;
            paintLineIcon(painter, QRect(inset, inset, size - 2 * inset, size - 2 * inset), u"logo"_s,
                          Qt::white);
        }
        if (state == State::Problem || state == State::Impaired) {
            painter.setBrush(state == State::Problem ? t.bad : t.warn);
            painter.setPen(QPen(Qt::white, size / 16.0));
            painter.drawEllipse(QRectF(size * 0.52, size * 0.52, size * 0.44, size * 0.44));
        }
        painter.end();
        icon.addPixmap(pixmap);
    }
    return icon;
}

void Tray::notify(const QString &title, const QString &text)
{
    if (isAvailable())
        m_icon->showMessage(title, text, iconOf(state()));
}

void Tray::copyBaseUrl()
{
    QGuiApplication::clipboard()->setText(fromUtf8(m_source.status().baseUrl));
}

} // namespace pm::ui

#include "moc_tray.cpp"
