// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/key_panel.h"

#include "format.h"
#include "providers/key_text.h"
#include "style/theme.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace pm::ui {

KeyPanel::KeyPanel(const Theme &theme, ProviderActions actions, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_actions(std::move(actions))
    , m_state(makeLabel({}, theme.font(), Tone::Normal, this))
    , m_remedy(makeLabel({}, theme.small(), Tone::Muted, this))
    , m_field(new QLineEdit(this))
    , m_set(new QPushButton(this))
    , m_test(new QPushButton(tr("Test"), this))
    , m_delete(new QPushButton(tr("Delete key"), this))
    , m_confirm(new QPushButton(tr("Delete it"), this))
    , m_cancel(new QPushButton(tr("Keep it"), this))
    , m_keyPage(new QLabel(this))
    , m_note(makeLabel({}, theme.font(), Tone::Normal, this))
    , m_noteRemedy(makeLabel({}, theme.small(), Tone::Muted, this))
{
    build();
    m_slow.setSingleShot(true);
    m_slow.setInterval(1'500);
    connect(&m_slow, &QTimer::timeout, this, [this] {
        Note &note = m_notes[fromUtf8(m_provider.name)];
        if (note.isBusy)
            note.remedy =
                tr("Waiting for the keyring. It may be asking for its password in a dialog of its own.");
        refresh();
    });
    connect(m_field, &QLineEdit::textChanged, this, &KeyPanel::refresh);
    connect(m_field, &QLineEdit::returnPressed, this, &KeyPanel::submit);
    connect(m_set, &QPushButton::clicked, this, &KeyPanel::submit);
    connect(m_test, &QPushButton::clicked, this, &KeyPanel::test);
    connect(m_delete, &QPushButton::clicked, this, &KeyPanel::askDelete);
    connect(m_confirm, &QPushButton::clicked, this, &KeyPanel::remove);
    connect(m_cancel, &QPushButton::clicked, this, &KeyPanel::endConfirm);
}

void KeyPanel::build()
{
    m_field->setEchoMode(QLineEdit::Password);
    m_field->setPlaceholderText(tr("Paste a key and press Enter"));
    m_field->setAccessibleName(tr("New key"));
    m_field->setMaxLength(16'384);
    m_field->setInputMethodHints(Qt::ImhHiddenText | Qt::ImhNoPredictiveText | Qt::ImhSensitiveData);
    m_field->setMinimumWidth(140);
    m_set->setAccessibleName(tr("Store the key"));
    m_keyPage->setOpenExternalLinks(true);
    m_keyPage->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    m_keyPage->setFocusPolicy(Qt::StrongFocus);
    for (QLabel *label : {m_state, m_remedy, m_note, m_noteRemedy})
        label->setWordWrap(true);
    auto *entry = new QHBoxLayout;
    entry->setSpacing(8);
    entry->addWidget(m_field, 1);
    entry->addWidget(m_set);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    for (QPushButton *button : {m_test, m_delete, m_confirm, m_cancel})
        buttons->addWidget(button);
    buttons->addWidget(m_keyPage);
    buttons->addStretch();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_state);
    layout->addWidget(m_remedy);
    layout->addLayout(entry);
    layout->addLayout(buttons);
    layout->addWidget(m_note);
    layout->addWidget(m_noteRemedy);
    endConfirm();
}

void KeyPanel::setProvider(const ProviderStatus &provider)
{
    if (provider.name != m_provider.name) {
        m_field->clear(); // typed for another one
        endConfirm();
    }
    m_provider = provider;
    refresh();
}

void KeyPanel::submit()
{
    QString text = m_field->text().trimmed();
    if (text.isEmpty())
        return;
    const Secret key(text.toStdString());
    text.fill(u'\0');
    m_field->clear();
    begin(tr("Storing the key…"));
    m_actions.setKey(
        m_provider.name, key, [self = QPointer(this), provider = m_provider.name](Result<void> done) {
            if (!self)
                return;
            self->finish(provider, done ? Note{tr("Key stored in the keychain"), {}, int(Tone::Good)}
                                        : Note{fromUtf8(done.error().message), keyRemedy(done.error().kind),
                                               int(Tone::Bad)});
        });
}

void KeyPanel::askDelete()
{
    m_confirm->setText(tr("Delete the key of %1").arg(fromUtf8(m_provider.name)));
    m_confirm->show();
    m_cancel->show();
    refresh();
    m_cancel->setFocus();
}

void KeyPanel::endConfirm()
{
    m_confirm->hide();
    m_cancel->hide();
    refresh();
}

void KeyPanel::remove()
{
    endConfirm();
    begin(tr("Deleting the key…"));
    m_actions.deleteKey(m_provider.name,
                        [self = QPointer(this), provider = m_provider.name](Result<void> done) {
                            if (!self)
                                return;
                            self->finish(provider, done ? Note{tr("Key deleted"), {}, int(Tone::Muted)}
                                                        : Note{fromUtf8(done.error().message),
                                                               keyRemedy(done.error().kind), int(Tone::Bad)});
                        });
}

void KeyPanel::test()
{
    begin(tr("Asking %1…").arg(fromUtf8(m_provider.title.empty() ? m_provider.name : m_provider.title)));
    m_slow.stop(); // the network is slow, not the keyring
    m_actions.testKey(m_provider.name,
                      [self = QPointer(this), provider = m_provider.name](Result<std::string> found) {
                          if (!self)
                              return;
                          self->finish(provider, found ? Note{fromUtf8(*found), {}, int(Tone::Good)}
                                                       : Note{fromUtf8(found.error().message),
                                                              keyRemedy(found.error().kind), int(Tone::Bad)});
                      });
}

void KeyPanel::begin(const QString &what)
{
    m_notes[fromUtf8(m_provider.name)] = {what, {}, int(Tone::Muted), true};
    m_focusBefore = window()->focusWidget(); // what is disabled meanwhile hands the focus on
    m_slow.start();
    refresh();
}

void KeyPanel::finish(const std::string &provider, Note note)
{
    m_notes[fromUtf8(provider)] = std::move(note);
    refresh();
    if (m_focusBefore && isAncestorOf(m_focusBefore) && isAncestorOf(window()->focusWidget()))
        m_focusBefore->setFocus();
    m_focusBefore = nullptr;
}

void KeyPanel::refresh()
{
    const KeyText key = keyText(m_provider);
    const Note note = m_notes.value(fromUtf8(m_provider.name));
    const bool hasKey = m_provider.key == ProviderStatus::Key::Present;
    const bool takesKey = !m_provider.isDemo;
    m_state->setText(key.text);
    setTone(m_state, key.tone);
    m_remedy->setText(key.remedy);
    m_remedy->setVisible(!key.remedy.isEmpty());
    m_set->setText(hasKey ? tr("Replace") : tr("Set"));
    m_set->setEnabled(!m_field->text().trimmed().isEmpty() && !note.isBusy);
    m_field->setVisible(takesKey);
    m_set->setVisible(takesKey);
    m_field->setEnabled(!note.isBusy);
    m_test->setEnabled(!note.isBusy);
    const bool isOfKeychain = hasKey && m_provider.keySource.starts_with("keychain");
    const bool isAsking = !m_confirm->isHidden();
    m_test->setVisible(takesKey && !isAsking && m_provider.key != ProviderStatus::Key::Missing);
    m_delete->setVisible(hasKey && !isAsking);
    m_delete->setEnabled(isOfKeychain && !note.isBusy);
    m_delete->setToolTip(
        isOfKeychain || !hasKey
            ? QString()
            : tr("This key comes from %1; remove it there").arg(fromUtf8(m_provider.keySource)));
    const QUrl page(fromUtf8(m_provider.keyPage));
    const bool hasPage = page.isValid() && page.scheme().startsWith(u"http"_s);
    m_keyPage->setVisible(hasPage);
    if (hasPage)
        m_keyPage->setText(u"<a href=\"%1\" style=\"text-decoration: none\">%2</a>"_s.arg(page.toString(QUrl::FullyEncoded).toHtmlEscaped(),
                                                          tr("Get a key")));
    m_keyPage->setToolTip(page.toString());
    setTone(m_note, Tone(note.tone));
    m_note->setText(note.text);
    m_note->setVisible(!note.text.isEmpty());
    m_noteRemedy->setText(note.remedy);
    m_noteRemedy->setVisible(!note.remedy.isEmpty());
}

} // namespace pm::ui

#include "moc_key_panel.cpp"
