// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/failures_form.h"

#include "config/scalars.h"
#include "format.h"
#include "routers/node_problem.h"
#include "routers/route_places.h"
#include "style/theme.h"
#include "widgets/combo_box.h"
#include "widgets/line.h"
#include "widgets/problem_note.h"

#include <QCheckBox>
#include <QCoreApplication>
#include <QEvent>
#include <QFormLayout>
#include <QLineEdit>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

std::string joined(const std::vector<std::string> &items)
{
    std::string text;
    for (const std::string &item : items)
        text += (text.empty() ? "" : ", ") + item;
    return text;
}

using config::writeDuration;
using config::writeNumber;

/// One line of the form: which value, how it is called, and how a Router holds it.
struct Row
{
    const char *section; ///< heading before it; null: the same as above
    const char *label;
    const char *path;
    std::string (*read)(const config::Router &router);
    bool isList = false;
};

const Row kRows[] = {
    {QT_TRANSLATE_NOOP("Failures", "Fallback"), QT_TRANSLATE_NOOP("Failures", "Then try"), "fallback.order",
     [](const config::Router &r) { return joined(r.fallback.order); }, true},
    {nullptr, QT_TRANSLATE_NOOP("Failures", "On failures"), "fallback.on",
     [](const config::Router &r) { return joined(r.fallback.on); }, true},
    {QT_TRANSLATE_NOOP("Failures", "Retries of one target"), QT_TRANSLATE_NOOP("Failures", "At most"),
     "retries.max-retries", [](const config::Router &r) { return std::to_string(r.retries.maxRetries); }},
    {nullptr, QT_TRANSLATE_NOOP("Failures", "First delay"), "retries.min-delay",
     [](const config::Router &r) { return writeDuration(r.retries.minDelay); }},
    {nullptr, QT_TRANSLATE_NOOP("Failures", "Longest delay"), "retries.max-delay",
     [](const config::Router &r) { return writeDuration(r.retries.maxDelay); }},
    {nullptr, QT_TRANSLATE_NOOP("Failures", "Growth factor"), "retries.factor",
     [](const config::Router &r) { return writeNumber(r.retries.factor); }},
    {QT_TRANSLATE_NOOP("Failures", "Timeouts"), QT_TRANSLATE_NOOP("Failures", "Connect"), "timeouts.connect",
     [](const config::Router &r) { return writeDuration(r.timeouts.connect); }},
    {nullptr, QT_TRANSLATE_NOOP("Failures", "First token"), "timeouts.first-token",
     [](const config::Router &r) { return writeDuration(r.timeouts.firstToken); }},
    {nullptr, QT_TRANSLATE_NOOP("Failures", "Silence in a stream"), "timeouts.idle",
     [](const config::Router &r) { return writeDuration(r.timeouts.idle); }},
    {nullptr, QT_TRANSLATE_NOOP("Failures", "Whole request"), "timeouts.total",
     [](const config::Router &r) { return writeDuration(r.timeouts.total); }},
    {QT_TRANSLATE_NOOP("Failures", "Circuit breaker"), QT_TRANSLATE_NOOP("Failures", "Failures in a row"),
     "circuit-breaker.failures",
     [](const config::Router &r) { return std::to_string(r.circuitBreaker.failures); }},
    {nullptr, QT_TRANSLATE_NOOP("Failures", "Or this share failed"), "circuit-breaker.ratio",
     [](const config::Router &r) { return writeNumber(r.circuitBreaker.ratio); }},
    {nullptr, QT_TRANSLATE_NOOP("Failures", "Of at least (requests)"), "circuit-breaker.min-requests",
     [](const config::Router &r) { return std::to_string(r.circuitBreaker.minRequests); }},
    {nullptr, QT_TRANSLATE_NOOP("Failures", "Rest"), "circuit-breaker.cooldown",
     [](const config::Router &r) { return writeDuration(r.circuitBreaker.cooldown); }},
    {nullptr, QT_TRANSLATE_NOOP("Failures", "Successes to close"), "circuit-breaker.successes",
     [](const config::Router &r) { return std::to_string(r.circuitBreaker.successes); }},
};

QString translated(const char *text)
{
    return QCoreApplication::translate("Failures", text);
}

NodeProblems problemsAt(const std::vector<config::Problem> &problems, const std::string &path)
{
    NodeProblems found;
    for (const config::Problem &problem : problems) {
        if (isBelow(problem.path, path))
            found.push_back(
                {{}, fromUtf8(problem.message), problem.severity == config::Problem::Severity::Warning});
    }
    return found;
}

} // namespace

