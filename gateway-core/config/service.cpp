// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/service.h"

namespace pm::config {

std::string_view serviceName(Service service)
{
    std::string_view words = kServiceWords;
    for (int before = static_cast<int>(service); before > 0; --before)
        words.remove_prefix(words.find('|') + 1);
    return words.substr(0, words.find('|'));
}

std::optional<Service> findService(std::string_view name)
{
    for (int i = 0; i <= static_cast<int>(Service::Predictions); ++i) {
        if (serviceName(static_cast<Service>(i)) == name)
            return static_cast<Service>(i);
    }
    return std::nullopt;
}

std::optional<EndpointType> sectionOf(Service service)
{
    switch (service) {
    case Service::Images:
    case Service::ImageEdits: return EndpointType::Image;
    case Service::Speech:
    case Service::Transcriptions:
    case Service::Translations: return EndpointType::Audio;
    default: return std::nullopt;
    }
}

bool keepsState(Service service)
{
    switch (service) {
    case Service::Files:
    case Service::Uploads:
    case Service::Batches:
    case Service::Realtime:
    case Service::Videos:
    case Service::Caches:
    case Service::Predictions: return true;
    default: return false;
    }
}

} // namespace pm::config
