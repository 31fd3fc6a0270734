// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/condition.h"

#include <memory>
#include <string>

namespace pm::routing {

class RequestFields;

/// A condition ready to be asked: patterns compiled, numbers read. Immutable, any thread.
class CompiledCondition
{
public:
    explicit CompiledCondition(const config::Condition &condition);
    ~CompiledCondition();

    /// A field that the request has not makes every test of it false, but `ne`, `nin` and `exists: false`.
    bool matches(const RequestFields &fields) const;
    /// For reasons: "metadata.team is ml".
    const std::string &text() const { return m_text; }

private:
    struct Part;
    std::unique_ptr<const Part> m_root;
    std::string m_text;
};

} // namespace pm::routing
