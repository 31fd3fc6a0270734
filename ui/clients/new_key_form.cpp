// SPDX-License-Identifier: GPL-3.0-or-later
#include "clients/new_key_form.h"

#include "format.h"
#include "style/theme.h"
#include "widgets/line.h"
#include "widgets/problem_note.h"

#include <QLineEdit>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

constexpr int kFieldWidth = 460;

void setBad(QLineEdit &edit, bool isBad)
{
    const QString state = isBad ? u"bad"_s : QString();
    if (edit.property("state").toString() == state)
        return;
    edit.setProperty("state", state);
    edit.style()->unpolish(&edit);
    edit.style()->polish(&edit);
}

} // namespace

NewKeyForm::NewKeyForm(const Theme &theme, const Source &source, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_source(source)
    , m_problem(new ProblemNote(theme, this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 14, 18, 18);
    layout->setSpacing(4);
    layout->addWidget(makeLabel(tr("New client key"), theme.title(), Tone::Normal, this));
    auto *about = makeLabel(
        tr("As soon as there is one key, every caller needs one. What is left empty is not restricted."),
        theme.small(), Tone::Muted, this);
    about->setWordWrap(true);
    layout->addWidget(about);
    for (std::size_t i = 0; i < kKeyFields; ++i)
        addRow(*layout, KeyField(i));
    m_make = new QPushButton(tr("Make key"), this); // here, for Tab goes in the order in which they are made
    m_make->setProperty("kind", u"primary"_s);
    auto *cancel = new QPushButton(tr("Cancel"), this);
    auto *buttons = new QHBoxLayout;
    buttons->setContentsMargins(0, 12, 0, 0);
    buttons->setSpacing(8);
    buttons->addWidget(m_make);
    buttons->addWidget(cancel);
    buttons->addStretch();
    layout->addWidget(m_problem);
    layout->addLayout(buttons);
    layout->addStretch(1);
    connect(m_make, &QPushButton::clicked, this, &NewKeyForm::submit);
    connect(cancel, &QPushButton::clicked, this, &NewKeyForm::cancelled);
}

NewKeyForm::Words NewKeyForm::wordsOf(KeyField field)
{
    switch (field) {
    case KeyField::Name:
        return {tr("Name"), u"alice"_s,
                tr("Letters, digits, - _ and . ; it stands in traces and in what was spent")};
    case KeyField::Routers:
        return {tr("Routers"), tr("all"), tr("Those it may use, parted by commas")};
    case KeyField::Models:
        return {tr("Models"), tr("all"), tr("Those it may ask for: openai/gpt-5*, parted by commas")};
    case KeyField::Budget:
        return {tr("Budget"), tr("none"), tr("Dollars an hour, day, week, month or in total: 20/month")};
    case KeyField::Limit:
        return {tr("Limit"), tr("none"), tr("100/1m, 200k-tokens/1h, 5usd/1d, parted by commas")};
    case KeyField::Expires:
        return {tr("Expires"), tr("never"), tr("After a time or on a day: 30d, 2026-12-31")};
    case KeyField::Metadata:
        break;
    }
    return {tr("Metadata"), tr("none"), tr("For requests that bring none of their own: team=ml, user=bob")};
}

void NewKeyForm::addRow(QVBoxLayout &layout, KeyField field)
{
    Row &row = m_rows[std::size_t(field)];
    const Words words = wordsOf(field);
    row.edit = new QLineEdit(this);
    row.edit->setMaxLength(1'000);
    row.edit->setMaximumWidth(kFieldWidth);
    row.edit->setPlaceholderText(words.example);
    row.edit->setAccessibleDescription(words.about);
    row.problem = new ProblemNote(m_theme, this);
    auto *label = makeLabel(words.label, m_theme.smallBold(), Tone::Normal, this);
    label->setBuddy(row.edit);
    row.edit->setAccessibleName(words.label);
    auto *about = makeLabel(words.about, m_theme.small(), Tone::Muted, this);
    about->setWordWrap(true);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(0, 8, 0, 0);
    head->setSpacing(10);
    head->addWidget(label);
    head->addWidget(about, 1);
    layout.addLayout(head);
    layout.addWidget(row.edit);
    layout.addWidget(row.problem);
    connect(row.edit, &QLineEdit::textEdited, this, [this] { showProblems(read().problems); });
    connect(row.edit, &QLineEdit::returnPressed, this, &NewKeyForm::submit);
    connect(row.edit, &QLineEdit::editingFinished, this, [this, field] {
        Row &left = m_rows[std::size_t(field)];
        left.isLooked = left.isLooked || !left.edit->text().trimmed().isEmpty();
        showProblems(read().problems);
    });
}

void NewKeyForm::start()
{
    for (Row &row : m_rows) {
        row.edit->clear();
        row.isLooked = false;
    }
    m_problem->setProblem({});
    showProblems({});
    field(KeyField::Name)->setFocus();
}

ReadKey NewKeyForm::read() const
{
    KeyDraft draft;
    for (std::size_t i = 0; i < kKeyFields; ++i)
        draft.texts[i] = m_rows[i].edit->text();
    std::vector<std::string> routers;
    for (const RouterStatus &router : m_source.routers())
        routers.push_back(router.name);
    std::vector<std::string> taken;
    for (const policy::ClientKey &key : m_source.clientKeys()) {
        if (key.revokedAt == 0)
            taken.push_back(key.name);
    }
    for (const config::Server::ClientKey &key : m_source.configuredKeys())
        taken.push_back(key.name);
    return readDraft(draft, routers, taken, nowMicros() / 1'000'000);
}

void NewKeyForm::showProblems(const std::vector<KeyProblem> &problems)
{
    for (std::size_t i = 0; i < kKeyFields; ++i) {
        Row &row = m_rows[i];
        QString text;
        for (const KeyProblem &problem : problems) {
            if (problem.field == KeyField(i) && row.isLooked)
                text = problem.text;
        }
        row.problem->setProblem(text);
        setBad(*row.edit, !text.isEmpty());
        const QString about = wordsOf(KeyField(i)).about;
        row.edit->setAccessibleDescription(text.isEmpty() ? about : tr("Wrong: %1").arg(text));
    }
}

void NewKeyForm::submit()
{
    for (Row &row : m_rows)
        row.isLooked = true;
    ReadKey key = read();
    m_problem->setProblem({});
    if (key.problems.empty()) {
        const Result<Secret> secret = m_source.createClientKey(key.key);
        if (secret)
            return Q_EMIT made(fromUtf8(key.key.name), *secret);
        const Error &error = secret.error();
        if (error.kind == ErrorKind::Storage) {
            m_problem->setProblem(tr("Not made: %1").arg(fromUtf8(error.message)));
            return;
        }
        key.problems = {{fieldOf(error), fromUtf8(error.message)}};
    }
    showProblems(key.problems);
    field(key.problems.front().field)->setFocus();
}

} // namespace pm::ui

#include "moc_new_key_form.cpp"
