// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/condition_row.h"

#include "format.h"
#include "routers/row_parts.h"
#include "widgets/combo_box.h"
#include "widgets/icon_button.h"
#include "widgets/problem_note.h"

#include <QHBoxLayout>
#include <QLineEdit>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

using config::Condition;
using config::FieldValues;
using Op = Condition::Op;

namespace {

/// "metadata." of "metadata.team"; empty where the field is one of the table's own.
std::string_view openPart(std::string_view field)
{
    for (const config::ConditionField &each : config::conditionFields()) {
        if (each.name.ends_with('.') && field.starts_with(each.name))
            return each.name;
    }
    return {};
}

bool fits(const config::ConditionOp &op, FieldValues values)
{
    const bool isSize = op.op == Op::Gt || op.op == Op::Gte || op.op == Op::Lt || op.op == Op::Lte;
    switch (values) {
    case FieldValues::Flag:
        return op.op == Op::Eq;
    case FieldValues::Number:
        return op.op != Op::Regex;
    case FieldValues::Class:
    case FieldValues::Weekday:
        return !isSize && op.op != Op::Regex && op.op != Op::Exists;
    case FieldValues::Text:
        break;
    }
    return true;
}

QStringList choicesOf(const Condition &test, const config::RouteWords &words)
{
    if (test.op == Op::Exists)
        return {u"true"_s, u"false"_s};
    if (config::opRow(test.op).takesList)
        return {};
    switch (config::valuesOf(test.field)) {
    case FieldValues::Flag:
        return {u"true"_s, u"false"_s};
    case FieldValues::Weekday:
        return {u"mon"_s, u"tue"_s, u"wed"_s, u"thu"_s, u"fri"_s, u"sat"_s, u"sun"_s};
    case FieldValues::Class: {
        QStringList names;
        for (const config::RequestClassInfo &each : words.classes)
            names.append(fromUtf8(each.name));
        return names;
    }
    case FieldValues::Number:
    case FieldValues::Text:
        break;
    }
    return {};
}

/// A field's usual test, for when it is chosen.
void startTest(Condition &test)
{
    const FieldValues values = config::valuesOf(test.field);
    const bool keepsOp = fits(config::opRow(test.op), values);
    const bool wasNumber = !test.values.empty() && !test.values.front().empty() &&
                           std::all_of(test.values.front().begin(), test.values.front().end(),
                                       [](unsigned char c) { return std::isdigit(c); });
    if (values == FieldValues::Number) {
        test.op = keepsOp && wasNumber ? test.op : Op::Gt;
        if (!wasNumber)
            test.values = {test.field == "time.hour" ? "18" : "10000"};
        return;
    }
    test.op = keepsOp ? test.op : Op::Eq;
    if (test.op == Op::Exists)
        return;
    test.values = {values == FieldValues::Flag      ? "true"
                   : values == FieldValues::Class   ? "code"
                   : values == FieldValues::Weekday ? "mon"
                                                    : ""};
}

} // namespace

ConditionRow::ConditionRow(const Theme &theme, const config::RouteWords &words, const QString &what,
                           QWidget *parent)
    : QWidget(parent)
    , m_words(words)
    , m_field(new ComboBox(theme, this))
    , m_name(new QLineEdit(this))
    , m_op(new ComboBox(theme, this))
    , m_choice(new ComboBox(theme, this))
    , m_value(new QLineEdit(this))
    , m_remove(makeIconButton(theme, u"close"_s, tr("Remove %1").arg(what), this))
    , m_note(new ProblemNote(theme, this))
    , m_line(new QBoxLayout(QBoxLayout::LeftToRight))
{
    for (const config::ConditionField &each : config::conditionFields()) {
        const bool isOpen = each.name.ends_with('.'); // the name stands in a field of its own
        m_field->addItem(fromUtf8(each.name.substr(0, each.name.size() - (isOpen ? 1 : 0))),
                         fromUtf8(each.name));
        m_field->setItemData(m_field->count() - 1, fromUtf8(each.sense).remove(u'`'), Qt::ToolTipRole);
    }
    build(what);
    place();
    connect(m_field, &QComboBox::activated, this, &ConditionRow::chooseField);
    connect(m_op, &QComboBox::activated, this, &ConditionRow::submit);
    connect(m_choice, &QComboBox::activated, this, &ConditionRow::submit);
    connect(m_name, &QLineEdit::editingFinished, this, &ConditionRow::submit);
    connect(m_value, &QLineEdit::editingFinished, this, &ConditionRow::submit);
    connect(m_remove, &QToolButton::clicked, this, &ConditionRow::removeWanted);
}

void ConditionRow::build(const QString &what)
{
    nameBox(m_field, tr("Field of %1").arg(what));
    nameBox(m_op, tr("Operator of %1").arg(what));
    nameBox(m_choice, tr("Value of %1").arg(what));
    m_name->setAccessibleName(tr("Name in the field of %1").arg(what));
    m_name->setPlaceholderText(tr("name"));
    m_value->setAccessibleName(tr("Value of %1").arg(what));
    for (ComboBox *box : {m_field, m_choice}) {
        box->setMinimumContentsLength(3);
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    }
    m_op->setFixedWidth(94);
    m_name->setMinimumWidth(44);
    m_value->setMinimumWidth(44);
    m_remove->setFixedSize(26, 26);
}

