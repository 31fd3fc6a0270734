// SPDX-License-Identifier: GPL-3.0-or-later
#include "main_window.h"

#include "format.h"

using namespace Qt::StringLiterals;

// What Ctrl K offers.
namespace pm::ui {

std::vector<Command> MainWindow::commands()
{
    std::vector<Command> commands;
    for (int i = 0; i < m_order.size(); ++i) {
        const Page *page = m_pages.value(m_order[i]);
        commands.push_back({page->title(), tr("Go to"), page->iconName(),
                            i < 9 ? tr("Ctrl+%1").arg(i + 1) : QString(), [this, id = m_order[i]] {
                                open({id, {}, {}, {}});
                            }});
    }
    addRouterCommands(commands);
    addActionCommands(commands);
    for (const QString &id : std::as_const(m_order)) {
        for (Command &command : m_pages.value(id)->commands())
            commands.push_back(std::move(command));
    }
    return commands;
}

void MainWindow::addRouterCommands(std::vector<Command> &commands)
{
    const std::string active = m_source.status().activeRouter;
    for (const RouterStatus &router : m_source.routers()) {
        if (router.name == active)
            continue;
        const QString name = fromUtf8(router.name);
        commands.push_back({tr("Use router %1").arg(name), tr("Router"), u"routers"_s, {}, [this, name] {
                                chooseRouter(name);
                            }});
    }
    if (!active.empty())
        commands.push_back({tr("Use no router: the model decides"), tr("Router"), u"routers"_s, {}, [this] {
                                chooseRouter({});
                            }});
}

void MainWindow::addActionCommands(std::vector<Command> &commands)
{
    const GatewayStatus status = m_source.status();
    if (status.isServing) {
        const bool paused = status.isPaused;
        commands.push_back({paused ? tr("Resume the gateway") : tr("Pause the gateway"),
                            tr("Action"),
                            paused ? u"play"_s : u"pause"_s,
                            {},
                            [this, paused] {
                                m_source.setPaused(!paused);
                                refreshStatus();
                            }});
        commands.push_back(
            {tr("Copy base URL"), tr("Action"), u"copy"_s, tr("Ctrl+Shift+C"), [this] { copyBaseUrl(); }});
    }
    const std::pair<QString, ThemeChoice> themes[] = {{tr("Theme: like the system"), ThemeChoice::System},
                                                      {tr("Theme: light"), ThemeChoice::Light},
                                                      {tr("Theme: dark"), ThemeChoice::Dark}};
    for (const auto &[title, choice] : themes) {
        if (choice == m_theme.choice())
            continue;
        commands.push_back({title, tr("Action"), u"theme"_s, {}, [this, wantedChoice = choice] {
                                m_state.setTheme(wantedChoice);
                                m_theme.setChoice(wantedChoice);
                            }});
    }
}

} // namespace pm::ui
