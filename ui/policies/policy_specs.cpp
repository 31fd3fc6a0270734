// SPDX-License-Identifier: GPL-3.0-or-later
#include "policies/policy_specs.h"

#include "format.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

using Spec = PolicyFieldSpec;
using Kind = Spec::Kind;

QString tr(const char *text)
{
    return QCoreApplication::translate("pm::ui::policies", text);
}

/// Of a word for each person or thing that may have one of their own.
std::vector<PolicyChoice> whoChoices(bool withProvider)
{
    std::vector<PolicyChoice> choices{
        {"api-key", tr("client key"), false, tr("where there are none: program")},
        {"user", tr("user"), false, tr("helicone-user-id, user of the body, or metadata.user_id")},
        {"team", tr("team"), false, tr("metadata.team")},
        {"app", tr("program"), false, tr("by its user agent")},
        {"model", tr("model"), false, {}},
        {"router", tr("router"), false, tr("all requests of this router together")},
    };
    if (withProvider)
        choices.push_back({"provider", tr("provider"), false, {}});
    choices.push_back({"global", tr("all together"), false, {}});
    choices.push_back({"metadata.", tr("metadata …"), true, tr("a value that requests bring: metadata.NAME")});
    return choices;
}

std::vector<PolicyChoice> spanChoices()
{
    return {{"second", tr("second"), false, {}}, {"minute", tr("minute"), false, {}}, {"hour", tr("hour"), false, {}},
            {"day", tr("day"), false, {}},       {"week", tr("week"), false, {}},     {"", tr("other …"), true, tr("as 90s, 1h 30m")}};
}

Spec number(std::string key, std::string pattern, const QString &label, int width = 72)
{
    Spec spec;
    spec.kind = Kind::Number;
    spec.key = std::move(key);
    spec.pattern = std::move(pattern);
    spec.label = label;
    spec.width = width;
    return spec;
}

Spec text(std::string key, std::string pattern, const QString &label, int width)
{
    Spec spec = number(std::move(key), std::move(pattern), label, width);
    spec.kind = Kind::Text;
    return spec;
}

Spec check(std::string key, std::string pattern, const QString &label)
{
    Spec spec = number(std::move(key), std::move(pattern), label);
    spec.kind = Kind::Check;
    return spec;
}

Spec word(std::string key, std::string pattern, const QString &label, std::vector<PolicyChoice> choices)
{
    Spec spec = number(std::move(key), std::move(pattern), label);
    spec.kind = Kind::Word;
    spec.choices = std::move(choices);
    return spec;
}

Spec behind(Spec spec, const QString &after)
{
    spec.after = after;
    return spec;
}

} // namespace

std::vector<Spec> cacheSpecs()
{
    const std::string cache = "routers.*.cache.";
    return {
        text("directive", cache + "directive", tr("directive"), 240),
        check("single-flight", cache + "single-flight", tr("equal requests at one time wait for one answer")),
        number("buckets", cache + "buckets", tr("answers collected"), 48),
        text("seed", cache + "seed", tr("seed"), 110),
        word("replay", cache + "replay", tr("streams again"),
             {{"at-once", tr("at once"), false, {}}, {"paced", tr("paced"), false, tr("in the time in which they came")}}),
        word("share", cache + "share", tr("seen by"),
             {{"client", tr("their own client"), false, {}}, {"all", tr("all clients"), false, {}}}),
        text("max-entry", cache + "max-entry", tr("largest answer"), 80),
    };
}

std::vector<Spec> semanticSpecs()
{
    const std::string semantic = "routers.*.cache.semantic.";
    return {
        text("semantic.embedding", semantic + "embedding", tr("embedding"), 210),
        number("semantic.threshold", semantic + "threshold", tr("threshold"), 60),
        behind(number("semantic.messages", semantic + "messages", tr("at most"), 52), tr("messages")),
    };
}

std::vector<Spec> limitSpecs(const std::string &form)
{
    const std::string pattern = form == "limits" ? "routers.*.rate-limit.limits.[]." : "routers.*.rate-limit." + form + ".";
    std::vector<Spec> specs;
    const std::string span = form == "limits" || form == "cost" ? "per" : "refill-frequency";
    if (form == "cost")
        specs.push_back(behind(number("usd", pattern + "usd", {}, 84), tr("US dollars")));
    else if (form != "limits")
        specs.push_back(behind(number("capacity", pattern + "capacity", {}, 84), form == "tokens" ? tr("tokens") : tr("requests")));
    Spec per = word(span, pattern + span, tr("per"), spanChoices());
    if (form != "limits")
        per.standard = form == "cost" ? "day" : form == "tokens" ? "minute" : "second";
    specs.push_back(std::move(per));
    if (form == "limits") {
        Spec burst = number("burst", pattern + "burst", tr("burst"), 72);
        burst.standard = tr("all").toStdString();
        specs.push_back(std::move(burst));
    }
    if (form != "per-api-key")
        specs.push_back(word("by", pattern + "by", tr("for each"), whoChoices(false)));
    return specs;
}

