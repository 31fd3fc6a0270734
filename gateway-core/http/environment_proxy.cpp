// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/environment_proxy.h"

#include "http/http.h"

#include <QHostAddress>
#include <QUrl>

#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <tuple>
#include <utility>

namespace pm::http {

namespace {

constexpr int kDefaultPort = 1080; ///< libcurl's for a proxy without one

/// The first that is set, with its name.
std::pair<std::string, std::string> firstOf(std::initializer_list<const char *> names, const Environment &environment)
{
    for (const char *name : names) {
        if (std::string value = environment(name); !value.empty())
            return {name, std::move(value)};
    }
    return {};
}

QString text(std::string_view bytes)
{
    return QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

/// "10.0.0.0/8" or one address.
bool holdsAddress(std::string_view entry, const QHostAddress &address)
{
    if (entry.starts_with('[') && entry.ends_with(']'))
        entry = entry.substr(1, entry.size() - 2);
    if (entry.find('/') == std::string_view::npos)
        return QHostAddress(text(entry)) == address;
    const auto subnet = QHostAddress::parseSubnet(text(entry));
    return subnet.second >= 0 && subnet.first.protocol() == address.protocol() && address.isInSubnet(subnet);
}

bool holdsName(std::string_view entry, std::string_view host)
{
    while (entry.starts_with('.'))
        entry.remove_prefix(1);
    while (entry.ends_with('.'))
        entry.remove_suffix(1);
    if (entry.empty() || host.size() < entry.size() || !equalsIgnoreCase(host.substr(host.size() - entry.size()), entry))
        return false;
    return host.size() == entry.size() || host[host.size() - entry.size() - 1] == '.';
}

} // namespace

std::string processEnvironment(const char *name)
{
    const char *value = std::getenv(name);
    return value ? value : "";
}

std::string hostsWithoutProxy(const Environment &environment)
{
    const std::string hosts = firstOf({"no_proxy", "NO_PROXY"}, environment).second;
    if (hosts == "*")
        return hosts;
    return hosts + (hosts.empty() ? "" : ",") + "localhost,127.0.0.0/8,::1";
}

bool isListedHost(std::string_view host, std::string_view list)
{
    if (list == "*")
        return true;
    while (host.ends_with('.'))
        host.remove_suffix(1);
    const QHostAddress address(text(host));
    constexpr std::string_view kSeparators = ", \t";
    while (!list.empty()) {
        const std::size_t end = std::min(list.find_first_of(kSeparators), list.size());
        const std::string_view entry = list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        if (entry.empty())
            continue;
        if (address.isNull() ? holdsName(entry, host) : holdsAddress(entry, address))
            return true;
    }
    return false;
}

Result<std::optional<ProxyAddress>> proxyFor(std::string_view scheme, std::string_view host,
                                             const Environment &environment)
{
    auto [name, value] = scheme == "https" ? firstOf({"https_proxy", "HTTPS_PROXY"}, environment)
                                           : firstOf({"http_proxy"}, environment);
    if (value.empty())
        std::tie(name, value) = firstOf({"all_proxy", "ALL_PROXY"}, environment);
    if (value.empty() || isListedHost(host, hostsWithoutProxy(environment)))
        return std::optional<ProxyAddress>();
    const QUrl url(text(value.find("://") == std::string::npos ? "http://" + value : value));
    const std::string kind = url.scheme().toStdString();
    const bool isSocks = kind == "socks5" || kind == "socks5h";
    if (url.host().isEmpty() || (!isSocks && kind != "http")) { // the value itself may hold a password
        return fail(ErrorKind::ConnectFailed, "the proxy in the environment variable " + name
                                                  + " cannot carry a WebSocket; write http://HOST:PORT or "
                                                    "socks5://HOST:PORT, or list the provider's host in no_proxy");
    }
    return std::optional(ProxyAddress{isSocks, url.host().toStdString(), url.port(kDefaultPort),
                                      url.userName(QUrl::FullyDecoded).toStdString(),
                                      url.password(QUrl::FullyDecoded).toStdString()});
}

} // namespace pm::http
