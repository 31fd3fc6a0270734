// SPDX-License-Identifier: GPL-3.0-or-later
#include "overview/first_run.h"

#include "format.h"
#include "widgets/icon_button.h"
#include "widgets/line.h"
#include "widgets/status_dot.h"

#include <QClipboard>
#include <QGridLayout>
#include <QGuiApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

const char *const kDemoBody =
    "{\"model\":\"demo/demo-fast\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
constexpr int kTryTimeoutMs = 10'000;

QLineEdit *makeCommandField(const Theme &theme, const QString &name, QWidget *parent)
{
    auto *field = new QLineEdit(parent);
    field->setReadOnly(true);
    field->setFont(theme.mono());
    field->setAccessibleName(name);
    return field;
}

} // namespace

FirstRun::Progress FirstRun::progressOf(const GatewayStatus &status,
                                        const std::vector<ProviderStatus> &providers, bool asked)
{
    Progress progress{status.isServing, asked, false};
    for (const ProviderStatus &provider : providers)
        progress.hasProvider |= !provider.isDemo && (provider.key == ProviderStatus::Key::Present ||
                                                     (provider.isLocal && provider.isReachable));
    return progress;
}

QString FirstRun::curlLine(const std::string &baseUrl)
{
    return u"curl %1/ai/chat/completions -H 'content-type: application/json' -d '%2'"_s.arg(
        fromUtf8(baseUrl), QLatin1String(kDemoBody));
}

FirstRun::FirstRun(const PageContext &context, QWidget *parent)
    : QFrame(parent)
    , m_context(context)
    , m_network(new QNetworkAccessManager(this))
    , m_curl(makeCommandField(context.theme, tr("A curl line that asks the demo model"), this))
    , m_openAi(makeCommandField(context.theme, tr("Setting for tools that speak OpenAI"), this))
    , m_anthropic(makeCommandField(context.theme, tr("Setting for tools that speak Anthropic"), this))
    , m_try(new QPushButton(tr("Try it"), this))
    , m_addKey(new QPushButton(tr("Add a key"), this))
    , m_answer(makeLabel({}, context.theme.small(), Tone::Muted, this))
{
    setProperty("role", u"card"_s);
    m_try->setProperty("kind", u"primary"_s);
    m_answer->setWordWrap(true);
    m_answer->hide();
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(24, 20, 24, 20);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(1, 1);
    grid->addWidget(
        makeLabel(tr("Three steps to the first routed request"), context.theme.title(), Tone::Normal, this),
        0, 0, 1, 2);
    grid->setRowMinimumHeight(1, 6);
    m_serve = addStep(grid, tr("The gateway serves"));
    m_ask = addStep(grid, tr("Ask it something"));
    grid->addWidget(makeCommand(m_curl, tr("Copy the curl line"), m_try), grid->rowCount(), 1);
    grid->addWidget(m_answer, grid->rowCount(), 1);
    m_provider = addStep(grid, tr("Give it a provider"));
    grid->addWidget(m_addKey, grid->rowCount(), 1, Qt::AlignLeft);
    grid->setRowMinimumHeight(grid->rowCount(), 8);
    grid->addWidget(makeLabel(tr("Then point a tool here"), context.theme.bold(), Tone::Normal, this),
                    grid->rowCount(), 1);
    grid->addWidget(makeCommand(m_openAi, tr("Copy the setting for OpenAI tools"), nullptr), grid->rowCount(),
                    1);
    grid->addWidget(makeCommand(m_anthropic, tr("Copy the setting for Anthropic tools"), nullptr),
                    grid->rowCount(), 1);
    auto *later = new QPushButton(tr("Show the overview instead"), this);
    later->setProperty("kind", u"link"_s);
    grid->addWidget(later, grid->rowCount(), 1, Qt::AlignLeft);
    grid->setRowStretch(grid->rowCount(), 1);
    connect(later, &QPushButton::clicked, this, &FirstRun::dismissed);
    connect(m_try, &QPushButton::clicked, this, &FirstRun::tryDemo);
    connect(m_addKey, &QPushButton::clicked, this, &FirstRun::providersWanted);
    refresh(false);
}

FirstRun::Step FirstRun::addStep(QGridLayout *grid, const QString &title)
{
    const Theme &theme = m_context.theme;
    Step step{new StatusDot(theme, this), makeLabel(title, theme.bold(), Tone::Normal, this),
              makeLabel({}, theme.font(), Tone::Muted, this)};
    step.text->setWordWrap(true);
    const int row = grid->rowCount();
    grid->setRowMinimumHeight(row, 10);
    grid->addWidget(step.dot, row + 1, 0);
    grid->addWidget(step.title, row + 1, 1);
    grid->addWidget(step.text, row + 2, 1);
    return step;
}

