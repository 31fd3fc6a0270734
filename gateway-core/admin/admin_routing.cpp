// SPDX-License-Identifier: GPL-3.0-or-later
// Questions about routing: where a request would go, and where stored ones would have gone.
#include "admin/admin.h"

#include "admin/admin_json.h"
#include "admin/admin_replies.h"
#include "pipeline/explain.h"
#include "pipeline/simulation_query.h"

#include <algorithm>

namespace pm {

namespace {

/// The admin request as the client's own: its body and headers, at `path` below the router.
http::Request askedThrough(const std::string &router, std::string path, const http::Request &request)
{
    path.erase(0, std::min(path.find_first_not_of('/'), path.size()));
    http::Request asked = request;
    asked.method = "POST";
    const std::size_t question = path.find('?');
    asked.query = question == std::string::npos ? std::string() : path.substr(question + 1);
    asked.path = "/router/" + router + "/" + path.substr(0, question);
    asked.target = "/router/" + router + "/" + path;
    return asked;
}

} // namespace

AdminReply Admin::explainRouter(const std::string &name, const http::Request &request)
{
    const SnapshotPtr snapshot = m_backend.snapshot();
    const std::string path = admin::argument(request, "path");
    const http::Request asked = askedThrough(name, path.empty() ? "v1/chat/completions" : path, request);
    auto caller = admit(asked, *snapshot); // it has passed already: this says whose request it is
    if (!caller)
        return admin::failed(caller.error());
    const auto explanation = explain({asked, snapshot, std::move(*caller), appOf(asked.headers), m_rng,
                                      std::chrono::system_clock::now(), std::chrono::steady_clock::now()});
    return explanation ? AdminReply{200, "application/json", admin::explanationJson(*explanation)}
                       : admin::failed(explanation.error());
}

void Admin::simulate(const http::Request &request, const AdminDone &done)
{
    auto order = readSimulationOrder(view(request.body), std::chrono::system_clock::now());
    if (!order)
        return done(admin::failed(order.error()));
    m_backend.simulate(std::move(order->query), std::move(order->configText),
                       [done](const Result<SimulationReport> &report) {
                           done(report ? AdminReply{200, "application/json", admin::simulationJson(*report)}
                                       : admin::failed(report.error()));
                       });
}

} // namespace pm
