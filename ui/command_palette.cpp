// SPDX-License-Identifier: GPL-3.0-or-later
#include "command_palette.h"

#include "format.h"
#include "style/line_icon.h"
#include "traces/outcome.h"
#include "widgets/line.h"

#include <QGraphicsDropShadowEffect>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

constexpr int kWidth = 620;
constexpr int kRowHeight = 34;
constexpr int kHeadHeight = 66;
constexpr int kMostRows = 10;
constexpr int kMostTraces = 12;

class CommandDelegate final : public QStyledItemDelegate
{
public:
    CommandDelegate(const Theme &theme, QObject *parent)
        : QStyledItemDelegate(parent)
        , m_theme(theme)
    {
    }
    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        return {200, kRowHeight};
    }
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Tokens &t = m_theme.tokens();
        const bool current = option.state & QStyle::State_Selected;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (current) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(t.selection);
            painter->drawRoundedRect(option.rect.adjusted(6, 1, -6, -1), 6, 6);
        }
        const QRect area = option.rect.adjusted(16, 0, -16, 0);
        paintLineIcon(*painter, QRect(area.left(), area.center().y() - 8, 16, 16),
                      index.data(CommandModel::IconNameRole).toString(), current ? t.accent : t.muted);
        const QString shortcut = index.data(CommandModel::ShortcutRole).toString();
        const QString note = shortcut.isEmpty() ? index.data(CommandModel::GroupRole).toString() : shortcut;
        painter->setFont(m_theme.small());
        painter->setPen(t.muted);
        painter->drawText(area, Qt::AlignVCenter | Qt::AlignRight, note);
        const int room = area.width() - 28 - QFontMetrics(m_theme.small()).horizontalAdvance(note) - 16;
        painter->setFont(m_theme.font());
        painter->setPen(t.text);
        painter->drawText(
            area.adjusted(28, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft,
            QFontMetrics(m_theme.font()).elidedText(index.data().toString(), Qt::ElideRight, room));
        painter->restore();
    }

private:
    const Theme &m_theme;
};

} // namespace

CommandPalette::CommandPalette(const PageContext &context, std::function<void(const std::string &)> openTrace,
                               QWidget *parent)
    : QFrame(parent)
    , m_context(context)
    , m_openTrace(std::move(openTrace))
    , m_model(new CommandModel(this))
    , m_field(new QLineEdit(this))
    , m_list(new QListView(this))
    , m_none(makeLabel(tr("Nothing found"), context.theme.font(), Tone::Muted, this))
{
    m_field->setPlaceholderText(tr("Go to a page, switch a router, find a trace"));
    m_field->setAccessibleName(tr("Search"));
    m_field->setFrame(false);
    m_field->setStyleSheet(
        u"QLineEdit, QLineEdit:focus { border: none; background: transparent; font-size: 15px; }"_s);
    m_field->installEventFilter(this);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new CommandDelegate(context.theme, m_list));
    m_list->setAccessibleName(tr("What was found"));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setProperty("surface", u"panel"_s);
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 8, 1, 8);
    layout->setSpacing(8);
    auto *fieldRow = new QHBoxLayout;
    fieldRow->setContentsMargins(7, 0, 7, 0);
    fieldRow->addWidget(m_field);
    layout->addLayout(fieldRow);
    layout->addWidget(makeLine(Qt::Horizontal, this));
    layout->addWidget(m_list, 1);
    m_none->setContentsMargins(16, 8, 16, 8);
    m_none->hide();
    layout->addWidget(m_none, 1, Qt::AlignTop);
    layout->setStretch(2, 1);
    auto *shadow = new QGraphicsDropShadowEffect(this);
    shadow->setBlurRadius(36);
    shadow->setOffset(0, 8);
    shadow->setColor(QColor(0, 0, 0, 110));
    setGraphicsEffect(shadow);
    m_pause.setSingleShot(true);
    m_pause.setInterval(150);
    connect(&m_pause, &QTimer::timeout, this, &CommandPalette::searchTraces);
    connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::search);
    connect(m_field, &QLineEdit::returnPressed, this, &CommandPalette::run);
    connect(m_list, &QListView::clicked, this, &CommandPalette::run);
    hide();
}

