// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/http_client.h"

#include <curl/curl.h>

namespace pm::test {

namespace {

struct Transfer
{
    Reply reply;
    const Call *call = nullptr;
};

std::size_t onBody(char *data, std::size_t size, std::size_t count, void *user)
{
    auto *transfer = static_cast<Transfer *>(user);
    const std::string_view bytes(data, size * count);
    transfer->reply.body.append(bytes);
    if (transfer->call->onBytes && !transfer->call->onBytes(bytes))
        return 0;
    return bytes.size();
}

std::size_t onHeader(char *data, std::size_t size, std::size_t count, void *user)
{
    auto *transfer = static_cast<Transfer *>(user);
    std::string_view line(data, size * count);
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r'))
        line.remove_suffix(1);
    if (line.starts_with("HTTP/"))
        transfer->reply.headers = {};
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos)
        return size * count;
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' '))
        value.remove_prefix(1);
    transfer->reply.headers.add(std::string(line.substr(0, colon)), std::string(value));
    return size * count;
}

} // namespace

Reply perform(const Call &call)
{
    Transfer transfer;
    transfer.call = &call;
    CURL *curl = curl_easy_init();
    curl_slist *list = curl_slist_append(nullptr, "Expect:");
    for (const auto &[name, value] : call.headers.fields())
        list = curl_slist_append(list, (name + ": " + value).c_str());
    curl_easy_setopt(curl, CURLOPT_URL, call.url.c_str());
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call.method.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(call.timeout.count()));
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, onBody);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, onHeader);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
    if (call.method == "HEAD")
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    if (!call.body.empty() || call.method == "POST") {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call.body.data());
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
    }
    const CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK)
        transfer.reply.failure = curl_easy_strerror(code);
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    transfer.reply.status = static_cast<int>(status);
    curl_slist_free_all(list);
    curl_easy_cleanup(curl);
    return transfer.reply;
}

std::future<Reply> performAsync(Call call)
{
    return std::async(std::launch::async, [call = std::move(call)] { return perform(call); });
}

} // namespace pm::test
