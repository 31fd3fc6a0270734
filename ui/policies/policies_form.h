// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config_edit.h"
#include "config/route_words.h"
#include "policies/policy_text.h"

#include <QWidget>

#include <functional>

namespace pm::ui {

class ComboBox;
class PolicyRow;
class PolicySection;
class Theme;

/// What the form shows of a router.
struct PoliciesView
{
    const config::Router &router;
    const config::PlaceFinder &text; ///< the draft
    const std::vector<config::Problem> &problems; ///< of the whole draft
    PolicyFacts facts;
    bool hasSharedCache = false; ///< global.cache holds where the router has none
};

/// What a router asks of each request besides a target: cache, limits, budgets, guardrails, each as rows of values with
/// what it did beside it. Each edit changes one place of the text. GUI thread.
class PoliciesForm : public QWidget
{
    Q_OBJECT

public:
    using Edit = std::function<Result<std::string>(std::string_view text)>;

    /// `words`: the checks; outlives the form.
    PoliciesForm(const Theme &theme, const config::RouteWords &words, QWidget *parent = nullptr);

    void show(const PoliciesView &view);
    /// After which control Tab comes here; rows that are made later would else be at the window's end.
    void setTabAnchor(QWidget *before) { m_anchor = before; }

Q_SIGNALS:
    void edited(const pm::ui::PoliciesForm::Edit &edit);
    void focused(const std::string &path);    ///< below the router
    void textWanted(const std::string &path); ///< below the router

private:
    PolicySection *addSection(const QString &title, const QString &about, const QString &none, const QString &add);
    void buildCache();
    void buildLists();
    PolicyRow *makeRow(PolicySection *section, int index, const std::string &shape);
    void connectRow(PolicyRow *row);
    void addParts(const PolicySection *section, PolicyRow *row, const std::string &shape);

    // policies_form_show.cpp
    void showCache(const PoliciesView &view);
    void showRows(const PoliciesView &view, PolicySection *section, const std::vector<std::string> &paths,
                  const std::vector<std::string> &shapes);
    void showDeeds(const PoliciesView &view);
    void chainStops();

    void setCache(const std::string &state);
    void add(PolicySection *section, const std::string &list, const std::string &yaml);
    std::string whole(const std::string &path) const { return "routers." + m_router + "." + path; }

    const Theme &m_theme;
    const config::RouteWords &m_words;
    std::string m_router;
    ComboBox *m_cacheState;
    PolicySection *m_cache = nullptr;
    PolicySection *m_limits = nullptr;
    PolicySection *m_concurrency = nullptr;
    PolicySection *m_budgets = nullptr;
    PolicySection *m_guardrails = nullptr;
    PolicySection *m_begun = nullptr; ///< whose new row gets the focus once it is there
    QWidget *m_anchor = nullptr;
    QList<QWidget *> m_chain; ///< the order of Tab as it was set
};

} // namespace pm::ui