void CommandPalette::open(std::vector<Command> commands)
{
    m_model->setCommands(std::move(commands));
    if (!isVisible())
        m_before = window()->focusWidget();
    {
        const QSignalBlocker quiet(m_field);
        m_field->clear();
    }
    search();
    const int width = std::min(kWidth, parentWidget()->width() - 48);
    setGeometry((parentWidget()->width() - width) / 2, 72, width, height());
    fitHeight();
    show();
    raise();
    m_field->setFocus(Qt::PopupFocusReason);
}

void CommandPalette::search()
{
    ++m_job;
    m_model->setQuery(m_field->text());
    m_list->setCurrentIndex(m_model->index(0, 0));
    if (m_field->text().trimmed().size() >= 2)
        m_pause.start();
    else
        m_pause.stop();
    if (m_model->rowCount() > 0 || !m_pause.isActive())
        showNone();
}

/// In place of an empty list; not before the store was asked as well.
void CommandPalette::showNone()
{
    const bool isEmpty = m_model->rowCount() == 0;
    m_list->setVisible(!isEmpty);
    m_none->setVisible(isEmpty);
    fitHeight();
}

/// As high as what was found.
void CommandPalette::fitHeight()
{
    resize(width(), kHeadHeight + std::clamp(m_model->rowCount(), 1, kMostRows) * kRowHeight);
}

void CommandPalette::searchTraces()
{
    trace::Filter filter;
    filter.text = m_field->text().trimmed().toStdString();
    m_context.store.ask<trace::Page>(
        this, [filter](TraceReader &reader) { return reader.list(filter, {}, kMostTraces); },
        [this, job = m_job](Result<trace::Page> page) {
            if (job != m_job || !isVisible())
                return;
            if (!page)
                return showNone();
            std::vector<Command> found;
            for (const trace::Head &head : page->heads) {
                const QString prompt = fromUtf8(head.promptStart).simplified();
                const QString title = prompt.isEmpty() ? fromUtf8(head.id) : prompt;
                found.push_back({title,
                                 tr("%1, %2").arg(fromUtf8(head.model), agoText(head.startedAt, nowMicros())),
                                 u"traces"_s,
                                 {},
                                 [open = m_openTrace, id = head.id] { open(id); }});
            }
            m_model->addFound(std::move(found));
            showNone();
            if (!m_list->currentIndex().isValid())
                m_list->setCurrentIndex(m_model->index(0, 0));
        });
}

void CommandPalette::run()
{
    const Command *command = m_model->command(m_list->currentIndex().row());
    if (!command)
        return;
    const auto action = command->run;
    hide();
    action();
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_field && event->type() == QEvent::FocusOut && isVisible() &&
        static_cast<QFocusEvent *>(event)->reason() != Qt::ActiveWindowFocusReason)
        hide();
    if (watched != m_field || event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent *>(event)->key();
    const int rows = m_model->rowCount();
    if (key == Qt::Key_Escape) {
        hide();
        if (m_before)
            m_before->setFocus();
        return true;
    }
    if ((key == Qt::Key_Down || key == Qt::Key_Up) && rows > 0) {
        const int step = key == Qt::Key_Down ? 1 : rows - 1;
        m_list->setCurrentIndex(m_model->index((m_list->currentIndex().row() + step) % rows, 0));
        return true;
    }
    return QFrame::eventFilter(watched, event);
}

void CommandPalette::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens &t = m_context.theme.tokens();
    painter.setPen(t.lineStrong);
    painter.setBrush(t.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10);
}

} // namespace pm::ui

#include "moc_command_palette.cpp"
