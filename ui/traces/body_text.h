// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/trace.h"

#include <QString>

#include <vector>

namespace pm::ui {

/// A line of a shown text of which something is to be said.
struct LineMark
{
    enum class Kind {
        Lost,    ///< the provider's format could not carry it
        Changed, ///< the gateway wrote it otherwise, on the way to a provider of the same format
    };
    int line = 0; ///< from 0
    Kind kind = Kind::Lost;
    QString text; ///< what is to be said
    bool operator==(const LineMark &) const = default;
};

/// A body as the code view shows it.
struct BodyText
{
    QString text;
    bool isJson = false;
    bool isBinary = false; ///< sound, a picture, a form with one: `text` names what it does not show
    bool isCut = false; ///< the view or the store holds less than there was
    std::int64_t fullSize = 0;
    std::vector<LineMark> marks; ///< in the order of the lines
};

/// Laid out for reading, and bounded; `headers` say of what type it is. `lines`, where given, becomes the lines of `offsets`, which are bytes of
/// the body, ascending; -1 for those beyond what is shown.
BodyText bodyText(const trace::Body &body, const trace::HeaderList &headers, const std::vector<qsizetype> &offsets = {},
                  std::vector<int> *lines = nullptr);
/// The same of a JSON text that nobody stored.
BodyText bodyText(const std::string &json);

} // namespace pm::ui
