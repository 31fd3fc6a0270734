// SPDX-License-Identifier: GPL-3.0-or-later
// The window over made-up traffic, to look at it and to take pictures:
//   ui_preview [--page traces] [--theme dark] [--size 1456x832] [--shot out.png] [--open
//   fallback|translated|explained|failed|running|cached, or of routers production|experiment|allowances|careful|topics, and with
//   --troubled troubled|twelve-chars, with --policies guarded, with both muddled, or of clients new|wrong|made|NAME] [--tab N]
//   [--stage N] [--span N] [--by model] [--idle] [--purge]
#include "clients/clients_page.h"
#include "clients/new_key_form.h"
#include "format.h"
#include "main_window.h"
#include "overview/overview_page.h"
#include "providers/providers_page.h"
#include "routers/routers_page.h"
#include "runtime/route_words.h"
#include "runtime/snapshot_builder.h"
#include "sample_policies.h"
#include "sample_routers.h"
#include "sample_source.h"
#include "session.h"
#include "spend/spend_page.h"
#include "traces/stages_view.h"
#include "traces/trace_detail.h"
#include "traces/trace_model.h"
#include "traces/trace_page.h"
#include "traces/trace_table.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTabBar>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace pm;
using namespace pm::ui;

namespace {

/// Requests that come, run and end while one looks.
class Traffic : public QObject
{
public:
    Traffic(std::shared_ptr<sample::Store> store, std::shared_ptr<std::vector<trace::Head>> feed)
        : m_store(std::move(store))
        , m_feed(std::move(feed))
    {
        startTimer(120);
    }

protected:
    void timerEvent(QTimerEvent *) override
    {
        if (m_rng() % 3 == 0 && m_running.size() < 4) {
            trace::Head head = sample::makeRunningHead(nowMicros());
            head.streamEvents = 0;
            m_running.push_back(head);
        }
        for (std::size_t i = 0; i < m_running.size();) {
            trace::Head &head = m_running[i];
            const std::int64_t elapsed = nowMicros() - head.startedAt;
            head.streamEvents =
                elapsed > head.firstContentUs ? int((elapsed - head.firstContentUs) / 20'000) : 0;
            if (elapsed < 4'000'000 + std::int64_t(m_rng() % 3'000'000)) {
                m_feed->push_back(head);
                ++i;
                continue;
            }
            trace::Record record = sample::makeRecord(m_rng, head.startedAt);
            record.head.id = head.id;
            record.head.totalUs = elapsed;
            m_feed->push_back(record.head);
            m_store->add(std::move(record));
            m_running.erase(m_running.begin() + std::ptrdiff_t(i));
        }
    }

private:
    std::mt19937_64 m_rng{5};
    std::shared_ptr<sample::Store> m_store;
    std::shared_ptr<std::vector<trace::Head>> m_feed;
    std::vector<trace::Head> m_running;
};

void openTrace(MainWindow &window, const QString &which, int tab, int stage)
{
    auto *page = qobject_cast<TracePage *>(window.currentPage());
    if (!page)
        return;
    for (int row = 0; row < page->model().rowCount(); ++row) {
        const trace::Head *head = page->model().head(row);
        const bool fits = which == u"failed"_s      ? head->state == trace::State::Failed
                          : which == u"running"_s   ? head->state == trace::State::Running
                          : which == u"cancelled"_s ? head->state == trace::State::Cancelled
                          : which == u"explained"_s ? head->requestedModel == "gpt-5-mini"
                          : which == u"cached"_s    ? !head->cache.empty()
                          : which == u"translated"_s ? head->promptStart == "And with a gift card?"
                                                    : head->requestedModel != head->model;
        if (!fits)
            continue;
        page->table().setCurrentIndex(page->model().index(row, 0));
        Q_EMIT page->table().openWanted();
        page->detail().setTab(TraceDetail::Tab(tab));
        for (StagesView *view : page->detail().findChildren<StagesView *>())
            view->setStage(stage);
        return;
    }
}

void clickAll(Page &page, const QString &title)
{
    for (QPushButton *button : page.findChildren<QPushButton *>()) {
        if (button->isVisible() && button->text() == title)
            button->click();
    }
}

/// A part of the routers page; of what if, once it has run.
void openPart(Page &page, int tab, int scrolled)
{
    page.findChild<QTabBar *>()->setCurrentIndex(tab);
    clickAll(page, u"Run"_s);
    for (QScrollArea *area : page.findChildren<QScrollArea *>())
        area->verticalScrollBar()->setValue(scrolled);
}

ProviderActions providerActions()
{
    ProviderActions actions;
    actions.models = [](const std::string &provider) {
        return std::vector<ModelInfo>{{.id = provider + "-large"}, {.id = provider + "-small"}};
    };
    return actions;
}

/// A state of the page of clients: "new", "wrong", "made", or a key's name.
void openClient(ClientsPage &page, const QString &which)
{
    auto *form = page.findChild<NewKeyForm *>();
    if (which != u"new"_s && which != u"wrong"_s && which != u"made"_s)
        return page.open({u"clients"_s, {}, {}, which});
    page.startNew();
    form->field(KeyField::Name)->setText(which == u"wrong"_s ? u"alice"_s : u"laptop"_s);
    if (which == u"wrong"_s) {
        form->field(KeyField::Routers)->setText(u"produktion"_s);
        form->field(KeyField::Budget)->setText(u"twenty dollars"_s);
    }
    if (which != u"new"_s)
        form->findChild<QPushButton *>()->click();
}

} // namespace

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    QCommandLineParser options;
    options.addOptions({{u"page"_s, u"Page to show"_s, u"id"_s, u"traces"_s},
                        {u"theme"_s, u"light or dark"_s, u"theme"_s, u"dark"_s},
                        {u"size"_s, u"Window size"_s, u"WxH"_s, u"1456x832"_s},
                        {u"shot"_s, u"Save a picture and quit"_s, u"file"_s},
                        {u"after"_s, u"Milliseconds before the picture"_s, u"ms"_s, u"2500"_s},
                        {u"open"_s, u"Trace or router to open"_s, u"which"_s},
                        {u"tab"_s, u"Tab of the detail"_s, u"n"_s, u"0"_s},
                        {u"stage"_s, u"Stage of a body"_s, u"n"_s, u"0"_s},
                        {u"part"_s, u"Only the detail of the trace"_s},
                        {u"scroll"_s, u"Pixels that a page's parts are scrolled down"_s, u"n"_s, u"0"_s},
                        {u"troubled"_s, u"Routers with problems and long names besides"_s},
                        {u"span"_s, u"Of spend: 0 today, 1 seven days, 2 this month, 3 thirty days"_s, u"n"_s, u"3"_s},
                        {u"by"_s, u"Of spend: provider, model, router, client, app, session, day"_s, u"by"_s, u"model"_s},
                        {u"policies"_s, u"Routers with policies besides"_s},
                        {u"idle"_s, u"Policies that did nothing yet"_s},
                        {u"purge"_s, u"Ask before purging the cache"_s},
                        {u"palette"_s, u"Open the command palette"_s},
                        {u"empty"_s, u"A first run: no traffic"_s}});
    options.process(app);

