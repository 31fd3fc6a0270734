// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/import_context.h"

#include "dialects/dialect.h"
#include "providers/provider.h"
#include "runtime/snapshot_builder.h"

namespace pm {

config::ImportContext importContext()
{
    config::ImportContext context{knownNames(), {}};
    for (const ProviderRow &row : providerRows()) {
        const bool isReal = row.auth != AuthKind::None || row.isLocal; // the demo has no address
        if (isReal)
            context.builtIns.push_back({std::string(row.name), std::string(dialect(row.dialect).name()),
                                        std::string(row.baseUrl), row.isLocal});
    }
    return context;
}

} // namespace pm
