// SPDX-License-Identifier: GPL-3.0-or-later
// The fields of policies that hold several values.
#include "policies/policy_field.h"

#include "config/yaml_write.h"
#include "format.h"
#include "style/theme.h"
#include "widgets/line.h"

#include <QCheckBox>
#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QPlainTextEdit>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

/// Several texts, one a line. Tab goes on to the next control.
class LinesField final : public PolicyField
{
public:
    LinesField(const Theme &theme, const PolicyFieldSpec &spec, const QString &what, QWidget *parent)
        : PolicyField(theme, spec, what, parent)
        , m_text(new QPlainTextEdit(this))
    {
        m_text->setTabChangesFocus(true);
        m_text->setPlaceholderText(tr("one a line"));
        m_text->setFont(theme.mono());
        m_text->setFixedWidth(spec.width);
        m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
        m_text->installEventFilter(this);
        place(m_text);
    }
    void show(const config::PlaceFinder &text, const std::string &item) override
    {
        QStringList lines;
        for (const std::string &line : text.texts(item + "." + spec().key))
            lines.append(fromUtf8(line));
        m_shown = lines.join(u'\n');
        const bool isTyped = m_text->hasFocus() && m_text->document()->isModified();
        if (!isTyped && m_text->toPlainText() != m_shown)
            m_text->setPlainText(m_shown);
        const int rows = std::clamp<int>(static_cast<int>(lines.size()), 1, 6);
        m_text->setFixedHeight(rows * m_text->fontMetrics().lineSpacing() + 14);
    }
    QList<QWidget *> stops() const override { return {m_text}; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() == QEvent::FocusOut && watched == m_text)
            take();
        return PolicyField::eventFilter(watched, event);
    }

private:
    void take()
    {
        m_text->document()->setModified(false);
        if (m_text->toPlainText() == m_shown)
            return;
        m_shown = m_text->toPlainText();
        config::yaml::Node list;
        list.kind = config::yaml::Node::Kind::List;
        for (const QString &line : m_shown.split(u'\n', Qt::SkipEmptyParts)) {
            config::yaml::Node item;
            item.kind = config::yaml::Node::Kind::Scalar;
            item.text = line.trimmed().toStdString();
            list.children.push_back({{}, {}, {}, item});
        }
        Q_EMIT edited(spec().key, list.children.empty() ? std::string() : config::yaml::writeFlow(list));
    }

    QPlainTextEdit *m_text;
    QString m_shown;
};

/// Some of several words; none or all of them: nothing is written.
class SetField final : public PolicyField
{
public:
    SetField(const Theme &theme, const PolicyFieldSpec &spec, const QString &what, QWidget *parent)
        : PolicyField(theme, spec, what, parent)
    {
        if (!spec.label.isEmpty()) {
            m_label = makeLabel(spec.label, theme.small(), Tone::Muted, this);
            m_label->setToolTip(about());
            m_layout->addWidget(m_label);
        }
        auto *grid = new QGridLayout;
        grid->setHorizontalSpacing(14);
        grid->setVerticalSpacing(4);
        m_layout->addLayout(grid);
        constexpr int kColumns = 3; // in one line they would be wider than a small window
        for (const PolicyChoice &choice : spec.choices) {
            auto *check = new QCheckBox(choice.label, this);
            check->setAccessibleName(tr("%1: %2").arg(name(), choice.label));
            const int place = static_cast<int>(m_checks.size());
            grid->addWidget(check, place / kColumns, place % kColumns);
            m_checks.append(check);
            m_marked.append(check);
            connect(check, &QCheckBox::clicked, this, [this] { take(); });
        }
    }
    void show(const config::PlaceFinder &text, const std::string &item) override
    {
        const std::vector<std::string> written = text.texts(item + "." + spec().key);
        for (qsizetype i = 0; i < m_checks.size(); ++i)
            m_checks[i]->setChecked(written.empty() || std::find(written.begin(), written.end(), word(i)) != written.end());
    }
    QList<QWidget *> stops() const override { return {m_checks.begin(), m_checks.end()}; }

private:
    const std::string &word(qsizetype index) const { return spec().choices[static_cast<std::size_t>(index)].word; }
    void take()
    {
        std::string list;
        qsizetype chosen = 0;
        for (qsizetype i = 0; i < m_checks.size(); ++i) {
            if (!m_checks[i]->isChecked())
                continue;
            list += (chosen++ > 0 ? ", " : "") + word(i);
        }
        const bool isAll = chosen == 0 || chosen == m_checks.size();
        Q_EMIT edited(spec().key, isAll ? std::string() : "[" + list + "]");
    }

    QList<QCheckBox *> m_checks;
};

} // namespace

PolicyField *makeLinesField(const Theme &theme, const PolicyFieldSpec &spec, const QString &what, QWidget *parent)
{
    return new LinesField(theme, spec, what, parent);
}

PolicyField *makeSetField(const Theme &theme, const PolicyFieldSpec &spec, const QString &what, QWidget *parent)
{
    return new SetField(theme, spec, what, parent);
}

} // namespace pm::ui
