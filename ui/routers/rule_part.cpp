// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/rule_part.h"

#include "config/yaml_path.h"
#include "format.h"
#include "routers/condition_row.h"
#include "routers/example_list.h"
#include "routers/row_parts.h"
#include "style/theme.h"
#include "widgets/combo_box.h"
#include "widgets/elided_label.h"
#include "widgets/problem_note.h"

#include <QBoxLayout>
#include <QPushButton>

#include <algorithm>
#include <optional>

using namespace Qt::StringLiterals;

namespace pm::ui {

using config::Condition;
using config::RuleKind;

namespace {

/// The tests of a condition that rows can show: all of them must fit, or any. Nothing: it is nested deeper.
std::optional<std::vector<Condition>> testsOf(const Condition &when)
{
    if (when.kind == Condition::Kind::Test)
        return std::vector{when};
    const bool isFlat = when.kind != Condition::Kind::Not &&
                        std::all_of(when.parts.begin(), when.parts.end(),
                                    [](const Condition &part) { return part.kind == Condition::Kind::Test; });
    return isFlat ? std::optional(when.parts) : std::nullopt;
}

} // namespace

RulePart::RulePart(const Theme &theme, const QString &what, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_what(what)
    , m_head(new QHBoxLayout)
    , m_body(new QVBoxLayout)
    , m_title(makeLabel({}, theme.bold(), Tone::Normal, this))
    , m_match(new ComboBox(theme, this))
    , m_class(new ComboBox(theme, this))
    , m_about(new ElidedLabel(theme.small(), Tone::Muted, this))
    , m_add(makeQuietButton({}, {}, this))
    , m_toText(makeQuietButton(tr("Edit in YAML"), tr("Edit the condition of %1 in YAML").arg(what), this))
    , m_examples(new ExampleList(theme, what, this))
    , m_note(new ProblemNote(theme, this))
{
    build();
    connectParts();
}

void RulePart::connectParts()
{
    connect(m_match, &QComboBox::activated, this, [this](int index) {
        Condition when = m_when;
        when.kind = index == 0 ? Condition::Kind::All : Condition::Kind::Any;
        setWhen(std::move(when));
    });
    connect(m_class, &QComboBox::activated, this, [this] {
        m_is = m_class->currentData().toString().toStdString();
        Q_EMIT edited();
    });
    connect(m_add, &QPushButton::clicked, this, &RulePart::add);
    connect(m_toText, &QPushButton::clicked, this, &RulePart::textWanted);
    connect(m_examples, &ExampleList::edited, this, &RulePart::edited);
    connect(m_examples, &ExampleList::stopsChanged, this, &RulePart::stopsChanged);
    connect(m_examples, &ExampleList::emptied, this, [this] { m_add->setFocus(); });
}

void RulePart::add()
{
    if (m_kind == RuleKind::Examples)
        return m_examples->begin();
    std::vector<Condition> tests = testsOf(m_when).value_or(std::vector<Condition>());
    tests.push_back(ConditionRow::fresh(tests));
    setTests(std::move(tests));
    if (!m_rows.isEmpty())
        m_rows.last()->stops().first()->setFocus();
}

void RulePart::build()
{
    m_toText->setProperty("kind", u"link"_s);
    nameBox(m_match, tr("Conditions of %1 together").arg(m_what));
    m_match->addItem(tr("all hold"));
    m_match->addItem(tr("any holds"));
    m_match->setFixedWidth(98);
    nameBox(m_class, tr("Class of requests of %1").arg(m_what));
    m_class->setFixedWidth(124);
    m_class->setPlaceholderText(tr("choose one"));
    m_head->setSpacing(6);
    m_head->addWidget(m_title);
    m_head->addWidget(m_match);
    m_head->addWidget(m_class);
    m_head->addWidget(m_about, 1);
    m_head->addWidget(m_toText);
    m_head->addWidget(m_add);
    m_body->setSpacing(4);
    m_body->setContentsMargins(0, 0, 6, 0);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(m_head);
    layout->addLayout(m_body);
    layout->addWidget(m_examples);
    layout->addWidget(m_note);
}

void RulePart::setRule(const config::RouteNode &rule, RuleKind kind, int number,
                       const config::RouteWords &words)
{
    m_kind = rule.isDefault ? RuleKind::None : kind;
    m_number = number;
    m_when = rule.when;
    m_is = rule.is;
    m_title->setText(rule.isDefault ? tr("Otherwise") : tr("%1  When").arg(number));
    m_about->setWholeText(rule.isDefault ? tr("what no rule fits") : QString());
    setTone(m_about, Tone::Muted);
    showConditions(words);
    showClass(words);
    showExamples(m_kind == RuleKind::Examples ? rule.examples : std::vector<std::string>());
}

void RulePart::showExamples(const std::vector<std::string> &examples)
{
    m_examples->setExamples(examples);
    if (m_kind != RuleKind::Examples)
        return;
    m_title->setText(tr("%1  When it is like").arg(m_number));
    m_add->setText(examples.empty() ? tr("+ Example") : u"+"_s);
    m_add->setToolTip(tr("Add an example"));
    m_add->setAccessibleName(tr("Add an example to %1").arg(m_what));
    m_about->setWholeText(examples.empty() ? tr("needs an example") : QString());
    setTone(m_about, Tone::Warn);
}

void RulePart::showConditions(const config::RouteWords &words)
{
    const auto flat = testsOf(m_when);
    const bool isWhen = m_kind == RuleKind::When;
    const std::vector<Condition> tests = isWhen && flat ? *flat : std::vector<Condition>();
    m_match->setVisible(tests.size() > 1);
    m_match->setCurrentIndex(m_when.kind == Condition::Kind::Any ? 1 : 0);
    m_add->setVisible((isWhen && flat) || m_kind == RuleKind::Examples);
    m_add->setText(tests.empty() ? tr("+ Condition") : u"+"_s);
    m_add->setToolTip(tr("Add a condition"));
    m_add->setAccessibleName(tr("Add a condition to %1").arg(m_what));
    m_toText->setVisible(isWhen && !flat);
    if (isWhen && !flat) {
        m_about->setWholeText(fromUtf8(conditionText(m_when)));
    } else if (isWhen && tests.empty()) {
        m_about->setWholeText(tr("needs a condition"));
        setTone(m_about, Tone::Warn);
    }
    while (m_rows.size() > static_cast<qsizetype>(tests.size())) {
        ConditionRow *row = m_rows.takeLast();
        m_body->removeWidget(row);
        row->hide();
        row->deleteLater(); // later: its own button may be what leads here
    }
    while (m_rows.size() < static_cast<qsizetype>(tests.size()))
        m_rows.append(addRow(words));
    for (qsizetype i = 0; i < m_rows.size(); ++i)
        m_rows[i]->setTest(tests[std::size_t(i)]);
}

ConditionRow *RulePart::addRow(const config::RouteWords &words)
{
    const qsizetype index = m_rows.size();
    auto *row = new ConditionRow(m_theme, words, tr("condition %1 of %2").arg(index + 1).arg(m_what), this);
    connect(row, &ConditionRow::edited, this, [this, index](const Condition &test) {
        std::vector<Condition> tests = *testsOf(m_when);
        tests[std::size_t(index)] = test;
        setTests(std::move(tests));
    });
    connect(row, &ConditionRow::removeWanted, this, [this, index] {
        std::vector<Condition> tests = *testsOf(m_when);
        tests.erase(tests.begin() + index);
        m_add->setFocus();
        setTests(std::move(tests));
    });
    m_body->addWidget(row);
    row->show(); // now, not with the next event: the focus may go there at once
    return row;
}

void RulePart::showClass(const config::RouteWords &words)
{
    m_class->setVisible(m_kind == RuleKind::Is);
    if (m_kind != RuleKind::Is)
        return;
    if (m_class->count() == 0) {
        for (const config::RequestClassInfo &each : words.classes) {
            m_class->addItem(fromUtf8(each.name), fromUtf8(each.name));
            m_class->setItemData(m_class->count() - 1, fromUtf8(each.sense), Qt::ToolTipRole);
        }
    }
    if (m_is.empty()) {
        m_class->setCurrentIndex(-1);
        m_about->setWholeText(tr("needs a class of requests"));
        setTone(m_about, Tone::Warn);
        return;
    }
    chooseData(m_class, fromUtf8(m_is));
    m_about->setWholeText(m_class->currentData(Qt::ToolTipRole).toString());
}

/// One test stands alone, as the text would be read.
void RulePart::setTests(std::vector<Condition> tests)
{
    if (tests.size() == 1)
        return setWhen(tests.front());
    Condition when;
    when.kind =
        m_when.kind == Condition::Kind::Any && tests.size() > 1 ? Condition::Kind::Any : Condition::Kind::All;
    when.parts = std::move(tests);
    setWhen(std::move(when));
}

void RulePart::setWhen(Condition when)
{
    m_when = std::move(when);
    Q_EMIT edited();
}

void RulePart::read(config::RouteNode &rule) const
{
    if (m_kind == RuleKind::When)
        rule.when = m_when;
    if (m_kind == RuleKind::Is)
        rule.is = m_is;
    if (m_kind == RuleKind::Examples)
        rule.examples = m_examples->examples();
}

/// The condition that is told of; -1: the rule as a whole.
qsizetype RulePart::rowOf(const NodeProblem &problem) const
{
    const std::vector<std::string> parts = config::pathParts(problem.place);
    const bool isListed = parts.size() > 2 && (parts[1] == "and" || parts[1] == "or");
    const auto tests = testsOf(m_when);
    for (qsizetype i = 0; tests && i < m_rows.size(); ++i) {
        const Condition &test = (*tests)[std::size_t(i)];
        const auto field = std::find(parts.begin(), parts.end(), test.field);
        if (field == parts.end() || (isListed && parts[2] != std::to_string(i)))
            continue;
        const std::string op = field + 1 == parts.end() ? std::string() : *(field + 1);
        if (op.empty() || op.substr(op.starts_with('$') ? 1 : 0) == config::opRow(test.op).name)
            return i;
    }
    return -1;
}

void RulePart::showProblems(NodeProblems &left)
{
    NodeProblems ofRule = takeIn(left, "is");
    markField(m_class, ofRule, m_class->currentData(Qt::ToolTipRole).toString());
    std::vector<NodeProblems> ofRows(static_cast<std::size_t>(m_rows.size()));
    for (NodeProblem &problem : takeIn(left, "when")) {
        const qsizetype row = rowOf(problem);
        (row < 0 ? ofRule : ofRows[std::size_t(row)]).push_back(std::move(problem));
    }
    for (qsizetype i = 0; i < m_rows.size(); ++i)
        m_rows[i]->showProblems(ofRows[std::size_t(i)]);
    m_examples->showProblems(left);
    const NodeProblems ofExamples = takeIn(left, "examples");
    ofRule.insert(ofRule.end(), ofExamples.begin(), ofExamples.end());
    showIn(m_note, ofRule);
}

QList<QWidget *> RulePart::stops() const
{
    QList<QWidget *> stops{m_match, m_class, m_toText, m_add};
    for (const ConditionRow *row : m_rows)
        stops += row->stops();
    return stops + m_examples->stops();
}

} // namespace pm::ui

#include "moc_rule_part.cpp"
