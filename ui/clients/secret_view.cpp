// SPDX-License-Identifier: GPL-3.0-or-later
#include "clients/secret_view.h"

#include "format.h"
#include "style/theme.h"
#include "widgets/line.h"
#include "widgets/status_dot.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {
constexpr int kFieldWidth = 380;
}

SecretView::SecretView(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_title(makeLabel({}, theme.title(), Tone::Normal, this))
    , m_field(new QLineEdit(this))
    , m_copy(new QPushButton(tr("Copy"), this))
    , m_use(makeLabel({}, theme.mono(), Tone::Muted, this))
{
    auto *sign = new StatusDot(theme, this);
    sign->setSign({Glyph::HalfDisc, &Tokens::warn});
    auto *warning = makeLabel(
        tr("This is the only time that it is shown. Copy it now to where it will be used: it is not "
           "kept here, and a lost one is replaced by a new key."),
        theme.font(), Tone::Normal, this);
    warning->setWordWrap(true);
    m_field->setReadOnly(true);
    m_field->setFont(theme.mono());
    m_field->setAccessibleName(tr("Secret of the new key"));
    m_field->setMaximumWidth(kFieldWidth);
    m_copy->setProperty("kind", u"primary"_s);
    m_copy->setAccessibleName(tr("Copy the secret"));
    m_use->setWordWrap(true);
    m_use->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_use->setFocusPolicy(Qt::NoFocus);
    auto *done = new QPushButton(tr("I have kept it"), this);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_field, 1);
    row->addWidget(m_copy);
    row->addStretch();
    auto *warningRow = new QHBoxLayout;
    warningRow->setSpacing(8);
    warningRow->addWidget(sign, 0, Qt::AlignTop);
    warningRow->addWidget(warning, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 14, 18, 18);
    layout->setSpacing(12);
    layout->addWidget(m_title);
    layout->addLayout(warningRow);
    layout->addLayout(row);
    layout->addWidget(
        makeLabel(tr("Callers send it like a provider's key:"), theme.small(), Tone::Muted, this));
    layout->addWidget(m_use);
    layout->addWidget(done, 0, Qt::AlignLeft);
    layout->addStretch(1);
    connect(m_copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(fromUtf8(m_secret.reveal()));
        Q_EMIT copied();
    });
    connect(done, &QPushButton::clicked, this, [this] {
        forget();
        Q_EMIT this->done();
    });
}

void SecretView::showSecret(const QString &name, const Secret &secret, const QString &baseUrl)
{
    m_secret = secret;
    m_title->setText(tr("Key of %1").arg(name));
    m_field->setText(fromUtf8(secret.reveal()));
    m_field->setCursorPosition(0);
    m_use->setText(u"OPENAI_BASE_URL=%1/v1\nOPENAI_API_KEY=%2…"_s.arg(baseUrl, m_field->text().left(7)));
    m_copy->setFocus();
}

void SecretView::forget()
{
    m_secret = Secret();
    m_field->clear();
}

} // namespace pm::ui

#include "moc_secret_view.cpp"