std::vector<Spec> concurrencySpecs()
{
    const std::string pattern = "routers.*.rate-limit.concurrency.";
    return {
        behind(number("requests", pattern + "requests", {}, 60), tr("at once")),
        word("by", pattern + "by", tr("for each"), whoChoices(false)),
        behind(number("queue", pattern + "queue", {}, 60), tr("may wait")),
        text("max-wait", pattern + "max-wait", tr("at most"), 64),
    };
}

std::vector<Spec> budgetSpecs()
{
    const std::string pattern = "budgets.[].";
    Spec by = word("by", pattern + "by", tr("for each"), whoChoices(true));
    by.standard = "router";
    return {
        behind(number("usd", pattern + "usd", {}, 84), tr("US dollars")),
        word("per", pattern + "per", tr("per"),
             {{"hour", tr("hour"), false, {}},
              {"day", tr("day"), false, {}},
              {"week", tr("week"), false, tr("from Monday on")},
              {"month", tr("month"), false, {}},
              {"total", tr("in total"), false, {}}}),
        std::move(by),
        number("warn-at", pattern + "warn-at", tr("warn at"), 56),
        word("then", pattern + "then", tr("then"),
             {{"stop", tr("refuse"), false, tr("402 until the next span")},
              {"downgrade", tr("cheapest target"), false, tr("only the cheapest target that is left")}}),
        text("name", pattern + "name", tr("name"), 110),
    };
}

namespace {

std::string_view modeWord(config::Guardrail::Mode mode)
{
    using Mode = config::Guardrail::Mode;
    return mode == Mode::Flag ? "flag" : mode == Mode::Soft ? "soft" : "hard";
}

std::vector<PolicyChoice> sideChoices(const config::CheckInfo *check)
{
    using Side = config::Guardrail::Side;
    std::vector<PolicyChoice> choices;
    const bool isBoth = !check || check->sides == Side::Both;
    if (isBoth || check->sides == Side::Request)
        choices.push_back({"request", tr("requests"), false, {}});
    if (isBoth || check->sides == Side::Answer)
        choices.push_back({"answer", tr("answers"), false, {}});
    if (isBoth)
        choices.push_back({"both", tr("both"), false, {}});
    return choices;
}

Spec settingSpec(const std::string &setting)
{
    Spec spec = number(setting, "guardrails.[]." + setting, setting == "limit" ? tr("at most") : fromUtf8(setting), 96);
    if (setting == "limit") {
        spec.kind = Kind::Text; // also 64KiB
        return spec;
    }
    spec.kind = Kind::Lines;
    spec.width = 250;
    return spec;
}

} // namespace

std::vector<Spec> guardrailSpecs(const config::RouteWords &words, const config::CheckInfo *known)
{
    const std::string pattern = "guardrails.[].";
    std::vector<PolicyChoice> checks;
    for (const config::CheckInfo &each : words.checks)
        checks.push_back({std::string(each.name), fromUtf8(each.name), false, fromUtf8(each.sense)});
    Spec mode = word("mode", pattern + "mode", tr("mode"),
                     {{"flag", tr("flag"), false, tr("only notes what it finds")},
                      {"soft", tr("soft"), false, tr("redacts or replaces where the action says so, and goes on")},
                      {"hard", tr("hard"), false, tr("refuses where the action is block")}});
    mode.standard = modeWord(known ? known->mode : config::Guardrail::Mode::Hard);
    std::vector<Spec> specs{word("check", pattern + "check", tr("check"), std::move(checks)), std::move(mode)};
    if (!known || known->canRewrite)
        specs.push_back(word("action", pattern + "action", tr("action"),
                             {{"block", tr("block"), false, {}},
                              {"redact", tr("redact"), false, tr("[EMAIL] stands in its place")},
                              {"replace", tr("replace"), false, tr("<EMAIL_1>, and the value comes back in the answer")}}));
    Spec side = word("side", pattern + "side", tr("of"), sideChoices(known));
    using Side = config::Guardrail::Side;
    side.standard = !known || known->side == Side::Both ? "both" : known->side == Side::Answer ? "answer" : "request";
    if (side.choices.size() > 1)
        specs.push_back(std::move(side));
    specs.push_back(text("name", pattern + "name", tr("name"), 110));
    if (known && !known->entities.empty()) {
        Spec entities = number("entities", pattern + "entities", tr("looks for"));
        entities.kind = Kind::Set;
        for (const std::string_view each : known->entities)
            entities.choices.push_back({std::string(each), fromUtf8(each), false, {}});
        specs.push_back(std::move(entities));
    }
    if (known && !known->setting.empty() && known->setting != "schema")
        specs.push_back(settingSpec(std::string(known->setting)));
    return specs;
}

} // namespace pm::ui
