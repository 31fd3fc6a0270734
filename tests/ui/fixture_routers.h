// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "main_window.h"
#include "routers/routers_page.h"
#include "routers/yaml_editor.h"
#include "runtime/route_words.h"
#include "runtime/snapshot_builder.h"
#include "sample_policies.h"
#include "sample_source.h"
#include "session.h"
#include "spoken.h"

#include <QPushButton>
#include <QTemporaryDir>

namespace pm::ui::sample {

using namespace Qt::StringLiterals;

/// The page over a gateway that only checks and remembers.
struct RoutersFixture
{
    explicit RoutersFixture(std::string start)
        : text(std::move(start))
        , state(folder.filePath(u"window.ini"_s))
        , session({[this] { return text; },
                   [](const std::string &draft) { return config::load(draft, knownNames()); },
                   [this](const std::string &draft) -> Result<void> {
                       text = draft;
                       return {};
                   }})
        , window(makeSource(), theme, state)
        , page(new RoutersPage(window.context(), session, routeWords(), noPolicies()))
    {
        window.addPage(page);
        window.show();
    }

    Source makeSource()
    {
        Source source = sample::makeSource(std::make_shared<sample::Store>(),
                                           std::make_shared<std::vector<trace::Head>>());
        source.setActiveRouter = [this](const std::string &name) -> Result<void> {
            active = name;
            return {};
        };
        source.routers = [] { return std::vector<RouterStatus>{{.name = "production"}}; };
        source.status = [this] {
            GatewayStatus status = sample::status();
            status.activeRouter = active;
            status.isServing = isServing;
            return status;
        };
        return source;
    }

    template <typename W>
    W *named(const QString &name)
    {
        for (W *widget : page->findChildren<W *>()) {
            if (widget->accessibleName() == name && widget->isVisible())
                return widget;
        }
        return nullptr;
    }
    QPushButton *button(const QString &start)
    {
        for (QPushButton *each : page->findChildren<QPushButton *>()) {
            if (each->text().startsWith(start) && each->isVisible())
                return each;
        }
        return nullptr;
    }
    QsciScintilla &editor() { return page->editor().scintilla(); }

    std::string text;
    std::string active;
    bool isServing = true;
    QTemporaryDir folder;
    Theme theme;
    WindowState state;
    Session session;
    MainWindow window;
    RoutersPage *page;
};

} // namespace pm::ui::sample
