// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/config/config_texts.h"

#include <QTest>

using namespace pm;
using namespace pm::config;
using namespace pm::config::test;

class TestConfigEdit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void setsValue_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("after");
        const auto row = [](const char *name, const char *before, const char *path, const char *value,
                            const char *after) {
            QTest::newRow(name) << QString::fromUtf8(before) << QString::fromUtf8(path)
                                << QString::fromUtf8(value) << QString::fromUtf8(after);
        };
        row("plain value keeps its comment", "a: 1\nserver: # x\n  port: 8080  # y\n", "server.port", "9000",
            "a: 1\nserver: # x\n  port: 9000  # y\n");
        row("quoted value goes with its quotes", "server: {address: '::1', port: 1}\n", "server.address",
            "127.0.0.1", "server: {address: 127.0.0.1, port: 1}\n");
        row("value after text beyond ASCII", "# ä€😀\nx: 'ü'\nserver: {port: 1}\n", "server.port", "2",
            "# ä€😀\nx: 'ü'\nserver: {port: 2}\n");
        row("value in a file with CRLF", "server:\r\n  port: 1\r\n", "server.port", "2",
            "server:\r\n  port: 2\r\n");
        row("adds a line in the file's own line ends", "server:\r\n  port: 1\r\n", "server.workers", "2",
            "server:\r\n  port: 1\r\n  workers: 2\r\n");
        row("value that is missing after its colon", "server:\n  port:   # none\n", "server.port", "2",
            "server:\n  port: 2   # none\n");
        row("missing key in a block, with the block's indent",
            "server:\n    port: 1 # p\ntraces:\n    bodies: off\n", "server.workers", "2",
            "server:\n    port: 1 # p\n    workers: 2\ntraces:\n    bodies: off\n");
        row("missing key behind the block's own comments",
            "server:\n  port: 1\n  # max-body: 1MiB\n\ntraces:\n", "server.workers", "2",
            "server:\n  port: 1\n  # max-body: 1MiB\n  workers: 2\n\ntraces:\n");
        row("missing key in a flow map", "server: {port: 1}\n", "server.workers", "2",
            "server: {port: 1, workers: 2}\n");
        row("missing key in an empty flow map", "server: {}\n", "server.workers", "2",
            "server: {workers: 2}\n");
        row("missing key in a flow map with a trailing comma", "server: {port: 1,}\n", "server.workers", "2",
            "server: {port: 1, workers: 2,}\n");
        row("missing sections", "", "traces.bodies", "off", "traces:\n  bodies: off\n");
        row("missing sections in a file of comments", "# only\n", "traces.bodies", "off",
            "# only\ntraces:\n  bodies: off\n");
        row("missing sections after a file without last line end", "server: {port: 1}", "traces.bodies",
            "off", "server: {port: 1}\ntraces:\n  bodies: off");
        row("a section that is there but empty", "server: # mine\nproviders:\n  openai: {}\n", "server.port",
            "1", "server: # mine\n  port: 1\nproviders:\n  openai: {}\n");
        row("null spelled out", "server: null\n", "server.port", "1", "server: {port: 1}\n");
        row("a name with dots is one key", "model-aliases:\n  a: openai/x\n", "model-aliases.gpt-4.1",
            "openai/gpt-4.1", "model-aliases:\n  a: openai/x\n  gpt-4.1: openai/gpt-4.1\n");
        row("a name with dots beside its beginning", "model-aliases: {gpt-4: openai/x}\n",
            "model-aliases.gpt-4.1", "openai/y", "model-aliases: {gpt-4: openai/x, gpt-4.1: openai/y}\n");
        row("a name with dots that is there", "model-aliases: {gpt-4: openai/x, gpt-4.1: openai/z}\n",
            "model-aliases.gpt-4.1", "openai/y", "model-aliases: {gpt-4: openai/x, gpt-4.1: openai/y}\n");
        row("a name in quotes", "model-aliases: {gpt-4.1: openai/z}\n", "model-aliases.\"gpt-4.1\"",
            "openai/y", "model-aliases: {gpt-4.1: openai/y}\n");
        row("snake_case key found by its kebab name", "server: {max_body: 1MiB}\n", "server.max-body", "2MiB",
            "server: {max_body: 2MiB}\n");
        row("kebab key found by its snake name", "server: {max-body: 1MiB}\n", "server.max_body", "2MiB",
            "server: {max-body: 2MiB}\n");
        row("item of a list", "server:\n  allowed-hosts:\n    - a # one\n    - b\n", "server.allowed-hosts.0",
            "c", "server:\n  allowed-hosts:\n    - c # one\n    - b\n");
        row("item after the last", "server: {allowed-hosts: [a]}\n", "server.allowed-hosts.1", "b",
            "server: {allowed-hosts: [a, b]}\n");
        row("a block becomes a flow list, the key's comment stays",
            "server:\n  allowed-hosts: # who\n    - a\n    - b\n  port: 1\n", "server.allowed-hosts", "[c]",
            "server:\n  allowed-hosts: [c] # who\n  port: 1\n");
        row("text of several lines becomes one",
            "providers:\n  x:\n    version: |\n      a\n      b\n    enabled: true\n", "providers.x.version",
            "c", "providers:\n  x:\n    version: c\n    enabled: true\n");
        row("a text that would end the flow map is quoted", "server: {address: x}\n", "server.address",
            "a}, {b", "server: {address: 'a}, {b'}\n");
        row("after a byte order mark", "\xEF\xBB\xBFserver: {port: 1}\n", "server.port", "2",
            "\xEF\xBB\xBFserver: {port: 2}\n");
    }
    void setsValue()
    {
        QFETCH(QString, before);
        QFETCH(QString, path);
        QFETCH(QString, value);
        QFETCH(QString, after);
        QCOMPARE(result(setValue(text(before), text(path), text(value))), after);
    }

    void refusesToSet_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("value");
        const auto row = [](const char *name, const char *before, const char *path, const char *value) {
            QTest::newRow(name) << QString::fromUtf8(before) << QString::fromUtf8(path)
                                << QString::fromUtf8(value);
        };
        row("a text that does not parse", "server: {port: 1\n", "server.port", "2");
        row("a value that does not parse", "server: {port: 1}\n", "server.port", "[1");
        row("a value with a comment", "server: {port: 1}\n", "server.port", "1 # no");
        row("below a single value", "server: {port: 1}\n", "server.port.x", "1");
        row("beyond a list's end", "server: {allowed-hosts: [a]}\n", "server.allowed-hosts.5", "b");
        row("an alias in the file", "a: &x 1\nb: *x\n", "a", "2");
        row("a duplicate key in the file", "a: 1\na: 2\n", "a", "3");
        row("no path", "a: 1\n", "", "2");
    }
    void refusesToSet()
    {
        QFETCH(QString, before);
        QFETCH(QString, path);
        QFETCH(QString, value);
        const auto edited = setValue(text(before), text(path), text(value));
        QVERIFY2(!edited, edited ? edited->c_str() : "");
        QCOMPARE(edited.error().kind, ErrorKind::Config);
        QVERIFY(!edited.error().message.empty());
    }

    void removes_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("after");
        const auto row = [](const char *name, const char *before, const char *path, const char *after) {
            QTest::newRow(name) << QString::fromUtf8(before) << QString::fromUtf8(path)
                                << QString::fromUtf8(after);
        };
        row("a line and its comment", "server:\n  port: 1 # p\n  workers: 2\n", "server.port",
            "server:\n  workers: 2\n");
        row("the last line without line end", "server:\n  port: 1\n  workers: 2", "server.workers",
            "server:\n  port: 1");
        row("the same with CRLF", "server:\r\n  port: 1\r\n  workers: 2", "server.workers",
            "server:\r\n  port: 1");
        row("a whole block", "# h\nserver:\n  port: 1\n# t\ntraces: {bodies: off}\n", "server",
            "# h\n# t\ntraces: {bodies: off}\n");
        row("the first of a flow map", "server: {port: 1, workers: 2}\n", "server.port",
            "server: {workers: 2}\n");
        row("the last of a flow map", "server: {port: 1, workers: 2}\n", "server.workers",
            "server: {port: 1}\n");
        row("the only one of a flow map", "server: { port: 1, }\n", "server.port", "server: {}\n");
        row("an item of a flow list", "server: {allowed-hosts: [a, b, c]}\n", "server.allowed-hosts.1",
            "server: {allowed-hosts: [a, c]}\n");
        row("an item of a block list", "server:\n  allowed-hosts:\n  - a\n  - b # x\n  - c\n",
            "server.allowed-hosts.1", "server:\n  allowed-hosts:\n  - a\n  - c\n");
        row("the key behind a dash", "server:\n  client-keys:\n    - name: a\n      key: env:A\n",
            "server.client-keys.0.name", "server:\n  client-keys:\n    - key: env:A\n");
        row("an item of several lines",
            "server:\n  client-keys:\n    - name: a\n      key: env:A\n    - {name: b, key: env:B}\n",
            "server.client-keys.0", "server:\n  client-keys:\n    - {name: b, key: env:B}\n");
        row("what is absent", "server: {port: 1}\n", "server.workers", "server: {port: 1}\n");
        row("what is absent in a missing section", "a: 1\n", "server.workers", "a: 1\n");
    }
    void removes()
    {
        QFETCH(QString, before);
        QFETCH(QString, path);
        QFETCH(QString, after);
        QCOMPARE(result(removeValue(text(before), text(path))), after);
    }

    void appends_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("item");
        QTest::addColumn<QString>("after");
        const auto row = [](const char *name, const char *before, const char *path, const char *item,
                            const char *after) {
            QTest::newRow(name) << QString::fromUtf8(before) << QString::fromUtf8(path)
                                << QString::fromUtf8(item) << QString::fromUtf8(after);
        };
        row("to a block list", "server:\n  allowed-hosts:\n    - a # x\n  port: 1\n", "server.allowed-hosts",
            "b", "server:\n  allowed-hosts:\n    - a # x\n    - b\n  port: 1\n");
        row("to a block list without indent", "server:\n  allowed-hosts:\n  - a\n  port: 1\n",
            "server.allowed-hosts", "b", "server:\n  allowed-hosts:\n  - a\n  - b\n  port: 1\n");
        row("a map of two lines", "server:\n  client-keys:\n    - name: a\n      key: env:A\n",
            "server.client-keys", "name: b\nkey: env:B",
            "server:\n  client-keys:\n    - name: a\n      key: env:A\n    - name: b\n      key: env:B\n");
        row("a map of two lines to a flow list", "server: {client-keys: []}\n", "server.client-keys",
            "name: b\nkey: env:B", "server: {client-keys: [{name: b, key: env:B}]}\n");
        row("to a flow list", "server: {allowed-hosts: [a]}\n", "server.allowed-hosts", "b",
            "server: {allowed-hosts: [a, b]}\n");
        row("to a list that is missing", "server:\n  port: 1\n", "server.allowed-hosts", "b",
            "server:\n  port: 1\n  allowed-hosts: [b]\n");
        row("to a list that is empty", "server:\n  allowed-hosts:\n  port: 1\n", "server.allowed-hosts", "b",
            "server:\n  allowed-hosts: [b]\n  port: 1\n");
        row("to a single value that may be a list", "providers:\n  openai: {api-key: env:A}\n",
            "providers.openai.api-key", "env:B", "providers:\n  openai: {api-key: [env:A, env:B]}\n");
    }
    void appends()
    {
        QFETCH(QString, before);
        QFETCH(QString, path);
        QFETCH(QString, item);
        QFETCH(QString, after);
        QCOMPARE(result(appendItem(text(before), text(path), text(item))), after);
    }

    void findsPlaces()
    {
        const std::string rich = text(kRich);
        const auto at = [&](std::string_view path) { return findPlace(rich, path); };
        QCOMPARE(at("server.port")->line, 3);
        QCOMPARE(at("server.port")->column, 9);
        QCOMPARE(at("routers.production")->line, 17);
        QCOMPARE(at("routers.production")->endLine, 25);
        QCOMPARE(at("routers.production.load-balance.chat.providers.1.weight")->line, 24);
        QCOMPARE(at("providers.openai.models.1")->column, 55);
        QVERIFY(!at("routers.none"));
        QVERIFY(findPlace("server:\n  port: 1\nrouters: {x: [", "server.port").has_value());
    }
};

QTEST_GUILESS_MAIN(TestConfigEdit)
#include "tst_config_edit.moc"
