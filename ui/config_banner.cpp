// SPDX-License-Identifier: GPL-3.0-or-later
#include "config_banner.h"

#include "format.h"
#include "style/theme.h"
#include "widgets/line.h"
#include "widgets/status_dot.h"

#include <QAccessible>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace pm::ui {

ConfigError firstError(const std::vector<config::Problem> &problems, const std::string &path)
{
    ConfigError error;
    for (const config::Problem &problem : problems) {
        if (problem.severity != config::Problem::Severity::Error)
            continue;
        if (!error.message.isEmpty()) {
            ++error.further;
            continue;
        }
        const QString file = QFileInfo(fromUtf8(path)).fileName();
        error.place = problem.line > 0 ? u"%1:%2:%3"_s.arg(file).arg(problem.line).arg(problem.column) : file;
        error.message = fromUtf8(problem.message);
    }
    return error;
}

ConfigBanner::ConfigBanner(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_sign(new StatusDot(theme, this))
    , m_place(makeLabel({}, theme.mono(), Tone::Normal, this))
    , m_text(makeLabel({}, theme.bold(), Tone::Bad, this))
    , m_meaning(makeLabel({}, theme.small(), Tone::Muted, this))
    , m_edit(new QPushButton(tr("Mend it here"), this))
{
    setProperty("role", u"panel"_s);
    setAttribute(Qt::WA_StyledBackground);
    setAccessibleName(tr("Problem of the configuration file"));
    m_text->setWordWrap(true);
    m_meaning->setWordWrap(true);
    m_edit->setToolTip(
        tr("Take the file's text into the draft on Routers; nothing is in force until you apply it"));
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_text);
    words->addWidget(m_meaning);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(14, 8, 14, 8);
    row->setSpacing(10);
    row->addWidget(m_sign, 0, Qt::AlignTop);
    row->addWidget(m_place, 0, Qt::AlignTop);
    row->addLayout(words, 1);
    row->addWidget(m_edit, 0, Qt::AlignVCenter);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(row);
    layout->addWidget(makeLine(Qt::Horizontal, this));
    connect(m_edit, &QPushButton::clicked, this, &ConfigBanner::editWanted);
    hide();
}

void ConfigBanner::show(const std::vector<config::Problem> &problems, const GatewayStatus &status,
                        bool canEdit)
{
    const ConfigError error = firstError(problems, status.configPath);
    const bool isError = !error.message.isEmpty();
    const QString further = error.further == 0   ? QString()
                            : error.further == 1 ? tr("One more problem follows. ")
                                                 : tr("%1 more problems follow. ").arg(error.further);
    const QString text = isError ? error.message : fromUtf8(status.atRestart);
    const bool isNew = text != m_text->text() && !text.isEmpty();
    m_sign->setSign(isError ? Sign{Glyph::Cross, &Tokens::bad} : Sign{Glyph::HalfDisc, &Tokens::warn});
    m_place->setText(isError ? error.place : QFileInfo(fromUtf8(status.configPath)).fileName());
    m_text->setText(text);
    setTone(m_text, isError ? Tone::Bad : Tone::Warn);
    if (!isError)
        m_meaning->setText(tr("The rest of the file is in force. Restart Pointsman to take these over."));
    else
        m_meaning->setText(further +
                           (status.isServing
                                ? tr("The file was not applied; the configuration before it stays in force.")
                                : tr("Nothing is served until it is mended.")));
    m_edit->setVisible(canEdit && isError);
    setVisible(!text.isEmpty());
    if (isNew) {
        QAccessibleEvent alert(this, QAccessible::Alert);
        QAccessible::updateAccessibility(&alert);
    }
}

} // namespace pm::ui

#include "moc_config_banner.cpp"
