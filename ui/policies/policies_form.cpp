// SPDX-License-Identifier: GPL-3.0-or-later
#include "policies/policies_form.h"

#include "format.h"
#include "policies/amount_field.h"
#include "policies/max_age_field.h"
#include "policies/policy_edits.h"
#include "policies/policy_paths.h"
#include "policies/policy_row.h"
#include "policies/policy_section.h"
#include "policies/policy_specs.h"
#include "policies/semantic_switch.h"
#include "routers/row_parts.h"
#include "widgets/combo_box.h"

#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace pm::ui {

PoliciesForm::PoliciesForm(const Theme &theme, const config::RouteWords &words, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_words(words)
    , m_cacheState(new ComboBox(theme, this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 14, 14, 14);
    layout->setSpacing(18);
    buildCache();
    buildLists();
    layout->addStretch(1);
}

PolicySection *PoliciesForm::addSection(const QString &title, const QString &about, const QString &none, const QString &add)
{
    auto made = std::make_shared<PolicySection *>(nullptr); // it is not there yet when its maker is handed in
    auto *section = new PolicySection(m_theme, {title, about, none, add},
                                      [this, made](int index, const std::string &shape) { return makeRow(*made, index, shape); },
                                      this);
    *made = section;
    static_cast<QVBoxLayout *>(layout())->addWidget(section);
    return section;
}

void PoliciesForm::buildCache()
{
    m_cache = addSection(tr("Cache"), tr("Good answers are kept, and given again to equal requests."), {}, {});
    m_cacheState->addItem(tr("off"), u"off"_s);
    m_cacheState->addItem(tr("on"), u"on"_s);
    m_cacheState->addItem(tr("where a request asks"), u"asked"_s);
    m_cacheState->setItemData(2, tr("only for requests with helicone-cache-enabled: true"), Qt::ToolTipRole);
    m_cache->setHeadControl(m_cacheState);
    nameBox(m_cacheState, tr("Cache")); // where it stands: only a label beside it counts
    connect(m_cacheState, &QComboBox::activated, this,
            [this] { setCache(m_cacheState->currentData().toString().toStdString()); });
}

void PoliciesForm::buildLists()
{
    m_limits = addSection(tr("Rate limits"), tr("How much may pass in a span of time. All hold together."),
                          tr("None: requests pass as they come."), tr("Add a limit"));
    m_concurrency = addSection(tr("At once"), tr("How many requests may be under way; the others wait in order."),
                               tr("None: as many as come."), tr("Add a limit of requests at once"));
    m_budgets = addSection(tr("Budgets"), tr("Money that may go in a span of the calendar, also over restarts."),
                           tr("None: nothing stops spending."), tr("Add a budget"));
    m_guardrails = addSection(tr("Guardrails"), tr("What must not be said, in requests and answers, streams too."),
                              tr("None: everything passes as it is."), tr("Add a guardrail"));
    connect(m_limits, &PolicySection::addWanted, this,
            [this] { add(m_limits, "rate-limit.limits", "{requests: 60, per: minute}"); });
    connect(m_concurrency, &PolicySection::addWanted, this,
            [this] { add(m_concurrency, "rate-limit.concurrency", "{requests: 8}"); });
    connect(m_budgets, &PolicySection::addWanted, this, [this] { add(m_budgets, "budgets", "{usd: 20, per: month}"); });
    connect(m_guardrails, &PolicySection::addWanted, this, [this] { add(m_guardrails, "guardrails", "secrets"); });
}

PolicyRow *PoliciesForm::makeRow(PolicySection *section, int index, const std::string &shape)
{
    const QString number = QString::number(index + 1);
    const QString what = section == m_limits        ? tr("limit %1").arg(number)
                         : section == m_concurrency ? tr("limit %1 of requests at once").arg(number)
                         : section == m_budgets     ? tr("budget %1").arg(number)
                         : section == m_guardrails  ? tr("guardrail %1").arg(number)
                                                    : tr("the cache");
    auto *row = new PolicyRow(m_theme, what, section);
    row->setAccessibleName(what);
    if (section == m_cache && shape == "cache")
        row->addField(new MaxAgeField(m_theme, what, row));
    if (section == m_cache && shape != "cache")
        row->addField(new SemanticSwitch(m_theme, what, row));
    if (section == m_limits && shape == "limits")
        row->addField(new AmountField(m_theme, what, row));
    addParts(section, row, shape);
    connectRow(row);
    return row;
}

void PoliciesForm::addParts(const PolicySection *section, PolicyRow *row, const std::string &shape)
{
    if (section == m_cache) {
        if (shape != "exact")
            row->addFields(shape == "cache" ? cacheSpecs() : semanticSpecs());
        return;
    }
    if (section == m_limits)
        row->addFields(limitSpecs(shape));
    else if (section == m_concurrency)
        row->addFields(concurrencySpecs());
    else if (section == m_budgets)
        row->addFields(budgetSpecs());
    else
        row->addFields(guardrailSpecs(m_words, m_words.findCheck(shape)));
    if (section == m_guardrails && shape == "schema")
        row->addTextButton(tr("Edit the schema in YAML"));
    row->addRemove();
}

void PoliciesForm::connectRow(PolicyRow *row)
{
    connect(row, &PolicyRow::edited, this, [this](const std::string &path, const std::string &key, const std::string &yaml) {
        Q_EMIT edited([item = whole(path), key, yaml](std::string_view text) { return setPolicyValue(text, item, key, yaml); });
    });
    connect(row, &PolicyRow::renamed, this, [this](const std::string &path, const std::string &from, const std::string &to) {
        Q_EMIT edited([key = whole(path) + "." + from, to](std::string_view text) { return config::renameKey(text, key, to); });
    });
    connect(row, &PolicyRow::removeWanted, this, [this, row](const std::string &path) {
        for (PolicySection *section : {m_limits, m_concurrency, m_budgets, m_guardrails}) {
            if (section->isAncestorOf(row))
                section->focusAdd(); // the row goes, and its button with it
        }
        Q_EMIT edited([item = whole(path)](std::string_view text) { return removePolicy(text, item); });
    });
    connect(row, &PolicyRow::textWanted, this, &PoliciesForm::textWanted);
    connect(row, &PolicyRow::focused, this, &PoliciesForm::focused);
}

void PoliciesForm::add(PolicySection *section, const std::string &list, const std::string &yaml)
{
    m_begun = section;
    Q_EMIT edited([path = whole(list), yaml](std::string_view text) { return addPolicy(text, path, yaml); });
}

void PoliciesForm::setCache(const std::string &state)
{
    const std::string path = whole("cache");
    if (state == "off") {
        Q_EMIT edited([path](std::string_view text) { return removePolicy(text, path); });
        return;
    }
    const bool isOn = state == "on";
    Q_EMIT edited([path, isOn](std::string_view text) {
        const bool isThere = config::PlaceFinder(text).isMap(path);
        if (!isThere)
            return config::setValue(text, path, isOn ? "{enabled: true}" : "{enabled: false}");
        return isOn ? setPolicyValue(text, path, "enabled", "") : config::setValue(text, path + ".enabled", "false");
    });
}

} // namespace pm::ui

#include "moc_policies_form.cpp"
