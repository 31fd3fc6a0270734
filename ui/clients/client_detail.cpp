// SPDX-License-Identifier: GPL-3.0-or-later
#include "clients/client_detail.h"

#include "format.h"
#include "spend/budget_list.h"
#include "style/theme.h"
#include "widgets/elided_label.h"
#include "widgets/problem_note.h"

#include <QGridLayout>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

constexpr int kLabelWidth = 92;
constexpr int kBudgetWidth = 460;

Tone toneOf(ClientState state)
{
    return state == ClientState::Active ? Tone::Good : state == ClientState::Expired ? Tone::Warn : Tone::Bad;
}

} // namespace

ClientDetail::ClientDetail(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_sign(new StatusDot(theme, this))
    , m_name(new ElidedLabel(theme.title(), Tone::Normal, this))
    , m_state(makeLabel({}, theme.font(), Tone::Good, this))
    , m_budgetsTitle(makeLabel(tr("Budgets"), theme.bold(), Tone::Normal, this))
    , m_noBudget(makeLabel({}, theme.font(), Tone::Muted, this))
    , m_budgets(new BudgetList(theme, this))
    , m_question(makeLabel({}, theme.font(), Tone::Normal, this))
    , m_revoke(new QPushButton(tr("Revoke"), this))
    , m_confirm(new QPushButton(this))
    , m_keep(new QPushButton(tr("Keep it"), this))
    , m_configure(new QPushButton(tr("Open the configuration"), this))
    , m_problem(new ProblemNote(theme, this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 14, 18, 18);
    layout->setSpacing(14);
    layout->addWidget(makeHead());
    layout->addWidget(makeFacts());
    layout->addWidget(makeLine(Qt::Horizontal, this));
    layout->addWidget(m_budgetsTitle);
    layout->addWidget(m_noBudget);
    m_noBudget->setWordWrap(true);
    m_budgets->setMaximumWidth(kBudgetWidth);
    layout->addWidget(m_budgets);
    layout->addWidget(makeLine(Qt::Horizontal, this));
    layout->addWidget(makeRevoke());
    layout->addStretch(1);
    connect(m_revoke, &QPushButton::clicked, this, [this] { askRevoke(true); });
    connect(m_keep, &QPushButton::clicked, this, [this] {
        askRevoke(false);
        m_revoke->setFocus();
    });
    connect(m_confirm, &QPushButton::clicked, this,
            [this] { Q_EMIT revokeWanted(fromUtf8(m_client.key.name)); });
    connect(m_configure, &QPushButton::clicked, this, &ClientDetail::configurationWanted);
}

QWidget *ClientDetail::makeHead()
{
    auto *head = new QWidget(this);
    auto *layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_sign);
    layout->addWidget(m_name);
    layout->addWidget(m_state);
    layout->addStretch(1);
    return head;
}

QWidget *ClientDetail::makeFacts()
{
    const QString names[kFacts] = {tr("Secret"),   tr("Routers"), tr("Models"),    tr("Limits"),
                                   tr("Metadata"), tr("Expires"), tr("Last used"), tr("Made")};
    auto *facts = new QWidget(this);
    auto *grid = new QGridLayout(facts);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(7);
    grid->setColumnMinimumWidth(0, kLabelWidth);
    grid->setColumnStretch(1, 1);
    for (int i = 0; i < kFacts; ++i) {
        QLabel *value = makeLabel({}, i == Secret ? m_theme.mono() : m_theme.font(), Tone::Normal, facts);
        value->setWordWrap(true);
        value->setTextInteractionFlags(Qt::TextSelectableByMouse);
        value->setFocusPolicy(Qt::NoFocus);
        m_facts[std::size_t(i)] = value;
        grid->addWidget(makeLabel(names[i], m_theme.font(), Tone::Muted, facts), i, 0, Qt::AlignTop);
        grid->addWidget(value, i, 1);
    }
    return facts;
}

QWidget *ClientDetail::makeRevoke()
{
    auto *box = new QWidget(this);
    m_question->setWordWrap(true);
    m_configure->hide();
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    for (QPushButton *button : {m_revoke, m_keep, m_confirm, m_configure})
        buttons->addWidget(button);
    buttons->addStretch();
    auto *layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_question);
    layout->addLayout(buttons);
    layout->addWidget(m_problem);
    return box;
}

void ClientDetail::setClient(const Client &client, std::int64_t nowSeconds)
{
    const bool isSame = client.id() == m_client.id();
    m_client = client;
    const ClientState state = stateOf(client, nowSeconds);
    m_sign->setSign(stateSign(state));
    m_name->setWholeText(fromUtf8(client.key.name));
    m_state->setText(state == ClientState::Revoked ? tr("revoked, %1").arg(dayText(client.key.revokedAt))
                                                   : stateWord(state));
    setTone(m_state, toneOf(state));
    const QString texts[kFacts] = {
        client.isConfigured() ? tr("%1, of the configuration").arg(secretText(client)) : secretText(client),
        listText(client.key.routers),
        listText(client.key.models),
        limitsText(client),
        metadataText(client),
        expiryText(client, nowSeconds),
        usedText(client, nowSeconds),
        dayText(client.key.createdAt)};
    for (std::size_t i = 0; i < m_facts.size(); ++i)
        m_facts[i]->setText(texts[i]);
    m_noBudget->setText(tr("None of its own. Those of routers and of all requests hold for it, too."));
    m_noBudget->setVisible(client.budgets.empty());
    m_budgets->setVisible(!client.budgets.empty());
    m_budgets->setBudgets(client.budgets);
    if (!isSame || state == ClientState::Revoked) {
        m_problem->setProblem({});
        askRevoke(false);
    }
}

void ClientDetail::setProblem(const QString &problem)
{
    m_problem->setProblem(problem);
}

void ClientDetail::askRevoke(bool isAsking)
{
    const QString name = fromUtf8(m_client.key.name);
    const bool isRevoked = m_client.key.revokedAt > 0;
    const bool canRevoke = !isRevoked && !m_client.isConfigured();
    m_revoke->setVisible(canRevoke && !isAsking);
    m_confirm->setVisible(canRevoke && isAsking);
    m_keep->setVisible(canRevoke && isAsking);
    m_configure->setVisible(m_client.isConfigured());
    m_confirm->setText(tr("Revoke %1").arg(name));
    m_revoke->setAccessibleName(tr("Revoke %1").arg(name));
    if (m_client.isConfigured())
        m_question->setText(
            tr("It stands in the configuration, under server.client-keys, and is changed there."));
    else if (isRevoked)
        m_question->setText(tr("Requests with it are refused. Its name may be given to a new key."));
    else if (isAsking)
        m_question->setText(
            tr("Requests with it are refused from then on. This cannot be undone: who needs one again gets a "
               "new key."));
    else
        m_question->setText({});
    m_question->setVisible(!m_question->text().isEmpty());
    if (isAsking)
        m_keep->setFocus();
}

} // namespace pm::ui

#include "moc_client_detail.cpp"
