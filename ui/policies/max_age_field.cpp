// SPDX-License-Identifier: GPL-3.0-or-later
#include "policies/max_age_field.h"

#include "config/cache_directive.h"
#include "config/scalars.h"
#include "config/yaml_write.h"
#include "format.h"
#include "routers/row_parts.h"
#include "widgets/combo_box.h"
#include "widgets/number_field.h"

#include <QHBoxLayout>
#include <QStringList>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

constexpr std::int64_t kDay = 86'400; ///< seconds

PolicyFieldSpec ageSpec()
{
    PolicyFieldSpec spec;
    spec.kind = PolicyFieldSpec::Kind::Number;
    spec.key = "directive";
    spec.label = PolicyField::tr("Fresh for");
    spec.width = 56;
    return spec;
}

} // namespace

std::string withMaxAge(const std::string &directive, std::optional<std::chrono::seconds> age)
{
    QStringList parts;
    const QString wanted = age ? u"max-age="_s + QString::number(age->count()) : QString();
    bool isPlaced = wanted.isEmpty();
    for (const QString &each : fromUtf8(directive).split(u',', Qt::SkipEmptyParts)) {
        const bool isAge = each.section(u'=', 0, 0).trimmed().compare(u"max-age"_s, Qt::CaseInsensitive) == 0;
        if (!isAge)
            parts.append(each.trimmed());
        else if (!isPlaced)
            parts.append(wanted);
        isPlaced = isPlaced || isAge;
    }
    if (!isPlaced)
        parts.prepend(wanted);
    return parts.join(u", "_s).toStdString();
}

MaxAgeField::MaxAgeField(const Theme &theme, const QString &what, QWidget *parent)
    : PolicyField(theme, ageSpec(), what, parent)
    , m_number(new NumberField(this))
    , m_unit(new ComboBox(theme, this))
{
    m_number->setRange(0, 1e9, false);
    m_number->setFixedWidth(m_spec.width);
    m_unit->addItem(tr("seconds"), qlonglong(1));
    m_unit->addItem(tr("minutes"), qlonglong(60));
    m_unit->addItem(tr("hours"), qlonglong(3'600));
    m_unit->addItem(tr("days"), qlonglong(kDay));
    place(m_number);
    m_number->setToolTip(tr("max-age of the directive; without one, 7 days"));
    m_layout->addWidget(m_unit);
    nameBox(m_unit, tr("Unit of how long answers of %1 are fresh").arg(what));
    connect(m_number, &NumberField::changed, this, &MaxAgeField::take);
    connect(m_unit, &QComboBox::activated, this, [this](int index) {
        m_chosen = index;
        take();
    });
}

void MaxAgeField::show(const config::PlaceFinder &text, const std::string &item)
{
    m_directive = text.written(item + ".directive").value_or("");
    const auto age = config::parseCacheControl(m_directive).maxAge;
    m_number->setStandard(u"7"_s);
    if (!age) {
        m_number->setWritten({});
        m_unit->setCurrentIndex(3);
        return;
    }
    int unit = 3;
    while (unit > 0 && age->count() % m_unit->itemData(unit).toLongLong() != 0)
        --unit;
    // A unit that was chosen stays while the number is whole in it.
    if (m_chosen >= 0 && age->count() % m_unit->itemData(m_chosen).toLongLong() == 0)
        unit = m_chosen;
    m_unit->setCurrentIndex(unit);
    m_number->setWritten(QString::number(age->count() / m_unit->itemData(unit).toLongLong()));
}

void MaxAgeField::take()
{
    const auto number = config::parseNumber(m_number->written().toStdString());
    std::optional<std::chrono::seconds> age;
    if (number && *number >= 0)
        age = std::chrono::seconds(std::llround(std::min(*number * m_unit->currentData().toDouble(), 1e9)));
    const std::string next = withMaxAge(m_directive, age);
    if (next != m_directive)
        Q_EMIT edited("directive", next.empty() ? std::string() : config::yaml::writeScalar(next));
}

QList<QWidget *> MaxAgeField::stops() const
{
    return {m_number, m_unit};
}

} // namespace pm::ui

#include "moc_max_age_field.cpp"
