// SPDX-License-Identifier: GPL-3.0-or-later
#include "chat/signature.h"

namespace pm {

namespace {

constexpr std::string_view kMark = "pm1.";

} // namespace

std::string sealed(const Signature &signature, std::string_view native)
{
    if (signature.value.empty() || signature.family.empty() || signature.family == native)
        return signature.value;
    return std::string(kMark) + signature.family + "." + signature.value;
}

Signature opened(std::string_view text, std::string_view native)
{
    if (text.empty())
        return {};
    if (text.starts_with(kMark)) {
        const std::size_t end = text.find('.', kMark.size());
        if (end != std::string_view::npos && end > kMark.size())
            return {std::string(text.substr(end + 1)), std::string(text.substr(kMark.size(), end - kMark.size()))};
    }
    return {std::string(text), std::string(native)};
}

bool isReadableBy(const Signature &signature, std::string_view family)
{
    return !signature.value.empty() && !family.empty() && signature.family == family;
}

} // namespace pm
