// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/gateway_fixture.h"

#include "base/json.h"

#include <QFile>
#include <QTest>

namespace pm::test {

GatewayFixture::GatewayFixture(Options options) : m_options(std::move(options))
{
    GatewayOptions gateway;
    gateway.dataDir = dataDir();
    gateway.store = m_options.store;
    gateway.feed = m_options.feed;
    gateway.discover = false;
    gateway.keychain = false;
    gateway.port = m_options.port;
    gateway.workers = m_options.workers;
    gateway.environment = m_options.environment;
    gateway.configPath = configPath();
    QFile file(QString::fromStdString(configPath()));
    if (file.open(QIODevice::WriteOnly))
        file.write(QByteArray::fromStdString(m_options.config));
    file.close();
    m_gateway = std::make_unique<Gateway>(std::move(gateway));
    if (const auto started = m_gateway->start(); !started)
        m_startError = started.error().message;
}

std::string GatewayFixture::url(std::string_view path) const
{
    return m_gateway->status().baseUrl + std::string(path);
}

std::string GatewayFixture::configPath() const
{
    return m_dir.path().toStdString() + "/config.yaml";
}

std::string GatewayFixture::dataDir() const
{
    return m_dir.path().toStdString() + "/state";
}

Reply GatewayFixture::get(std::string_view path, http::Headers headers)
{
    return send("GET", path, {}, std::move(headers));
}

Reply GatewayFixture::post(std::string_view path, std::string body, http::Headers headers)
{
    return send("POST", path, std::move(body), std::move(headers));
}

Reply GatewayFixture::send(std::string method, std::string_view path, std::string body, http::Headers headers)
{
    Call call;
    call.method = std::move(method);
    call.url = url(path);
    call.body = std::move(body);
    call.headers = std::move(headers);
    if (!call.body.empty() && !call.headers.contains("content-type"))
        call.headers.add("content-type", "application/json");
    // Answers that need the main thread (reload, apply) want its event loop meanwhile.
    auto reply = performAsync(std::move(call));
    while (reply.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready)
        QCoreApplication::processEvents();
    return reply.get();
}

std::vector<trace::Head> GatewayFixture::traces(std::size_t count)
{
    std::vector<trace::Head> heads;
    const auto enough = [&] {
        auto query = trace::Query::open(m_gateway->tracePath());
        if (!query)
            return false;
        auto page = query->list({}, {}, 1000);
        if (page)
            heads = std::move(page->heads);
        return heads.size() >= count;
    };
    (void)QTest::qWaitFor(enough, 5000); // the caller compares what there is
    return heads;
}

trace::Record GatewayFixture::lastTrace(std::size_t count)
{
    const auto heads = traces(count);
    auto query = trace::Query::open(m_gateway->tracePath());
    if (heads.empty() || !query)
        return {};
    auto record = query->get(heads.front().id);
    return record ? std::move(*record) : trace::Record();
}

std::string chatBody(std::string_view model, std::string_view text, std::string_view extra)
{
    json::Writer out;
    out.beginObject();
    out.member("model", model);
    out.memberRaw("messages", R"([{"role":"user","content":)" + [&] {
        std::string quoted;
        json::appendQuoted(quoted, text);
        return quoted;
    }() + "}]");
    out.endObject();
    std::string body = out.take();
    if (!extra.empty())
        body.insert(body.size() - 1, "," + std::string(extra));
    return body;
}

std::string messagesBody(std::string_view model, std::string_view text, std::string_view extra)
{
    return chatBody(model, text, extra.empty() ? std::string("\"max_tokens\":100") : "\"max_tokens\":100," + std::string(extra));
}

std::string jsonAt(std::string_view text, std::string_view path)
{
    const auto parsed = json::Document::parse(text);
    if (!parsed)
        return {};
    json::Element at = parsed->root();
    while (!path.empty()) {
        const std::string_view step = path.substr(0, path.find('.'));
        path.remove_prefix(std::min(path.size(), step.size() + 1));
        json::Element next;
        const bool isIndex = step.find_first_not_of("0123456789") == std::string_view::npos;
        const bool failed = isIndex ? at.at(std::stoul(std::string(step))).get(next) : at.at_key(step).get(next);
        if (failed)
            return {};
        at = next;
    }
    if (at.is_string())
        return std::string(std::string_view(at.get_string().value_unsafe()));
    return json::text(at);
}

} // namespace pm::test
