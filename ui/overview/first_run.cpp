// SPDX-License-Identifier: GPL-3.0-or-later
#include "overview/first_run.h"

#include "format.h"
#include "overview/tool_settings.h"
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
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QPushButton>
#include <QScrollArea>

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
        progress.hasProvider |=
            !provider.isDemo && (provider.key == ProviderStatus::Key::Present ||
                                 (provider.isConfigured && provider.key == ProviderStatus::Key::NotNeeded) ||
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
    , m_try(new QPushButton(tr("Try it"), this))
    , m_traces(new QPushButton(tr("Show its trace"), this))
    , m_addKey(new QPushButton(tr("Add a key"), this))
    , m_answer(makeLabel({}, context.theme.small(), Tone::Muted, this))
{
    setProperty("role", u"card"_s);
    m_network->setProxy(QNetworkProxy::NoProxy);
    m_try->setProperty("kind", u"primary"_s);
    m_traces->setProperty("kind", u"link"_s);
    m_answer->setWordWrap(true);
    m_answer->hide();
    build();
    connect(m_try, &QPushButton::clicked, this, &FirstRun::tryDemo);
    connect(m_traces, &QPushButton::clicked, this, &FirstRun::tracesWanted);
    connect(m_addKey, &QPushButton::clicked, this, &FirstRun::providersWanted);
    refresh(false);
}

void FirstRun::build()
{
    auto *later = new QPushButton(tr("Show the overview instead"), this);
    later->setProperty("kind", u"link"_s);
    connect(later, &QPushButton::clicked, this, &FirstRun::dismissed);
    auto *content = new QWidget(this);
    auto *inner = new QVBoxLayout(content);
    inner->setContentsMargins(20, 16, 20, 16);
    inner->setSpacing(12);
    inner->addWidget(makeLabel(tr("Three steps to the first routed request"), m_context.theme.title(),
                               Tone::Normal, content));
    inner->addLayout(makeSteps());
    inner->addWidget(makeLine(Qt::Horizontal, content));
    inner->addWidget(makeLabel(tr("Then point a tool here"), m_context.theme.bold(), Tone::Normal, content));
    inner->addLayout(makeTools());
    inner->addWidget(later, 0, Qt::AlignLeft);
    inner->addStretch();
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setAccessibleName(tr("First steps"));
    scroll->setWidget(content);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->addWidget(scroll);
}

QGridLayout *FirstRun::makeSteps()
{
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(1, 1);
    m_serve = addStep(grid, tr("The gateway serves"));
    m_ask = addStep(grid, tr("Ask it something"));
    grid->addWidget(makeCommand(m_curl, tr("Copy the curl line"), m_try), grid->rowCount(), 1);
    grid->addWidget(m_answer, grid->rowCount(), 1);
    grid->addWidget(m_traces, grid->rowCount(), 1, Qt::AlignLeft);
    m_provider = addStep(grid, tr("Give it a provider"));
    grid->addWidget(m_addKey, grid->rowCount(), 1, Qt::AlignLeft);
    return grid;
}

QGridLayout *FirstRun::makeTools()
{
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(2);
    grid->setColumnStretch(1, 1);
    for (const ToolSetting &tool : toolSettings(u"%1"_s, isInPath)) {
        auto *label = makeLabel(tool.name, m_context.theme.font(), Tone::Normal, this);
        auto *field = makeCommandField(m_context.theme, tr("Setting for %1").arg(tool.name), this);
        label->setBuddy(field);
        const int row = grid->rowCount();
        grid->addWidget(label, row, 0);
        grid->addWidget(makeCommand(field, tr("Copy the setting for %1").arg(tool.name), nullptr), row, 1);
        m_tools.emplace_back(field, tool.line);
    }
    return grid;
}

FirstRun::Step FirstRun::addStep(QGridLayout *grid, const QString &title)
{
    const Theme &theme = m_context.theme;
    Step step{new StatusDot(theme, this), makeLabel(title, theme.bold(), Tone::Normal, this),
              makeLabel({}, theme.font(), Tone::Muted, this)};
    step.text->setWordWrap(true);
    const int row = grid->rowCount();
    if (row > 1)
        grid->setRowMinimumHeight(row, 6);
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
    field->setPlaceholderText(tr("shown as soon as the gateway serves"));
    copy->setEnabled(false);
    connect(field, &QLineEdit::textChanged, copy, [copy](const QString &text) { copy->setEnabled(!text.isEmpty()); });
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
    const Progress progress = m_progress = progressOf(status, providers, asked);
    setDone(m_serve, progress.serves);
    setDone(m_ask, progress.asked);
    setDone(m_provider, progress.hasProvider);
    m_traces->setVisible(progress.asked);
    m_serve.text->setText(progress.serves          ? tr("Listening on %1").arg(fromUtf8(status.baseUrl))
                          : status.problem.empty() ? tr("Starting")
                                                   : fromUtf8(status.problem));
    m_ask.text->setText(progress.asked ? tr("The first request is under Traces: where it went, and why.")
                                       : tr("The built-in demo model answers without any key."));
    m_provider.text->setText(providersText(providers));
    const auto set = [](QLineEdit *field, const QString &text) {
        if (field->text() == text)
            return; // a selection in it stays
        field->setText(text);
        field->setCursorPosition(0);
    };
    const QString url = fromUtf8(status.baseUrl);
    set(m_curl, progress.serves ? curlLine(status.baseUrl) : QString());
    if (url != m_toolsUrl) {
        m_toolsUrl = url;
        for (const auto &[field, line] : m_tools)
            set(field, progress.serves ? line.arg(url) : QString());
    }
    m_try->setEnabled(progress.serves);
    m_addKey->setVisible(m_context.hasPage && m_context.hasPage(u"providers"_s));
}

QString FirstRun::providersText(const std::vector<ProviderStatus> &providers) const
{
    QStringList local;
    QStringList keyed;
    for (const ProviderStatus &provider : providers) {
        if (provider.isLocal && provider.isReachable)
            local.append((provider.models == 1 ? tr("%1 (1 model)")
                                               : tr("%1 (%2 models)").arg(u"%1"_s).arg(provider.models))
                             .arg(fromUtf8(provider.title.empty() ? provider.name : provider.title)));
        else if (!provider.isDemo && provider.key == ProviderStatus::Key::Present)
            keyed.append(fromUtf8(provider.name));
    }
    QStringList parts;
    if (!keyed.isEmpty())
        parts.append(tr("Keys: %1.").arg(keyed.join(u", "_s)));
    if (!local.isEmpty())
        parts.append(tr("Found on this machine: %1.").arg(local.join(u", "_s)));
    if (parts.isEmpty())
        return tr(
            "No local server answers on its usual port: start Ollama, LM Studio, llama.cpp or vLLM and it is "
            "found by itself. For a provider in the cloud, add its key; it goes into the keychain.");
    return parts.join(u' ');
}

void FirstRun::tryDemo()
{
    if (m_isTrying)
        return; // not disabled meanwhile: the focus would move on
    QNetworkRequest request(QUrl(fromUtf8(m_context.source.status().baseUrl) + u"/ai/chat/completions"_s));
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    request.setTransferTimeout(kTryTimeoutMs);
    QNetworkReply *reply = m_network->post(request, QByteArray(kDemoBody));
    m_isTrying = true;
    connect(reply, &QNetworkReply::finished, this, [this, reply] {
        reply->deleteLater();
        m_isTrying = false;
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