FailuresForm::FailuresForm(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_fallback(new QCheckBox(tr("Move on to the next target when one fails"), this))
    , m_growth(new ComboBox(theme, this))
{
    m_growth->addItem(tr("Exponential"), u"exponential"_s);
    m_growth->addItem(tr("Constant"), u"constant"_s);
    build();
    connect(m_fallback, &QCheckBox::toggled, this, [this](bool on) {
        if (!m_isFilling)
            Q_EMIT valueEdited("fallback.enabled", on ? "true" : "false");
    });
    connect(m_growth, &QComboBox::activated, this, [this] {
        Q_EMIT valueEdited("retries.strategy", m_growth->currentData().toString().toStdString());
    });
}

QWidget *FailuresForm::makeField(std::size_t row)
{
    auto *box = new QWidget(this);
    auto *edit = new QLineEdit(box);
    edit->setAccessibleName(translated(kRows[row].label));
    edit->setMaximumWidth(kRows[row].isList ? 420 : 120);
    edit->installEventFilter(this);
    auto *problem = new ProblemNote(m_theme, box);
    auto *layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(edit);
    layout->addWidget(problem);
    m_fields.push_back({kRows[row].path, edit, problem, kRows[row].isList});
    connect(edit, &QLineEdit::editingFinished, this, [this, row] { submit(m_fields[row]); });
    return box;
}

void FailuresForm::build()
{
    auto *form = new QFormLayout(this);
    form->setContentsMargins(14, 14, 14, 14);
    form->setHorizontalSpacing(14);
    form->setVerticalSpacing(6);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    for (std::size_t row = 0; row < std::size(kRows); ++row) {
        const Row &line = kRows[row];
        if (line.section) {
            QLabel *heading = makeLabel(translated(line.section), m_theme.bold(), Tone::Normal, this);
            heading->setContentsMargins(0, row == 0 ? 0 : 10, 0, 2);
            form->addRow(heading);
            if (row == 0)
                form->addRow(m_fallback);
            if (std::string_view(line.path).starts_with("retries")) {
                m_growth->setMaximumWidth(150);
                form->addRow(makeLabel(tr("Delay grows"), m_theme.font(), Tone::Muted, this), m_growth);
                static_cast<QLabel *>(form->labelForField(m_growth))->setBuddy(m_growth);
            }
        }
        QWidget *box = makeField(row);
        QLabel *label = makeLabel(translated(line.label), m_theme.font(), Tone::Muted, this);
        label->setBuddy(m_fields.back().edit);
        label->setMinimumHeight(30);
        label->setMinimumWidth(140);
        form->addRow(label, box);
    }
}

void FailuresForm::show(const config::Router &router, const std::vector<config::Problem> &problems)
{
    m_isFilling = true;
    m_fallback->setChecked(router.fallback.enabled);
    m_growth->setCurrentIndex(router.retries.strategy == config::Retries::Strategy::Constant ? 1 : 0);
    for (std::size_t row = 0; row < m_fields.size(); ++row) {
        const Field &field = m_fields[row];
        const NodeProblems told = problemsAt(problems, "routers." + router.name + "." + field.path);
        markField(field.edit, told, {});
        showIn(field.problem, told);
        // A wrong value has no place in a Router: what was typed stays until it is right.
        const QString value = fromUtf8(kRows[row].read(router));
        const bool isOther = field.edit->property("router").toString().toStdString() != router.name;
        if ((told.empty() || isOther) && field.edit->text() != value) {
            field.edit->setText(value);
            field.edit->setCursorPosition(0);
        }
        field.edit->setProperty("router", fromUtf8(router.name));
        if (told.empty() || isOther)
            field.edit->setProperty("shown", field.edit->text());
    }
    m_isFilling = false;
}

void FailuresForm::submit(const Field &field)
{
    const QString text = field.edit->text().trimmed();
    if (m_isFilling || field.edit->property("shown").toString() == text)
        return;
    field.edit->setProperty("shown", text);
    std::string yaml = text.toStdString();
    if (field.isList)
        yaml = "[" + yaml + "]";
    Q_EMIT valueEdited(field.path, yaml);
}

bool FailuresForm::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::FocusIn) {
        const auto field =
            std::find_if(m_fields.begin(), m_fields.end(), [&](const Field &f) { return f.edit == watched; });
        if (field != m_fields.end())
            Q_EMIT focused(field->path);
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace pm::ui

#include "moc_failures_form.cpp"
