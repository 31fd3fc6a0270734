// SPDX-License-Identifier: GPL-3.0-or-later
#include "policies/amount_field.h"

#include "config/yaml_write.h"
#include "format.h"
#include "routers/row_parts.h"
#include "widgets/combo_box.h"
#include "widgets/number_field.h"

#include <QHBoxLayout>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

constexpr const char *kKinds[] = {"requests", "tokens", "usd"};

PolicyFieldSpec amountSpec()
{
    PolicyFieldSpec spec;
    spec.kind = PolicyFieldSpec::Kind::Number;
    spec.after = PolicyField::tr("amount");
    spec.width = 84;
    return spec;
}

} // namespace

AmountField::AmountField(const Theme &theme, const QString &what, QWidget *parent)
    : PolicyField(theme, amountSpec(), what, parent)
    , m_number(new NumberField(this))
    , m_of(new ComboBox(theme, this))
{
    m_number->setFixedWidth(m_spec.width);
    m_number->setAccessibleName(name());
    m_number->setStandard(unknownText());
    m_of->addItem(tr("requests"), u"requests"_s);
    m_of->addItem(tr("tokens"), u"tokens"_s);
    m_of->addItem(tr("US dollars"), u"usd"_s);
    m_layout->addWidget(m_number);
    m_layout->addWidget(m_of);
    nameBox(m_of, tr("What %1 counts").arg(what));
    m_marked = {m_number, m_of};
    connect(m_number, &NumberField::changed, this, [this] {
        const std::string text = m_number->written().toStdString();
        // Without an amount it would be no limit: what is wrong with an empty one is told.
        Q_EMIT edited(m_present.empty() ? m_of->currentData().toString().toStdString() : m_present,
                      text.empty() ? "''" : config::yaml::writeScalar(text));
    });
    connect(m_of, &QComboBox::activated, this, [this] {
        const std::string key = m_of->currentData().toString().toStdString();
        if (!m_present.empty() && key != m_present)
            Q_EMIT renamed(m_present, key);
    });
}

void AmountField::show(const config::PlaceFinder &text, const std::string &item)
{
    m_present.clear();
    for (const char *kind : kKinds) {
        if (m_present.empty() && text.find(item + "." + kind))
            m_present = kind;
    }
    const bool isMoney = m_present == "usd";
    m_number->setRange(isMoney ? 0.001 : 1, isMoney ? 999'999 : 1e12, !isMoney);
    m_number->setWritten(fromUtf8(m_present.empty() ? std::string() : text.written(item + "." + m_present).value_or("")));
    if (!m_present.empty())
        m_of->setCurrentIndex(m_of->findData(fromUtf8(m_present)));
}

NodeProblems AmountField::showProblems(NodeProblems &left)
{
    NodeProblems own;
    for (const char *kind : kKinds) {
        const NodeProblems some = takeIn(left, kind);
        own.insert(own.end(), some.begin(), some.end());
    }
    markField(m_number, own, {});
    return own;
}

QList<QWidget *> AmountField::stops() const
{
    return {m_number, m_of};
}

} // namespace pm::ui

#include "moc_amount_field.cpp"
