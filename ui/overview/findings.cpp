// SPDX-License-Identifier: GPL-3.0-or-later
#include "overview/findings.h"

#include "format.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

constexpr double kWellEnough = 0.97; ///< success rate below which a healthy provider is worth a word

QString tr(const char *text)
{
    return QCoreApplication::translate("pm::ui::findings", text);
}

using Action = Finding::Action;
using Severity = Finding::Severity;

Destination failedOf(const std::string &provider)
{
    Destination destination{u"traces"_s, {}, {}, {}};
    destination.filter.provider = provider;
    destination.filter.status = trace::Filter::Status::Failed;
    return destination;
}

/// Routers that send requests to the provider, and how many other targets they have.
QStringList routersOf(const std::string &provider, const std::vector<RouterStatus> &routers, bool withOthers)
{
    QStringList names;
    for (const RouterStatus &router : routers) {
        const auto is = [&](const RouterStatus::Target &target) { return target.provider == provider; };
        const auto own = std::count_if(router.list.begin(), router.list.end(), is);
        if (own > 0 && (!withOthers || own < std::ptrdiff_t(router.list.size())))
            names.append(fromUtf8(router.name));
    }
    return names;
}

void lookAtGateway(std::vector<Finding> &findings, const GatewayStatus &status)
{
    if (!status.isServing) {
        const QString text =
            status.problem.empty() ? tr("No tool gets an answer.") : fromUtf8(status.problem);
        findings.push_back({Severity::Problem,
                            tr("Pointsman is not serving"),
                            text,
                            Action::Copy,
                            tr("Copy the message"),
                            {},
                            text});
    }
    if (status.isPaused)
        findings.push_back({Severity::Warning,
                            tr("Paused"),
                            tr("Every request is answered with 503 until you resume."),
                            Action::Resume,
                            tr("Resume"),
                            {},
                            {}});
    const trace::StoreStatus &store = status.store;
    if (!store.problem.empty())
        findings.push_back({Severity::Warning,
                            tr("Traces are not kept"),
                            fromUtf8(store.problem),
                            Action::Copy,
                            tr("Copy the message"),
                            {},
                            fromUtf8(store.problem)});
    else if (store.droppedRecords > 0)
        findings.push_back({Severity::Note,
                            tr("Some traces were not kept"),
                            tr("%1 requests were answered but came faster than the disk could write.")
                                .arg(countText(std::int64_t(store.droppedRecords))),
                            Action::Go,
                            tr("Show traces"),
                            {u"traces"_s, {}, {}, {}},
                            {}});
}

/// What limits and budgets rest on.
void lookAtCounting(std::vector<Finding> &findings, const GatewayStatus &status)
{
    const auto add = [&](const QString &title, const std::string &problem) {
        if (!problem.empty())
            findings.push_back({Severity::Warning, title, fromUtf8(problem), Action::Copy, tr("Copy the message"), {}, fromUtf8(problem)});
    };
    add(tr("Limits and budgets are not shared with other instances"), status.sharedProblem);
    add(tr("What is spent may be forgotten at a crash"), status.budgetProblem);
}

void lookAtKey(std::vector<Finding> &findings, const ProviderStatus &provider, const FindingInput &input)
{
    const QString name = fromUtf8(provider.name);
    const bool hasPage = input.hasPage && input.hasPage(u"providers"_s);
    Finding finding;
    finding.severity = Severity::Warning;
    finding.action = hasPage ? Action::Go : Action::Copy;
    finding.destination = {u"providers"_s, {}, {}, name};
    finding.copy = u"pointsman keys set "_s + name;
    finding.actionText = hasPage ? tr("Add the key") : tr("Copy the command that adds it");
    if (provider.key == ProviderStatus::Key::Locked || provider.key == ProviderStatus::Key::Error) {
        finding.title = tr("The key of %1 cannot be read").arg(name);
        finding.text = fromUtf8(provider.keyProblem);
        finding.actionText = hasPage ? tr("Open its key") : finding.actionText;
        findings.push_back(finding);
    } else if (provider.key == ProviderStatus::Key::Missing) {
        const QStringList routers = routersOf(provider.name, input.routers, false);
        if (routers.isEmpty())
            return; // nobody wants it
        finding.severity = Severity::Note;
        finding.title = tr("%1 has no key").arg(name);
        finding.text = tr("Used by %1, and left out there until it has one.").arg(routers.join(u", "_s));
        findings.push_back(finding);
    }
}

void lookAtHealth(std::vector<Finding> &findings, const ProviderStatus &provider, const FindingInput &input)
{
    const bool down = provider.health == ProviderStatus::Health::Unhealthy;
    const bool failing = provider.health == ProviderStatus::Health::Degraded ||
                         provider.successRate.value_or(1.0) < kWellEnough;
    if (!down && !failing)
        return;
    const QString name = fromUtf8(provider.name);
    QStringList parts;
    if (!provider.lastError.empty())
        parts.append(tr("Last seen: %1.").arg(fromUtf8(provider.lastError)));
    const QStringList absorbing = routersOf(provider.name, input.routers, true);
    if (!absorbing.isEmpty())
        parts.append(absorbing.size() == 1
                         ? tr("%1 falls back to its other targets.").arg(absorbing.first())
                         : tr("%1 fall back to their other targets.").arg(absorbing.join(u", "_s)));
    const double failed = (1.0 - provider.successRate.value_or(0.0)) * 100.0;
    const QString title = down ? tr("%1 is down").arg(name)
                          : provider.successRate
                              ? tr("%1 is failing %2 % of requests").arg(name).arg(failed, 0, 'f', 0)
                              : tr("%1 is failing").arg(name);
    findings.push_back({down ? Severity::Problem : Severity::Warning,
                        title,
                        parts.join(u' '),
                        Action::Go,
                        tr("Show the failed requests"),
                        failedOf(provider.name),
                        {}});
}

void lookAtRouters(std::vector<Finding> &findings, const FindingInput &input)
{
    if (!input.hasPage || !input.hasPage(u"routers"_s))
        return;
    for (const RouterStatus &router : input.routers) {
        if (router.list.size() == 1)
            findings.push_back({Severity::Note,
                                tr("Router %1 has no fallback").arg(fromUtf8(router.name)),
                                tr("When %1 fails, so does the request.").arg(fromUtf8(router.list[0].label)),
                                Action::Go,
                                tr("Add a target"),
                                {u"routers"_s, {}, {}, fromUtf8(router.name)},
                                {}});
    }
}

} // namespace

std::vector<Finding> findingsOf(const FindingInput &input)
{
    std::vector<Finding> findings;
    lookAtGateway(findings, input.status);
    lookAtCounting(findings, input.status);
    for (const ProviderStatus &provider : input.providers) {
        lookAtHealth(findings, provider, input);
        lookAtKey(findings, provider, input);
    }
    lookAtRouters(findings, input);
    std::stable_sort(findings.begin(), findings.end(),
                     [](const Finding &a, const Finding &b) { return a.severity < b.severity; });
    return findings;
}

} // namespace pm::ui
