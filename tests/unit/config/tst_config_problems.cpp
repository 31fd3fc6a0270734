// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/config/config_texts.h"

#include <QTest>

using namespace pm;
using namespace pm::config;
using namespace pm::config::test;

class TestConfigProblems : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void problems_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected"); // beginning of the only problem's line
        const auto row = [](const char *name, const char *text, const char *expected) {
            QTest::newRow(name) << QString::fromUtf8(text) << QString::fromUtf8(expected);
        };
        // syntax
        row("unclosed bracket", "server: {port: 1\n",
            "2:1+0 E  | not valid YAML: missing comma in flow mapping");
        row("unclosed quote", "discover:\n  local: \"x\n",
            "2:11+1 E  | not valid YAML: double-quoted scalar without closing quote");
        row("tab for indent", "server:\n\tport: 1\n", "2:");
        row("wrong indent", "server:\n  port: 1\n workers: 2\n",
            "3:2+1 E  | not valid YAML: invalid indentation in mapping");
        row("two documents", "discover: {local: true}\n---\nserver: {}\n",
            "2:1+3 E  | a second document begins here");
        row("control character", "server:\n  x: \x01\n", "2:6+0 E  | not UTF-8 text, or a control character");
        row("anchor", "server: &a {port: 1}\n", "1:9+2 E  | anchors (&name) are not supported");
        row("alias", "model-aliases: {a: *b }\n", "1:20+2 E  | aliases (*name) are not supported");
        row("tag", "server: {port: !!int 1}\n", "1:16+");
        row("complex key", "server: {port: 1}\n? [a]\n: 1\n", "2:3+3 E  | a key must be a plain name");
        row("duplicate key", "server:\n  port: 1\n  port: 2\n",
            "3:3+4 E  | duplicate key 'port': it is in line 2 already");
        row("duplicate key in two spellings", "server:\n  max-body: 1MiB\n  max_body: 2MiB\ndiscover: {}\n",
            "3:3+8 E server.max-body | duplicate key 'max_body': it is 'max-body' in line 2 already");
        row("duplicate section", "server: {}\nserver: {}\n",
            "2:1+6 E  | duplicate key 'server': it is in line 1 already");
        // shape
        row("a list for the file", "- a\n- b\n", "1:1+0 E  | the file must be a map of sections");
        row("a scalar for the file", "hello\n", "1:1+5 E  | the file must be a map of sections");
        row("unknown section", "servr: {}\n", "1:1+5 E servr | unknown key 'servr'; did you mean 'server'?");
        row("unknown key", "server: {prot: 1}\n",
            "1:10+4 E server.prot | unknown key 'prot'; did you mean 'port'?");
        row("unknown key far from all", "discover: {banana: 1}\n",
            "1:12+6 E discover.banana | unknown key 'banana'; keys here are local, ");
        row("map for a scalar", "server: {port: {a: 1}}\n",
            "1:10+4 E server.port | port must be a whole number from 0 to 65535, not a map");
        row("scalar for a map", "server: 8080\n",
            "1:9+4 E server | server must be a map with the keys address, port");
        row("list for a map", "server: [1]\n", "1:1+6 E server | server must be a map with the keys");
        row("scalar for a list", "server: {allowed-hosts: a}\n",
            "1:25+1 E server.allowed-hosts | allowed-hosts must be a list: put it in [brackets]");
        row("no value", "server:\n  port:\n",
            "2:3+4 E server.port | port has no value; it must be a whole number");
        // values
        row("after text beyond ASCII", "# äöü\nserver: {allowed-hosts: ['ü'], port: x}\n",
            "2:39+1 E server.port | port must be");
        row("port too large", "server: {port: 65536}\n",
            "1:16+5 E server.port | port must be a whole number from 0 to 65535, not '65536'");
        row("port below 0", "server: {port: -1}\n", "1:16+2 E server.port | port must be");
        row("word for workers", "server: {workers: all}\n",
            "1:19+3 E server.workers | workers must be auto or a whole number from 0 to 256, not 'all'");
        row("size without unit we know", "server: {max-body: 1Mib}\n",
            "1:20+4 E server.max-body | max-body must be a size such as 64MiB from 1KiB to 4GiB");
        row("duration without unit", "traces: {max-age: 30}\n",
            "1:19+2 E traces.max-age | max-age must be a duration such as");
        row("not a bool", "discover: {local: yes}\n",
            "1:19+3 E discover.local | local must be true or false, not 'yes'");
        row("word", "traces: {bodies: ful}\n",
            "1:18+3 E traces.bodies | unknown value 'ful'; did you mean 'full'?");
        row("pattern", "traces: {redact: ['(']}\n",
            "1:19+3 E traces.redact.0 | not a regular expression: missing )");
        row("not an address", "server: {address: my.host}\n",
            "1:19+7 E server.address | address must be an IP address such as 127.0.0.1, not 'my.host'");
        row("bad url", "providers: {openai: {base-url: 'ftp://x'}}\n",
            "1:32+9 E providers.openai.base-url | base-url must be an http://");
        // names
        row("router name too long", "routers: {abcdefghijklm: {route: openai}}\n",
            "1:11+13 E routers.abcdefghijklm | a router's name is 1 to 12 letters");
        row("router name with a dot", "routers: {a.b: {route: openai}}\n",
            "1:11+3 E routers.\"a.b\" | a router's name is");
        row("reserved provider name", "providers: {v1beta: {format: openai, base-url: 'http://x'}}\n",
            "1:13+6 E providers.v1beta | 'v1beta' is a path of the gateway itself");
        row("custom provider without base-url", "providers: {mine: {format: openai}}\n",
            "1:13+4 E providers.mine | 'mine' is not built in and needs a base-url");
        row("misspelt built-in provider", "providers: {opnai: {}}\n",
            "1:13+5 E providers.opnai | 'opnai' is not built in and needs a base-url; did you mean "
            "'openai'?");
        row("custom provider without format", "providers: {mine: {base-url: 'http://x'}}\n",
            "1:13+4 W providers.mine | 'mine' is not built in and has no format; OpenAI's is taken");
        row("unknown format", "providers: {openai: {format: opena}}\n",
            "1:30+5 E providers.openai.format | unknown format 'opena'; did you mean 'openai'?");
        row("key in headers", "providers: {openai: {headers: {Authorization: x}}}\n",
            "1:32+13 E providers.openai.headers.Authorization | keys do not belong in this file");
        row("unknown strategy", "routers: {r: {route: {strategy: latancy, providers: [openai]}}}\n",
            "1:33+7 E routers.r.route.strategy | unknown strategy 'latancy'; did you mean 'latency'?");
        row("unknown provider", "routers: {r: {route: {strategy: latency, providers: [opnai]}}}\n",
            "1:54+5 E routers.r.route.providers.0 | unknown provider 'opnai'; did you mean 'openai'?");
        row("unknown provider in a tree",
            "routers: {r: {route: {strategy: latency, children: [{target: banana/x}]}}}\n",
            "1:62+8 E routers.r.route.children.0.target | unknown provider 'banana'; it is not built in, nor "
            "under providers:");
        row("unknown provider in fallback", "routers: {r: {route: openai, fallback: {order: [gemin]}}}\n",
            "1:49+5 E routers.r.fallback.order.0 | unknown provider 'gemin'");
        row("unknown provider in weights",
            "routers: {r: {load-balancing: {strategy: latency, weights: {opnai: 1}}}}\n",
            "1:61+5 E routers.r.load-balancing.weights.opnai | unknown provider 'opnai'");
        row("unknown provider in an alias", "model-aliases: {a: opnai/x}\n",
            "1:20+7 E model-aliases.a | unknown provider 'opnai'");
        row("unknown provider in a mapping",
            "routers: {r: {route: openai, model-mappings: {a: [opnai/x]}}}\n",
            "1:51+7 E routers.r.model-mappings.a.0 | unknown provider 'opnai'");
        row("alias without provider", "model-aliases: {a: gpt-4}\n",
            "1:20+5 E model-aliases.a | a value in model-aliases must be provider/model, not 'gpt-4'");
        row("unknown active router", "active-router: x\n",
            "1:16+1 E active-router | unknown router 'x'; add it under routers:");
        row("unknown router of a client key",
            "server: {client-keys: [{name: a, key: env:A, routers: [x]}]}\n",
            "1:56+1 E server.client-keys.0.routers.0 | unknown router 'x'");
        row("unknown failure kind", "routers: {r: {route: openai, fallback: {on: [5x]}}}\n",
            "1:46+2 E routers.r.fallback.on.0 | unknown value '5x'; did you mean '5xx'?");
        // rules
        row("open to others without keys", "server: {address: 0.0.0.0}\n",
            "1:19+7 E server.address | other machines could call through 0.0.0.0; give client-keys");
        row("open to others by IPv6", "server: {address: '::'}\n",
            "1:19+4 E server.address | other machines could call");
        row("client key without its key", "server: {client-keys: [{name: a}]}\n",
            "1:24+9 E server.client-keys.0.key | missing key 'key'");
        row("two client keys of one name",
            "server: {client-keys: [{name: a, key: env:A}, {name: a, key: env:B}]}\n",
            "1:54+1 E server.client-keys | another client key is called 'a' already");
        row("negative weight",
            "routers: {r: {route: {strategy: weighted, providers: [{provider: openai, weight: -1}]}}}\n",
            "1:82+2 E routers.r.route.providers | a weight must not be negative");
        row("weights of 0",
            "routers: {r: {route: {strategy: weighted, providers: [{provider: openai, weight: 0}]}}}\n",
            "1:43+9 E routers.r.route.providers | all weights are 0");
        row("weights that are no shares",
            "routers: {r: {route: {strategy: weighted, providers: [{provider: openai, weight: 3}, {provider: "
            "gemini, weight: 1}]}}}\n",
            "1:43+9 W routers.r.route.providers | the weights add up to 4, not 1; the shares are 75 %, 25 %");
        row("weights that are missing",
            "routers: {r: {route: {strategy: weighted, providers: [{provider: openai, weight: 0.5}, "
            "gemini]}}}\n",
            "1:43+9 W routers.r.route.providers | some weights are missing and count as 1; the shares are "
            "33.3 %, 66.7 %");
        row("weight that is no number",
            "routers: {r: {route: {strategy: weighted, providers: [{provider: openai, weight: half}]}}}\n",
            "1:82+4 E routers.r.route.providers.0.weight | weight must be a number, not 'half'");
        row("target and strategy", "routers: {r: {route: {strategy: latency, target: openai}}}\n",
            "1:15+5 E routers.r.route | a target stands alone");
        row("strategy without children", "routers: {r: {route: {strategy: latency}}}\n",
            "1:15+5 E routers.r.route | the strategy needs at least one");
        row("children without strategy", "routers: {r: {route: {providers: [openai]}}}\n",
            "1:15+5 E routers.r.route | needs a strategy");
        row("providers and models",
            "routers: {r: {route: {strategy: latency, providers: [openai], models: [openai/a]}}}\n",
            "1:15+5 E routers.r.route | give one of providers, models and children");
        row("router without targets", "routers: {r: {retries: {}}}\n",
            "1:11+1 E routers.r | the router has no targets");
        row("two ways of balancing",
            "routers: {r: {route: openai, load_balancing: {strategy: latency, weights: {openai: 1}}}}\n",
            "1:30+14 E routers.r.load-balancing | give either");
        row("min-delay above max-delay", "global: {retries: {min-delay: 10s}}\n",
            "1:31+3 E global.retries.min-delay | min-delay is longer than max-delay (8s)");
        row("retries given twice",
            "routers: {r: {route: openai, fallback: {max-retries: 1}, retries: {max-retries: 2}}}\n",
            "1:54+1 E routers.r.fallback.max-retries | retries.max-retries is given as well");
        // of our design, not in this version
        row("cache directive", "routers:\n  r:\n    route: openai\n    cache: {directive: x}\n",
            "4:24+1 E routers.r.cache.directive | 'x' is no directive of Cache-Control");
        row("time of a cache directive", "global: {cache: {directive: 'max-age=1h'}}\n",
            "1:29+12 E global.cache.directive | max-age takes whole seconds, as in max-age=3600");
        row("cache buckets", "unified-api: {cache: {buckets: 21}}\n", "1:32+2 E unified-api.cache.buckets |");
        row("semantic cache without embedding", "global: {cache: {semantic: {threshold: 0.9}}}\n",
            "1:18+8 E global.cache.semantic.embedding | missing key 'embedding'");
        row("guardrails", "routers: {r: {route: openai, guardrails: pii}}\n",
            "1:42+3 E routers.r.guardrails | guardrails must be a list: put it in [brackets]");
        row("cache-store of another kind", "cache-store: {type: file}\n", "1:21+4 E cache-store.type |");
        row("password in an address", "cache-store: {host-url: 'redis://a:b@x'}\n",
            "1:25+15 E cache-store.url | url: a password does not belong into the configuration");
        row("no Redis address", "rate-limit-store: {type: redis, url: 'http://x'}\n",
            "1:38+10 E rate-limit-store.url | url: must begin with redis://");
        row("budget without dollars", "budgets: [{per: day}]\n",
            "1:11+10 E budgets.0.usd | missing key 'usd'");
        row("budget without an amount", "budget: {usd: 0}\n",
            "1:15+1 E budget.usd | usd must be a number of at least 0.001");
        row("span of a budget", "budget: {usd: 1, per: year}\n",
            "1:23+4 E budget.per | unknown value 'year'");
        row("whose budget", "budget: {usd: 1, by: metadata.}\n",
            "1:22+9 E budget.by | unknown value 'metadata.'");
        row("a router's budget", "routers: {r: {route: openai, budgets: [{usd: 1, then: ask}]}}\n",
            "1:55+3 E routers.r.budgets.0.then | unknown value 'ask'");
        row("a client key's budget is its own", "server: {client-keys: [{name: a, key: env:A, budget: {usd: 1, by: user}}]}\n",
            "1:63+2 E server.client-keys.0.budget.by | unknown key 'by'");
        row("a limit of nothing", "server: {client-keys: [{name: a, key: env:A, limits: [{per: 1m}]}]}\n",
            "1:55+9 E server.client-keys.0.limits.0 | a limit is of one of requests, tokens and usd");
        row("a star in a model", "server: {client-keys: [{name: a, key: env:A, models: ['a*b']}]}\n",
            "1:55+5 E server.client-keys.0.models.0 | a * may stand at the end only");
        row("a day that is none", "server: {client-keys: [{name: a, key: env:A, expires: 2026-02-30}]}\n",
            "1:55+10 E server.client-keys.0.expires | expires must be a day such as 2026-12-31");
        row("otlp", "telemetry: {otlp-endpoint: 'http://x'}\n",
            "1:13+13 E telemetry.otlp-endpoint | otlp-endpoint is not supported yet");
        row("otlp exporter", "telemetry: {exporter: both}\n",
            "1:13+8 E telemetry.exporter | exporter is not supported");
        row("tls", "server: {tls: {Enabled: {cert: a, key: b}}}\n",
            "1:10+3 E server.tls | tls is not supported");
        row("other address for one router",
            "routers: {r: {route: openai, providers: {openai: {base-url: 'http://x'}}}}\n",
            "1:30+9 E routers.r.providers | providers is not supported yet");
        // Helicone's
        row("helicone", "helicone: {features: all}\n",
            "1:1+8 W helicone | ignored: helicone; Pointsman needs no account");
        row("dispatcher", "dispatcher: {connection_timeout: 10s}\n",
            "1:1+10 W dispatcher | ignored: dispatcher; routers.NAME.timeouts");
        row("monitor", "discover: {monitor: {health: {grace_period: {min_requests: 1}}}}\n",
            "1:12+7 W discover.monitor | ignored: discover.monitor");
        row("tls disabled", "server: {tls: Disabled}\n", "1:10+3 W server.tls | ignored: server.tls");
        row("bare mapping", "routers: {r: {route: openai, model-mappings: {a: openai/b}}}\n",
            "1:50+8 W routers.r.model-mappings.a | write a list: [openai/b]");
        row("mixed spelling", "server: {max-body: 1MiB, max_connections: 3}\n",
            "1:26+15 W server.max-connections | this file mixes snake_case and kebab-case");
    }
    void problems()
    {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        const QStringList lines = told(loaded(text).problems);
        QVERIFY2(lines.size() == 1, qPrintable(lines.join(u'\n')));
        QVERIFY2(lines.front().startsWith(expected), qPrintable(lines.front()));
    }
};

QTEST_GUILESS_MAIN(TestConfigProblems)
#include "tst_config_problems.moc"
