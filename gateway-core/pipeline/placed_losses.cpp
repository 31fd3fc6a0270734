// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/understood.h"

#include "pipeline/loss_finder.h"
#include "pipeline/stored_body.h"

#include <algorithm>

namespace pm {

std::vector<PlacedLoss> placedLosses(const trace::Record &record)
{
    std::vector<PlacedLoss> losses;
    for (const std::string &text : record.detail.losses)
        losses.push_back({text, {}});
    const trace::Body &body = record.detail.requestBody;
    if (losses.empty() || body.bytes.size() > kMostUnderstood)
        return losses;
    std::string problem;
    const bool isChat = endpointOf(record.head) == Endpoint::Chat;
    const auto request =
        isChat ? readStoredChat(record, problem) : Result<ChatRequest>(fail(ErrorKind::NotSupported, {}));
    const JsonOutline outline(storedText(body));
    const LossFinder finder(outline, request ? &*request : nullptr);
    for (PlacedLoss &loss : losses) {
        LossFinder::Ids found = finder.find(loss.text);
        found.resize(std::min(found.size(), PlacedLoss::kMostPlaces));
        for (const LossFinder::Id id : found)
            loss.places.push_back({outline[id].begin, outline.pointer(id)});
    }
    return losses;
}

} // namespace pm
