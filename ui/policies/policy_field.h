// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config_edit.h"
#include "config/config_keys.h"
#include "routers/node_problem.h"

#include <QWidget>

#include <string>
#include <vector>

QT_BEGIN_NAMESPACE
class QHBoxLayout;
class QLabel;
QT_END_NAMESPACE

namespace pm::ui {

class Theme;

/// One of the values that a field offers.
struct PolicyChoice
{
    std::string word; ///< as written; empty: nothing is, so that the default holds
    QString label;
    bool isFree = false; ///< any other value, which is typed; `word` is how it begins
    QString about;       ///< tool tip
};

/// How a field looks and which value of an item it is.
struct PolicyFieldSpec
{
    enum class Kind { Check, Number, Text, Word, Lines, Set };
    Kind kind = Kind::Text;
    std::string key;       ///< below the item: "burst", "semantic.threshold"
    std::string pattern;   ///< the key's row in the table of keys: "budgets.[].usd"
    QString label;         ///< before the control, of Check beside it
    QString after;         ///< behind the control: "requests"
    int width = 72;        ///< of the control, in pixels
    std::string standard;  ///< what holds where nothing is written; empty: as the table says
    std::vector<PolicyChoice> choices; ///< of Word and Set
};

/// One value of a policy: what is written, else its default. Shows a wrong value as it is written, with what the check
/// says of it. GUI thread.
class PolicyField : public QWidget
{
    Q_OBJECT

public:
    /// `what` names the item for screen readers: "limit 2".
    PolicyField(const Theme &theme, PolicyFieldSpec spec, const QString &what, QWidget *parent);

    const PolicyFieldSpec &spec() const { return m_spec; }
    /// `item`: whole path of the item.
    virtual void show(const config::PlaceFinder &text, const std::string &item) = 0;
    /// Takes those of this value and marks the control; the row has their text.
    virtual NodeProblems showProblems(NodeProblems &left);
    virtual QList<QWidget *> stops() const = 0;

Q_SIGNALS:
    /// `yaml`: the value; empty: the default is to hold.
    void edited(const std::string &key, const std::string &yaml);
    void renamed(const std::string &from, const std::string &to); ///< the key, its value stays

protected:
    /// Puts the label before the control and names the control.
    void place(QWidget *control);
    void submit(const QString &text); ///< as a scalar
    const std::string &standard() const { return m_spec.standard; }
    const QString &about() const { return m_about; }
    const QString &name() const { return m_name; }

    const Theme &m_theme;
    PolicyFieldSpec m_spec;
    const config::Key *m_key; ///< its row; null where it has none
    QHBoxLayout *m_layout;
    QLabel *m_label = nullptr;
    QList<QWidget *> m_marked; ///< controls that show a problem

private:
    QString m_name;
    QString m_about;
};

// policy_field_lists.cpp
PolicyField *makeLinesField(const Theme &theme, const PolicyFieldSpec &spec, const QString &what, QWidget *parent);
PolicyField *makeSetField(const Theme &theme, const PolicyFieldSpec &spec, const QString &what, QWidget *parent);
/// Of any kind.
PolicyField *makePolicyField(const Theme &theme, const PolicyFieldSpec &spec, const QString &what, QWidget *parent);

} // namespace pm::ui
