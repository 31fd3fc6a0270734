// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/filter_bar.h"

#include "format.h"
#include "widgets/chip.h"
#include "widgets/line.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QShortcut>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

using Status = trace::Filter::Status;

constexpr std::size_t kMostValues = 200; ///< of one menu

QString statusKey(Status status)
{
    static const QString keys[] = {QString(), u"ok"_s, u"failed"_s, u"cancelled"_s, u"refused"_s};
    return keys[static_cast<int>(status)];
}

Status statusOf(const QString &key)
{
    for (const Status status : {Status::Ok, Status::Failed, Status::Cancelled, Status::Refused}) {
        if (statusKey(status) == key)
            return status;
    }
    return Status::Any;
}

QString statusLabel(Status status)
{
    switch (status) {
    case Status::Any:
        return FilterBar::tr("Status: any");
    case Status::Ok:
        return FilterBar::tr("answered");
    case Status::Failed:
        return FilterBar::tr("failed");
    case Status::Cancelled:
        return FilterBar::tr("cancelled");
    case Status::Refused:
        break;
    }
    return FilterBar::tr("refused");
}

} // namespace

FilterBar::FilterBar(const PageContext &context, QWidget *parent)
    : QWidget(parent)
    , m_context(context)
    , m_live(new Chip(context.theme, tr("Live"), this))
{
    m_live->setDot(true);
    m_live->setCheckable(true);
    m_live->setChecked(true);
    m_router = addChip(tr("Router"), tr("All routers"), u"router"_s);
    m_provider = addChip(tr("Provider"), tr("All providers"), u"provider"_s);
    m_model = addChip(tr("Model"), tr("All models"), u"model"_s);
    m_app = addChip(tr("App"), tr("App: any"), u"app"_s);
    m_status = addStatusChip();
    m_text = new QLineEdit(this);
    m_text->setPlaceholderText(tr("Filter prompts and ids  /"));
    m_text->setAccessibleName(tr("Filter prompts and ids"));
    m_text->setClearButtonEnabled(true);
    m_text->setProperty("kind", u"chip"_s);
    m_text->setMaximumWidth(240);
    m_text->setMinimumWidth(80);
    m_text->setFont(context.theme.small());
    m_summary = makeLabel({}, context.theme.small(), Tone::Muted, this);

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 0, 14, 0);
    layout->setSpacing(8);
    for (Chip *chip : {m_live, m_router, m_provider, m_model, m_status, m_app})
        layout->addWidget(chip);
    layout->addWidget(m_text, 1);
    layout->addStretch();
    layout->addWidget(m_summary);
    setFixedHeight(40);

    // The store is asked once the typing pauses, not at every key.
    auto *pause = new QTimer(this);
    pause->setSingleShot(true);
    pause->setInterval(200);
    connect(m_text, &QLineEdit::textChanged, pause, qOverload<>(&QTimer::start));
    connect(pause, &QTimer::timeout, this, &FilterBar::changed);
    connect(m_live, &Chip::clicked, this, [this] {
        m_live->setChecked(true);
        Q_EMIT liveWanted();
    });
}

Chip *FilterBar::addStatusChip()
{
    auto *chip = new Chip(m_context.theme, tr("Status"), this);
    chip->setChoices(tr("Status: any"), [] {
        std::vector<Chip::Choice> choices;
        for (const Status status : {Status::Ok, Status::Failed, Status::Cancelled, Status::Refused})
            choices.push_back({statusLabel(status), statusKey(status)});
        return choices;
    });
    connect(chip, &Chip::chosen, this, &FilterBar::changed);
    return chip;
}

Chip *FilterBar::addChip(const QString &label, const QString &any, const QString &field)
{
    auto *chip = new Chip(m_context.theme, label, this);
    chip->setChoices(any, [this, field] {
        askValues(field); // for the next time it opens; what is known is shown at once
        std::vector<Chip::Choice> choices;
        for (const QString &value : std::as_const(m_values[field]))
            choices.push_back({value, value});
        return choices;
    });
    connect(chip, &Chip::chosen, this, &FilterBar::changed);
    askValues(field);
    return chip;
}

void FilterBar::askValues(const QString &field)
{
    using Values = std::vector<std::string>;
    m_context.store.ask<Values>(
        this, [name = field.toStdString()](TraceReader &reader) { return reader.distinct(name); },
        [this, field](Result<Values> values) {
            if (!values)
                return; // the menu then offers what live rows showed
            QStringList &known = m_values[field];
            for (std::size_t i = 0; i < std::min(values->size(), kMostValues); ++i) {
                const QString value = fromUtf8((*values)[i]);
                if (!value.isEmpty() && !known.contains(value))
                    known.append(value);
            }
            known.sort(Qt::CaseInsensitive);
        });
}

void FilterBar::notice(const trace::Head &head)
{
    static const QString fields[] = {u"router"_s, u"provider"_s, u"model"_s, u"app"_s};
    const std::string *values[] = {&head.router, &head.provider, &head.model, &head.app};
    for (std::size_t i = 0; i < m_noticed.size(); ++i) {
        // Nearly all were seen before: a busy feed must not cost a conversion and a search for each of them.
        if (values[i]->empty() || m_noticed[i].size() >= kMostValues ||
            !m_noticed[i].insert(*values[i]).second)
            continue;
        QStringList &known = m_values[fields[i]];
        const QString text = fromUtf8(*values[i]);
        if (std::size_t(known.size()) >= kMostValues || known.contains(text))
            continue;
        known.append(text);
        known.sort(Qt::CaseInsensitive);
    }
}

trace::Filter FilterBar::filter() const
{
    trace::Filter filter;
    filter.router = m_router->value().toStdString();
    filter.provider = m_provider->value().toStdString();
    filter.model = m_model->value().toStdString();
    filter.app = m_app->value().toStdString();
    filter.status = statusOf(m_status->value());
    filter.text = m_text->text().trimmed().toStdString();
    return filter;
}

void FilterBar::setFilter(const trace::Filter &filter)
{
    m_router->setValue(fromUtf8(filter.router));
    m_provider->setValue(fromUtf8(filter.provider));
    m_model->setValue(fromUtf8(filter.model));
    m_app->setValue(fromUtf8(filter.app));
    m_status->setValue(statusKey(filter.status),
                       filter.status == Status::Any ? QString() : statusLabel(filter.status));
    const QSignalBlocker quiet(m_text);
    m_text->setText(fromUtf8(filter.text));
}

void FilterBar::setLive(bool live, int unseen)
{
    m_live->setChecked(live);
    m_live->setText(live || unseen == 0 ? tr("Live") : tr("%1 new").arg(countText(std::int64_t(unseen))));
    m_live->setToolTip(live ? tr("New requests are shown as they come") : tr("Back to the newest"));
    m_live->updateGeometry();
    m_live->update();
}

void FilterBar::setSummary(const QString &text)
{
    m_summary->setText(text);
}

void FilterBar::focusText()
{
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

void FilterBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_summary->setVisible(width() > 980);
    m_model->setVisible(width() > 720 || !m_model->value().isEmpty());
    m_app->setVisible(width() > 640 || !m_app->value().isEmpty());
}

} // namespace pm::ui

#include "moc_filter_bar.cpp"
