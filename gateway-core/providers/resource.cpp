// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/resource.h"

#include <QFile>

// The macro declares a function of the global namespace; without the call a static library's resource is not
// there.
static void registerResources()
{
    Q_INIT_RESOURCE(resources);
}

namespace pm {

Result<std::string> readResource(std::string_view name)
{
    registerResources();
    QFile file(QStringLiteral(":/pointsman/") + QLatin1String(name.data(), qsizetype(name.size())));
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorKind::Internal, std::string(name) + " is not in the program");
    return file.readAll().toStdString();
}

} // namespace pm
