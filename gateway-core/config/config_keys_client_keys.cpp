// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_key_sections.h"

// What a client key may, besides the routers it may use (config_keys_server.cpp).
namespace pm::config {

namespace {

using T = KeyType;

constexpr double kLeastUsd = 0.001;

constexpr Key kKeys[] = {
    {"server.client-keys.[].models", T::List, "[]", "Models this caller may ask for; empty: all."},
    {"server.client-keys.[].models.[]", T::Text, "",
     "As requests name them: a name, provider/model, an alias, router/NAME; a `*` at the end stands for any rest."},
    {"server.client-keys.[].limits", T::List, "[]", "Rates of its own, wherever it goes."},
    {"server.client-keys.[].limits.[]", T::Section, "", "One of requests, tokens and usd, and the time in which it comes back."},
    {"server.client-keys.[].limits.[].requests", T::Integer, "", "Requests.", "", 1, 1e12},
    {"server.client-keys.[].limits.[].tokens", T::Integer, "", "Tokens, of prompts and answers.", "", 1, 1e15},
    {"server.client-keys.[].limits.[].usd", T::Number, "", "US dollars.", "", kLeastUsd},
    {"server.client-keys.[].limits.[].per", T::Duration, "1m", "The time in which that comes back.", "", 1, 3660 * kDay},
    {"server.client-keys.[].limits.[].burst", T::Number, "", "What may be taken at once; missing: all of it.", "", kLeastUsd},
    {"server.client-keys.[].budgets", T::List, "[]", "Money of its own, wherever it goes."},
    {"server.client-keys.[].budgets.[]", T::Section, "", "One budget, as under `budgets`."},
    {"server.client-keys.[].budget", T::Section, "", "One budget, short for a list of it."},
    {.path = "server.client-keys.[].budgets.[].usd", .type = T::Number, .sense = "US dollars a span.", .least = kLeastUsd,
     .isRequired = true},
    {"server.client-keys.[].budgets.[].per", T::Word, "month", "Calendar span.", "hour|day|week|month|total"},
    {"server.client-keys.[].budgets.[].warn-at", T::Number, "0.8", "Share from which it is said.", "", 0.01, 1},
    {"server.client-keys.[].budgets.[].then", T::Word, "stop", "When it is spent.", "stop|downgrade"},
    {"server.client-keys.[].budgets.[].name", T::Text, "", "In errors, headers and the window."},
    {"server.client-keys.[].metadata", T::Names, "{}",
     "Values of metadata.NAME in conditions, limits and budgets, for requests that bring none of that name."},
    {"server.client-keys.[].metadata.*", T::Text, "", "A value."},
    {"server.client-keys.[].expires", T::Date, "", "From then on the key is refused."},
};

} // namespace

std::span<const Key> clientKeyKeys()
{
    return kKeys;
}

} // namespace pm::config
