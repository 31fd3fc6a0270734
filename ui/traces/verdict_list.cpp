// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/verdict_list.h"

#include "format.h"
#include "style/theme.h"
#include "widgets/elided_label.h"

#include <QCoreApplication>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

QString policyName(const std::string &policy)
{
    const auto tr = [](const char *text) { return QCoreApplication::translate("pm::ui::verdict", text); };
    if (policy == "cache")
        return tr("Cache");
    if (policy == "limit")
        return tr("Limit");
    if (policy == "budget")
        return tr("Budget");
    return policy == "guardrail" ? tr("Guardrail") : fromUtf8(policy);
}

bool startsWithAny(const std::string &word, std::initializer_list<std::string_view> starts)
{
    return std::any_of(starts.begin(), starts.end(),
                       [&](std::string_view start) { return word.starts_with(start); });
}

} // namespace

Sign verdictSign(const trace::Verdict &verdict)
{
    if (startsWithAny(verdict.word, {"refused", "blocked", "waited in vain"}))
        return {Glyph::Barred, &Tokens::bad};
    if (startsWithAny(verdict.word, {"hit", "semantic-hit", "stale"}))
        return {Glyph::Check, &Tokens::good};
    if (startsWithAny(verdict.word, {"miss", "refresh", "estimated"}))
        return {Glyph::Dash, &Tokens::muted};
    return {Glyph::HalfDisc, &Tokens::warn};
}

QString verdictTitle(const trace::Verdict &verdict)
{
    const QString policy = policyName(verdict.policy);
    const QString what = verdict.name.empty() ? policy : policy + u' ' + fromUtf8(verdict.name);
    return QCoreApplication::translate("pm::ui::verdict", "%1: %2").arg(what, fromUtf8(verdict.word));
}

VerdictList::VerdictList(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_rows(new QVBoxLayout(this))
{
    m_rows->setContentsMargins(14, 0, 14, 10);
    m_rows->setSpacing(4);
    hide();
}

void VerdictList::setVerdicts(const std::vector<trace::Verdict> &verdicts)
{
    while (QLayoutItem *item = m_rows->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const std::size_t shown = std::min(verdicts.size(), kMostRows);
    for (std::size_t i = 0; i < shown; ++i)
        m_rows->addWidget(makeRow(verdicts[i]));
    if (verdicts.size() > shown)
        m_rows->addWidget(
            makeLabel(tr("and %1 more").arg(verdicts.size() - shown), m_theme.small(), Tone::Muted, this));
    setVisible(!verdicts.empty());
}

QWidget *VerdictList::makeRow(const trace::Verdict &verdict)
{
    auto *row = new QWidget(this);
    auto *sign = new StatusDot(m_theme, row);
    sign->setSign(verdictSign(verdict));
    auto *title = makeLabel(verdictTitle(verdict), m_theme.smallBold(), Tone::Normal, row);
    auto *text = new ElidedLabel(m_theme.small(), Tone::Muted, row);
    text->setWholeText(fromUtf8(verdict.text));
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(sign);
    layout->addWidget(title);
    layout->addWidget(text, 1);
    row->setAccessibleName(u"%1, %2"_s.arg(title->text(), text->text()));
    return row;
}

} // namespace pm::ui

#include "moc_verdict_list.cpp"
