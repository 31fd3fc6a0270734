// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <tl/expected.hpp>

namespace pm {

/// A value or the error that stands in its place. Core functions return this; no exception crosses them.
template <typename T>
using Result = tl::expected<T, Error>;

using Failure = tl::unexpected<Error>;

inline Failure fail(ErrorKind kind, std::string message)
{
    return Failure(Error{kind, std::move(message)});
}

inline Failure fail(Error error)
{
    return Failure(std::move(error));
}

} // namespace pm
