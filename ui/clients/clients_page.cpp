// SPDX-License-Identifier: GPL-3.0-or-later
#include "clients/clients_page.h"

#include "clients/client_detail.h"
#include "clients/new_key_form.h"
#include "clients/secret_view.h"
#include "format.h"
#include "widgets/empty_state.h"
#include "widgets/entry_list.h"

#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

constexpr int kPollMs = 2'000;

std::int64_t nowSeconds()
{
    return nowMicros() / 1'000'000;
}

QScrollArea *scrolled(QWidget *content, const QString &name, QWidget *parent)
{
    auto *area = new QScrollArea(parent);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus); // it follows the focus of what is in it
    area->setAccessibleName(name);
    area->setWidget(content);
    return area;
}

EntryList::Entry entryOf(const Client &client, std::int64_t now)
{
    const ClientState state = stateOf(client, now);
    EntryList::Entry entry;
    entry.id = client.id();
    entry.title = fromUtf8(client.key.name);
    entry.state = stateSign(state);
    entry.isMuted = state != ClientState::Active;
    entry.figures = spentText(client);
    const QString used = client.isConfigured()    ? ClientsPage::tr("configuration")
                         : client.key.usedAt <= 0 ? ClientsPage::tr("never used")
                                                  : ClientsPage::tr("used %1").arg(usedText(client, now));
    const QString second = state == ClientState::Active ? used : stateWord(state);
    entry.about = u"%1 · %2"_s.arg(secretText(client), second);
    entry.spoken =
        ClientsPage::tr("%1, %2, %3, %4").arg(entry.title, stateWord(state), entry.about, entry.figures);
    entry.toolTip = ClientsPage::tr("%1. Routers: %2. Models: %3.")
                        .arg(stateWord(state), listText(client.key.routers), listText(client.key.models));
    return entry;
}

} // namespace

ClientsPage::ClientsPage(const PageContext &context, QWidget *parent)
    : Page(parent)
    , m_context(context)
    , m_new(new QPushButton(tr("New key"), this))
    , m_list(new EntryList(context.theme, tr("Client keys"), this))
    , m_panes(new QStackedWidget(this))
    , m_detail(new ClientDetail(context.theme))
    , m_form(new NewKeyForm(context.theme, m_context.source))
    , m_secret(new SecretView(context.theme, this))
    , m_nothing(new EmptyState(context.theme, this))
{
    build();
    connect(m_new, &QPushButton::clicked, this, &ClientsPage::startNew);
    connect(m_list, &EntryList::chosen, this, &ClientsPage::select);
    connect(m_form, &NewKeyForm::made, this, &ClientsPage::showMade);
    connect(m_form, &NewKeyForm::cancelled, this, &ClientsPage::endNew);
    connect(m_secret, &SecretView::done, this, &ClientsPage::endNew);
    connect(m_secret, &SecretView::copied, this, [this] { Q_EMIT said(tr("Copied the secret")); });
    connect(m_nothing, &EmptyState::actionWanted, this, &ClientsPage::startNew);
    connect(m_detail, &ClientDetail::revokeWanted, this, &ClientsPage::revoke);
    connect(m_detail, &ClientDetail::configurationWanted, this, [this] {
        Q_EMIT wanted({u"routers"_s, {}, {}, {}});
    });
    for (const auto signal : {&SourceChanges::clientKeys, &SourceChanges::config})
        connect(context.source.changes.get(), signal, this, &ClientsPage::refresh);
    m_poll.setInterval(kPollMs);
    connect(&m_poll, &QTimer::timeout, this, &ClientsPage::refresh);
    refresh();
}

void ClientsPage::build()
{
    m_splitter = new QSplitter(Qt::Horizontal, this);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(makeList());
    m_splitter->addWidget(makePanes());
    m_splitter->setStretchFactor(1, 1);
    m_context.state.keep(m_splitter, u"clients"_s, {300, 900});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);
}