QWidget *FirstRun::makeCommand(QLineEdit *field, const QString &name, QPushButton *extra)
{
    auto *row = new QWidget(this);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 2, 0, 2);
    layout->setSpacing(6);
    layout->addWidget(field, 1);
    QToolButton *copy = makeIconButton(m_context.theme, u"copy"_s, name, row);
    layout->addWidget(copy);
    if (extra)
        layout->addWidget(extra);
    connect(copy, &QToolButton::clicked, this,
            [field] { QGuiApplication::clipboard()->setText(field->text()); });
    return row;
}

void FirstRun::setDone(const Step &step, bool done)
{
    step.dot->setSign(done ? Sign{Glyph::Check, &Tokens::good} : Sign{Glyph::Ring, &Tokens::muted});
    step.title->setAccessibleName(done ? tr("%1: done").arg(step.title->text())
                                       : tr("%1: to do").arg(step.title->text()));
}

void FirstRun::refresh(bool asked)
{
    const GatewayStatus status = m_context.source.status();
    const std::vector<ProviderStatus> providers = m_context.source.providers();
    const Progress progress = progressOf(status, providers, asked);
    setDone(m_serve, progress.serves);
    setDone(m_ask, progress.asked);
    setDone(m_provider, progress.hasProvider);
    m_serve.text->setText(progress.serves          ? tr("Listening on %1").arg(fromUtf8(status.baseUrl))
                          : status.problem.empty() ? tr("Starting")
                                                   : fromUtf8(status.problem));
    m_ask.text->setText(progress.asked ? tr("The first request is under Traces.")
                                       : tr("The built-in demo model answers without any key."));
    m_provider.text->setText(providersText(providers));
    const QString url = fromUtf8(status.baseUrl);
    const auto set = [](QLineEdit *field, const QString &text) {
        if (field->text() == text)
            return; // a selection in it stays
        field->setText(text);
        field->setCursorPosition(0);
    };
    set(m_curl, curlLine(status.baseUrl));
    set(m_openAi, u"export OPENAI_BASE_URL=%1/v1"_s.arg(url));
    set(m_anthropic, u"export ANTHROPIC_BASE_URL=%1"_s.arg(url));
    m_try->setEnabled(progress.serves);
    m_addKey->setVisible(m_context.hasPage && m_context.hasPage(u"providers"_s));
}

QString FirstRun::providersText(const std::vector<ProviderStatus> &providers) const
{
    QStringList local;
    QStringList keyed;
    for (const ProviderStatus &provider : providers) {
        if (provider.isLocal && provider.isReachable)
            local.append(fromUtf8(provider.name));
        else if (!provider.isDemo && provider.key == ProviderStatus::Key::Present)
            keyed.append(fromUtf8(provider.name));
    }
    QStringList parts;
    if (!keyed.isEmpty())
        parts.append(tr("Keys: %1.").arg(keyed.join(u", "_s)));
    if (!local.isEmpty())
        parts.append(tr("Found on this machine: %1.").arg(local.join(u", "_s)));
    if (parts.isEmpty())
        return tr("Add a key with \"pointsman keys set PROVIDER\", or start a local server such as Ollama; "
                  "it is found by itself.");
    return parts.join(u' ');
}

void FirstRun::tryDemo()
{
    QNetworkRequest request(QUrl(fromUtf8(m_context.source.status().baseUrl) + u"/ai/chat/completions"_s));
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    request.setTransferTimeout(kTryTimeoutMs);
    QNetworkReply *reply = m_network->post(request, QByteArray(kDemoBody));
    m_try->setEnabled(false);
    connect(reply, &QNetworkReply::finished, this, [this, reply] {
        reply->deleteLater();
        m_try->setEnabled(true);
        m_answer->show();
        const QJsonObject body = QJsonDocument::fromJson(reply->readAll()).object();
        const QString answer = body[u"choices"][0][u"message"][u"content"].toString();
        const QString problem = body[u"error"][u"message"].toString();
        m_answer->setText(!answer.isEmpty()    ? tr("demo: %1").arg(answer)
                          : !problem.isEmpty() ? problem
                                               : reply->errorString());
    });
}

} // namespace pm::ui

#include "moc_first_run.cpp"
