// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "format.h"
#include "main_window.h"
#include "overview/overview_page.h"
#include "sample_source.h"
#include "traces/trace_page.h"

#include <QTemporaryDir>

namespace pm::ui::sample {

/// A whole window over made-up traffic, its memory in a folder of its own.
struct WindowFixture
{
    explicit WindowFixture(int records = 60, Source given = {})
    {
        fill(*store, records, 14, nowMicros());
        Source source = given.status ? std::move(given) : makeSource(store, feed);
        window = std::make_unique<MainWindow>(std::move(source), theme, state);
        overview = new OverviewPage(window->context());
        traces = new TracePage(window->context());
        window->addPage(overview);
        window->addPage(traces);
    }

    QTemporaryDir folder;
    std::shared_ptr<Store> store = std::make_shared<Store>();
    std::shared_ptr<std::vector<trace::Head>> feed = std::make_shared<std::vector<trace::Head>>();
    Theme theme;
    WindowState state{folder.filePath(QStringLiteral("window.ini"))};
    std::unique_ptr<MainWindow> window;
    OverviewPage *overview = nullptr;
    TracePage *traces = nullptr;
};

} // namespace pm::ui::sample
