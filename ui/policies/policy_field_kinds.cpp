// SPDX-License-Identifier: GPL-3.0-or-later
// The fields that policies are made of, each a control over one value.
#include "policies/policy_field.h"

#include "config/scalars.h"
#include "format.h"
#include "policies/policy_paths.h"
#include "routers/row_parts.h"
#include "widgets/combo_box.h"
#include "widgets/number_field.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLineEdit>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

QString shownText(const std::optional<std::string> &written)
{
    return written ? fromUtf8(*written) : QString();
}

class CheckField final : public PolicyField
{
public:
    CheckField(const Theme &theme, const PolicyFieldSpec &spec, const QString &what, QWidget *parent)
        : PolicyField(theme, spec, what, parent)
        , m_check(new QCheckBox(spec.label, this))
    {
        place(m_check);
        connect(m_check, &QCheckBox::clicked, this, [this](bool on) {
            const QString word = on ? u"true"_s : u"false"_s;
            submit(word.toStdString() == standard() ? QString() : word);
        });
    }
    void show(const config::PlaceFinder &text, const std::string &item) override
    {
        m_check->setChecked(text.written(item + "." + spec().key).value_or(standard()) == "true");
    }
    QList<QWidget *> stops() const override { return {m_check}; }

private:
    QCheckBox *m_check;
};

class NumberPolicyField final : public PolicyField
{
public:
    NumberPolicyField(const Theme &theme, const PolicyFieldSpec &spec, const QString &what, QWidget *parent)
        : PolicyField(theme, spec, what, parent)
        , m_number(new NumberField(this))
    {
        if (m_key)
            m_number->setRange(m_key->least, m_key->most, m_key->type == config::KeyType::Integer);
        m_number->setStandard(standard().empty() ? unknownText() : fromUtf8(standard()));
        m_number->setFixedWidth(spec.width);
        place(m_number);
        connect(m_number, &NumberField::changed, this, [this] { submit(m_number->written()); });
    }
    void show(const config::PlaceFinder &text, const std::string &item) override
    {
        m_number->setWritten(shownText(writtenAt(text, item, spec().key)));
    }
    QList<QWidget *> stops() const override { return {m_number}; }

private:
    NumberField *m_number;
};

class TextPolicyField final : public PolicyField
{
public:
    TextPolicyField(const Theme &theme, const PolicyFieldSpec &spec, const QString &what, QWidget *parent)
        : PolicyField(theme, spec, what, parent)
        , m_text(new QLineEdit(this))
    {
        m_text->setPlaceholderText(standard().empty() ? unknownText() : fromUtf8(standard()));
        m_text->setFixedWidth(spec.width);
        place(m_text);
        connect(m_text, &QLineEdit::editingFinished, this, [this] {
            if (const QString text = taken(m_text); text != m_shown) {
                m_shown = text;
                submit(text);
            }
        });
    }
    void show(const config::PlaceFinder &text, const std::string &item) override
    {
        m_shown = shownText(writtenAt(text, item, spec().key));
        showText(m_text, m_shown);
    }
    QList<QWidget *> stops() const override { return {m_text}; }

private:
    QLineEdit *m_text;
    QString m_shown;
};

/// One word of several, or what is typed beside it where any other may stand.
class WordField final : public PolicyField
{
public:
    WordField(const Theme &theme, const PolicyFieldSpec &spec, const QString &what, QWidget *parent)
        : PolicyField(theme, spec, what, parent)
        , m_box(new ComboBox(theme, this))
        , m_free(new QLineEdit(this))
    {
        for (const PolicyChoice &choice : spec.choices) {
            m_box->addItem(choice.label, fromUtf8(choice.word));
            m_box->setItemData(m_box->count() - 1, choice.about, Qt::ToolTipRole);
        }
        m_free->setFixedWidth(140);
        m_free->setAccessibleName(tr("%1, in words").arg(name()));
        m_free->hide();
        place(m_box);
        if (!m_label)
            nameBox(m_box, name());
        m_layout->insertWidget(m_layout->indexOf(m_box) + 1, m_free);
        m_marked.append(m_free);
        connect(m_box, &QComboBox::activated, this, [this](int index) { choose(index); });
        connect(m_free, &QLineEdit::editingFinished, this, [this] {
            if (const QString text = taken(m_free); !text.isEmpty() && text != m_written)
                submit(text);
        });
    }
    void show(const config::PlaceFinder &text, const std::string &item) override
    {
        m_written = shownText(writtenAt(text, item, spec().key));
        const bool hasBlank = indexOf({}) >= 0;
        const int known = indexOf(m_written.isEmpty() && !hasBlank ? fromUtf8(standard()) : m_written);
        const int free = freeIndex();
        const bool isFree = known < 0 && free >= 0;
        if (m_free->hasFocus() && !isFree)
            return; // another one is being typed
        if (known >= 0 || isFree)
            m_box->setCurrentIndex(isFree ? free : known);
        else
            chooseData(m_box, m_written);
        m_free->setVisible(isFree);
        if (isFree)
            showText(m_free, m_written);
    }
    QList<QWidget *> stops() const override { return {m_box, m_free}; }

private:
    int freeIndex() const
    {
        const auto &choices = spec().choices;
        const auto free = std::find_if(choices.begin(), choices.end(), [](const PolicyChoice &c) { return c.isFree; });
        return free == choices.end() ? -1 : static_cast<int>(free - choices.begin());
    }
    int indexOf(const QString &word) const
    {
        const auto &choices = spec().choices;
        for (std::size_t i = 0; i < choices.size(); ++i) {
            if (!choices[i].isFree && (fromUtf8(choices[i].word) == word || isSameSpan(choices[i].word, word)))
                return static_cast<int>(i);
        }
        return -1;
    }
    /// minute and 1m, of what is a span of time.
    bool isSameSpan(const std::string &a, const QString &b) const
    {
        const auto span = config::parseSpan(a);
        return m_key && m_key->type == config::KeyType::Duration && span && span == config::parseSpan(b.toStdString());
    }
    void choose(int index)
    {
        if (index == freeIndex()) {
            m_free->show();
            if (m_free->text().isEmpty() || indexOf(m_written) >= 0)
                m_free->setText(m_box->itemData(index).toString());
            m_free->setFocus(Qt::OtherFocusReason);
            return;
        }
        const QString word = m_box->itemData(index).toString();
        const bool isImplied = word.toStdString() == standard() && !(m_key && m_key->isRequired);
        const QString next = isImplied ? QString() : word;
        if (next != m_written)
            submit(next);
    }

    ComboBox *m_box;
    QLineEdit *m_free;
    QString m_written;
};

} // namespace

PolicyField *makePolicyField(const Theme &theme, const PolicyFieldSpec &spec, const QString &what, QWidget *parent)
{
    using Kind = PolicyFieldSpec::Kind;
    switch (spec.kind) {
    case Kind::Check:
        return new CheckField(theme, spec, what, parent);
    case Kind::Number:
        return new NumberPolicyField(theme, spec, what, parent);
    case Kind::Word:
        return new WordField(theme, spec, what, parent);
    case Kind::Lines:
        return makeLinesField(theme, spec, what, parent);
    case Kind::Set:
        return makeSetField(theme, spec, what, parent);
    case Kind::Text:
        break;
    }
    return new TextPolicyField(theme, spec, what, parent);
}

} // namespace pm::ui