QWidget *ClientsPage::makeList()
{
    auto *left = new QWidget(this);
    left->setMinimumWidth(220);
    auto *layout = new QVBoxLayout(left);
    layout->setContentsMargins(8, 10, 8, 8);
    layout->setSpacing(8);
    layout->addWidget(m_new);
    layout->addWidget(m_list, 1);
    return left;
}

QWidget *ClientsPage::makePanes()
{
    m_panes->setProperty("role", u"panel"_s);
    m_panes->setAttribute(Qt::WA_StyledBackground);
    m_panes->setMinimumWidth(420);
    m_panes->addWidget(scrolled(m_detail, tr("Client key"), m_panes));
    m_panes->addWidget(scrolled(m_form, tr("New client key"), m_panes));
    m_panes->addWidget(m_secret);
    m_panes->addWidget(m_nothing);
    m_nothing->showEmpty(
        tr("No client keys"),
        tr("Every program on this machine may call, and what it spends is not told apart. With the first "
           "key, every caller needs one, and gets routers, models, limits and a budget of its own."),
        tr("Make the first key"));
    return m_panes;
}

void ClientsPage::activate()
{
    refresh();
    m_list->count() > 0 ? m_list->setFocus() : m_new->setFocus();
    m_poll.start();
}

void ClientsPage::open(const Destination &destination)
{
    if (destination.item.isEmpty())
        return;
    const QString made = u"made/"_s + destination.item;
    select(made);
    if (m_current != made)
        select(u"config/"_s + destination.item);
}

std::vector<Command> ClientsPage::commands()
{
    return {{tr("New client key"), tr("Action"), u"key"_s, {}, [this] {
                 Q_EMIT wanted({id(), {}, {}, {}});
                 startNew();
             }}};
}

void ClientsPage::startNew()
{
    if (m_secret->hasSecret())
        return; // it would be lost
    m_panes->setCurrentIndex(Form);
    m_form->start();
}

void ClientsPage::endNew()
{
    m_panes->setCurrentIndex(Detail);
    refresh();
    m_list->count() > 0 ? m_list->setFocus() : m_new->setFocus();
}

void ClientsPage::showMade(const QString &name, const Secret &secret)
{
    m_current = u"made/"_s + name;
    m_panes->setCurrentIndex(Shown);
    m_secret->showSecret(name, secret, fromUtf8(m_context.source.status().baseUrl));
    refresh();
}

void ClientsPage::select(const QString &id)
{
    if (m_secret->hasSecret())
        return refresh(); // it stays in sight until its reader says that it is kept
    m_current = id;
    m_panes->setCurrentIndex(Detail);
    refresh();
}

void ClientsPage::refresh()
{
    const Source &source = m_context.source;
    const std::vector<Client> clients =
        clientsOf(source.clientKeys(), source.configuredKeys(), source.budgets(), nowSeconds());
    showList(clients);
    m_new->setEnabled(!m_secret->hasSecret());
    if (m_panes->currentIndex() == Form || m_panes->currentIndex() == Shown)
        return;
    m_panes->setCurrentIndex(clients.empty() ? Nothing : Detail);
    for (const Client &client : clients) {
        if (client.id() == m_current)
            m_detail->setClient(client, nowSeconds());
    }
}

void ClientsPage::showList(const std::vector<Client> &clients)
{
    const bool isThere = std::any_of(clients.begin(), clients.end(),
                                     [this](const Client &client) { return client.id() == m_current; });
    if (!isThere)
        m_current = clients.empty() ? QString() : clients.front().id();
    QList<EntryList::Entry> entries;
    for (const Client &client : clients)
        entries.append(entryOf(client, nowSeconds()));
    m_list->setEntries(entries, m_current);
}

void ClientsPage::revoke(const QString &name)
{
    const Result<void> revoked = m_context.source.revokeClientKey(name.toStdString());
    if (!revoked)
        return m_detail->setProblem(tr("Not revoked: %1").arg(fromUtf8(revoked.error().message)));
    Q_EMIT said(tr("Revoked %1").arg(name));
    refresh();
    m_list->setFocus();
}

} // namespace pm::ui

#include "moc_clients_page.cpp"
