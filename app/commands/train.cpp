// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/command_support.h"
#include "commands/commands.h"
#include "runtime/complexity_file.h"
#include "runtime/complexity_trainer.h"

#include <CLI/CLI.hpp>
#include <QDate>

#include <cstdio>

namespace pm::app {

namespace {

int run(const Options &options, TrainingWish wish, const std::string &out, bool writesAlways)
{
    Gateway gateway(options.gateway);
    if (auto loaded = gateway.load(); !loaded)
        return failed(loaded.error());
    wish.storePath = options.gateway.dataDir + "/traces.db";
    wish.trained = QDate::currentDate().toString(Qt::ISODate).toStdString();
    const auto training = trainFromTraces(gateway.config(), wish);
    if (!training)
        return failed(training.error());
    std::fputs(trainingReport(*training).c_str(), stdout);
    const std::string path = out.empty() ? complexityPath(options.gateway.dataDir, {}) : out;
    if (!writesAlways && !training->model.report.isBetterThanRandom()) {
        std::printf("not written: %s stays as it is (--write writes all the same)\n", path.c_str());
        return 0;
    }
    if (const auto written = writeComplexityModel(path, training->model); !written)
        return failed(written.error());
    std::printf(
        "written: %s; a running gateway takes it at its next reload (SIGHUP, or POST /api/v1/admin/reload)\n",
        path.c_str());
    return 0;
}

} // namespace

void addTrain(CLI::App &cli, Options &options)
{
    auto wish = std::make_shared<TrainingWish>();
    auto out = std::make_shared<std::string>();
    auto writesAlways = std::make_shared<bool>(false);
    CLI::App *command = cli.add_subcommand(
        "train", "make the model of the strategy complexity of your own traces; nothing leaves the machine");
    addGatewayOptions(*command, options);
    command->add_option("--router", wish->router, "traces of this router only");
    command->add_option("--last", wish->last, "newest traces to look at")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    command->add_option(
        "--labels", wish->labelsPath,
        R"(labels of your own, a line each: {"id": TRACE, "strong": 0 or 1} or {"prompt": TEXT, "strong": 0 or 1})");
    command->add_option("--out", *out, "file to write (default: complexity.json in the data folder)");
    command->add_flag("--write", *writesAlways, "write the model also when it is not better than random");
    setAction(*command, options,
              [&options, wish, out, writesAlways] { return run(options, *wish, *out, *writesAlways); });
}

} // namespace pm::app