    auto store = std::make_shared<sample::Store>();
    auto feed = std::make_shared<std::vector<trace::Head>>();
    if (!options.isSet(u"empty"_s))
        sample::fill(*store, 2'500, 15, nowMicros());
    if (options.value(u"open"_s) == u"translated"_s)
        store->add(sample::makeTranslatedRecord(nowMicros()));
    if (options.value(u"open"_s) == u"explained"_s)
        store->add(sample::makeExplainedRecord(nowMicros()));
    QTemporaryDir folder;
    WindowState state(folder.filePath(u"window.ini"_s));
    state.setTheme(options.value(u"theme"_s) == u"light"_s ? ThemeChoice::Light : ThemeChoice::Dark);
    Theme theme;
    Source source = sample::makeSource(store, feed);
    source.routers = [] { return sample::routersInForce(); };
    const bool isIdle = options.isSet(u"idle"_s) || !options.isSet(u"policies"_s);
    if (!isIdle)
        source.budgets = sample::policyBudgets;
    const bool isTroubled = options.isSet(u"troubled"_s);
    const std::string text = options.isSet(u"empty"_s)      ? std::string()
                             : options.isSet(u"policies"_s) ? isTroubled ? sample::troubledPoliciesText() : sample::policiesText()
                             : isTroubled                   ? sample::troubledRoutersText()
                                                            : sample::routersText();
    Session session({[text] { return text; },
                     [](const std::string &draft) { return config::load(draft, knownNames()); },
                     [](const std::string &) -> Result<void> { return {}; }});
    MainWindow window(std::move(source), theme, state);
    window.addPage(new OverviewPage(window.context()));
    window.addPage(new TracePage(window.context()));
    window.addPage(new RoutersPage(window.context(), session, routeWords(), isIdle ? sample::noPolicies() : sample::policies()));
    window.addPage(new ProvidersPage(window.context(), providerActions()));
    auto *spend = new SpendPage(window.context());
    window.addPage(spend);
    window.addPage(new ClientsPage(window.context()));
    spend->setSpan(SpendSpan(options.value(u"span"_s).toInt()));
    spend->setGrouping(options.value(u"by"_s).toStdString());
    const QStringList size = options.value(u"size"_s).split(u'x');
    window.resize(size.value(0).toInt(), size.value(1).toInt());
    window.show();
    const bool isRouters = options.value(u"page"_s) == u"routers"_s;
    const bool isTraces = options.value(u"page"_s) == u"traces"_s;
    window.open({options.value(u"page"_s), {}, {}, isTraces ? QString() : options.value(u"open"_s)});
    std::unique_ptr<Traffic> traffic;
    if (!options.isSet(u"empty"_s))
        traffic = std::make_unique<Traffic>(store, feed);
    QTimer::singleShot(1'200, &window, [&] {
        if (isRouters)
            openPart(*window.currentPage(), options.value(u"tab"_s).toInt(), options.value(u"scroll"_s).toInt());
        else if (auto *clients = qobject_cast<ClientsPage *>(window.currentPage()); clients && options.isSet(u"open"_s))
            openClient(*clients, options.value(u"open"_s));
        else if (options.isSet(u"open"_s))
            openTrace(window, options.value(u"open"_s), options.value(u"tab"_s).toInt(),
                      options.value(u"stage"_s).toInt());
        if (options.isSet(u"palette"_s))
            window.openPalette();
    });
    if (options.isSet(u"purge"_s))
        QTimer::singleShot(2'000, &window, [&] { clickAll(*window.currentPage(), u"Purge"_s); });
    if (options.isSet(u"shot"_s)) {
        QTimer::singleShot(options.value(u"after"_s).toInt(), &window,
                           [&] {
                               auto *page = qobject_cast<TracePage *>(window.currentPage());
                               QWidget *part = page && options.isSet(u"part"_s) ? &page->detail() : nullptr;
                               const QPixmap picture = part ? part->grab() : window.grab();
                               app.exit(picture.save(options.value(u"shot"_s)) ? 0 : 1);
                           });
    }
    return app.exec();
}
