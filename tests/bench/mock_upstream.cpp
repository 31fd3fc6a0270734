// SPDX-License-Identifier: GPL-3.0-or-later
//
// mock_upstream [--port N] [--events N] [--rate N] [--delay MS]
//
// The provider that the bench measures against: one thread, epoll, HTTP/1.1 with keep-alive, constant
// answers. Made to cost next to nothing, so that what is measured is what stands before it. Prints "listening
// on PORT" once it does.
//
// Anthropic's shape on paths with "/messages", OpenAI's on all others. A body with "stream":true is answered
// by a stream of --events content events, --rate of them a second (0: all at once). --delay holds back each
// answer. The query of a request overrides all three: /v1/chat/completions?events=100&rate=50&delay=20.
#include "mock_upstream_server.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

int main(int argc, char **argv)
{
    mock::Settings settings;
    for (int i = 1; i < argc; ++i) {
        const std::string_view option = argv[i];
        const long value = i + 1 < argc ? std::atol(argv[i + 1]) : 0;
        if (i + 1 < argc && option == "--port")
            settings.port = static_cast<int>(value);
        else if (i + 1 < argc && option == "--events")
            settings.events = value;
        else if (i + 1 < argc && option == "--rate")
            settings.rate = value;
        else if (i + 1 < argc && option == "--delay")
            settings.delayMs = value;
        else {
            std::fprintf(stderr, "usage: mock_upstream [--port N] [--events N] [--rate N] [--delay MS]\n");
            return 2;
        }
        ++i;
    }
    mock::Server server(settings);
    if (!server.listen()) {
        std::fprintf(stderr, "cannot listen on 127.0.0.1:%d: %s\n", settings.port, std::strerror(errno));
        return 1;
    }
    server.run();
}
