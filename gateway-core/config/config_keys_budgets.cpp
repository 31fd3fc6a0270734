// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_key_sections.h"

// How much money may go. The rows of one budget stand below `budgets.[]`, wherever it is.
namespace pm::config {

namespace {

using T = KeyType;

constexpr std::string_view kList = "As `budgets` below; in addition to them.";
constexpr std::string_view kOne = "One budget, short for a list of it.";
constexpr double kLeastUsd = 0.001;

constexpr Key kKeys[] = {
    {"routers.*.budgets", T::List, "[]", "Of what goes through this router. `by` is `router` where it is not said."},
    {"routers.*.budgets.[]", T::Section, "", kList},
    {"routers.*.budget", T::Section, "", kOne},
    {"global.budgets", T::List, "[]", "The same as `budgets`."},
    {"global.budgets.[]", T::Section, "", kList},
    {"global.budget", T::Section, "", kOne},
    {"unified-api.budgets", T::List, "[]", "Of /ai, and plain /v1 paths without a router."},
    {"unified-api.budgets.[]", T::Section, "", kList},
    {"unified-api.budget", T::Section, "", kOne},
    {"budgets", T::List, "[]", "Money that requests may cost in a span of the calendar. Of every request, also of direct calls."},
    {"budgets.[]", T::Section, "", "One budget."},
    {"budget", T::Section, "", kOne},
    {.path = "budgets.[].usd", .type = T::Number, .sense = "US dollars a span.", .least = kLeastUsd, .isRequired = true},
    {.path = "budgets.[].per", .type = T::Word, .standard = "month",
     .sense = "Calendar span in local time; weeks begin on Monday; total has no end.", .words = "hour|day|week|month|total"},
    {.path = "budgets.[].by", .type = T::Word, .standard = "global",
     .sense = "Who has one of their own. team is metadata.team; api-key the app where there are no client keys; model and "
              "provider are those that are asked.",
     .words = "router|api-key|user|team|model|provider|global|app|metadata.NAME"},
    {"budgets.[].warn-at", T::Number, "0.8", "Share from which it is said.", "", 0.01, 1},
    {"budgets.[].then", T::Word, "stop", "What becomes of requests when it is spent: refused (402), or sent to the cheapest "
     "target that is left.", "stop|downgrade"},
    {"budgets.[].name", T::Text, "", "In errors, headers and the window."},
};

} // namespace

std::span<const Key> budgetKeys()
{
    return kKeys;
}

} // namespace pm::config
