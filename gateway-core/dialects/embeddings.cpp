// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/embeddings.h"

namespace pm {

Result<std::string> EmbeddingsFormat::passReply(std::string_view replyBody, std::string_view) const
{
    return std::string(replyBody);
}

} // namespace pm