void ConditionRow::place()
{
    auto *field = new QHBoxLayout;
    field->addWidget(m_field, 2);
    field->addWidget(m_name, 1);
    auto *value = new QHBoxLayout;
    value->addWidget(m_op);
    value->addWidget(m_choice, 1);
    value->addWidget(m_value, 1);
    value->addWidget(m_remove);
    for (QBoxLayout *each : std::initializer_list<QBoxLayout *>{field, value, m_line})
        each->setSpacing(4);
    m_line->addLayout(field, 1);
    m_line->addLayout(value, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addLayout(m_line);
    layout->addWidget(m_note);
}

void ConditionRow::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    constexpr int kLeastBeside = 420; // pixels; in less, field and value would be cut
    m_line->setDirection(width() < kLeastBeside ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
}

void ConditionRow::showProblems(const NodeProblems &problems)
{
    const auto &known = config::conditionFields();
    const std::string_view open = openPart(m_test.field);
    const bool isField =
        open.empty() && std::none_of(known.begin(), known.end(), [&](const config::ConditionField &each) {
            return each.name == m_test.field;
        });
    const QString sense = m_field->currentData(Qt::ToolTipRole).toString();
    markField(m_field, isField ? problems : NodeProblems(), sense);
    markField(m_value, isField ? NodeProblems() : problems, {});
    markField(m_choice, isField ? NodeProblems() : problems, {});
    showIn(m_note, problems);
}

Condition ConditionRow::fresh(const std::vector<Condition> &taken)
{
    Condition test;
    test.kind = Condition::Kind::Test;
    for (const char *field :
         {"request.has-image", "request.input-tokens", "request.has-tools", "request.model"}) {
        test.field = field;
        if (std::none_of(taken.begin(), taken.end(),
                         [&](const Condition &each) { return each.field == field; }))
            break;
    }
    startTest(test);
    return test;
}

void ConditionRow::setTest(const Condition &test)
{
    if (test == m_test)
        return; // lists that are open stay open
    m_test = test;
    const std::string_view open = openPart(test.field);
    chooseData(m_field, fromUtf8(open.empty() ? std::string_view(test.field) : open));
    const QString name = fromUtf8(std::string_view(test.field).substr(open.size()));
    m_name->setVisible(!open.empty());
    if (!open.empty())
        showText(m_name, name);
    offerOps();
    offerValues();
}

void ConditionRow::offerOps()
{
    m_op->clear();
    for (const config::ConditionOp &each : config::conditionOps()) {
        if (each.op == m_test.op || fits(each, config::valuesOf(m_test.field)))
            m_op->addItem(fromUtf8(each.sign), static_cast<int>(each.op));
    }
    m_op->setCurrentIndex(m_op->findData(static_cast<int>(m_test.op)));
}

void ConditionRow::offerValues()
{
    QStringList values;
    for (const std::string &value : m_test.values)
        values.append(fromUtf8(value));
    const QString text = values.join(u", "_s);
    const QStringList choices = choicesOf(m_test, m_words);
    m_choice->setVisible(!choices.isEmpty());
    m_value->setVisible(choices.isEmpty());
    m_choice->clear();
    for (const QString &choice : choices)
        m_choice->addItem(choice, choice);
    if (!choices.isEmpty())
        chooseData(m_choice, text);
    else
        showText(m_value, text);
    m_value->setPlaceholderText(config::opRow(m_test.op).takesList ? tr("one, another") : tr("value"));
}

void ConditionRow::chooseField()
{
    const std::string field = m_field->currentData().toString().toStdString();
    if (field == m_test.field || (field.ends_with('.') && m_test.field.starts_with(field)))
        return;
    Condition test = m_test;
    test.field = field;
    startTest(test);
    Q_EMIT edited(test);
    if (field.ends_with('.'))
        m_name->setFocus();
}

void ConditionRow::submit()
{
    Condition test = m_test;
    if (const std::string_view open = openPart(test.field); !open.empty())
        test.field = std::string(open) + taken(m_name).toStdString();
    const Op before = test.op;
    test.op = Op(m_op->currentData().toInt());
    // What is seen is of the operator before.
    const QString text = choicesOf(m_test, m_words).isEmpty() ? taken(m_value) : m_choice->currentText();
    if (test.op != before && (test.op == Op::Exists || before == Op::Exists)) {
        test.values = {"true"};
    } else if (config::opRow(test.op).takesList) {
        test.values.clear();
        for (const QString &each : text.split(u',', Qt::SkipEmptyParts))
            test.values.push_back(each.trimmed().toStdString());
    } else {
        test.values = {text.toStdString()};
    }
    if (!(test == m_test))
        Q_EMIT edited(test);
}

QList<QWidget *> ConditionRow::stops() const
{
    return {m_field, m_name, m_op, m_choice, m_value, m_remove};
}

} // namespace pm::ui

#include "moc_condition_row.cpp"
