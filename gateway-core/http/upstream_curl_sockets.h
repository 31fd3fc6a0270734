// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/socket_watch.h"

#include <curl/curl.h>

namespace pm::http {

/// libcurl's words for what a socket waits for (CURL_POLL_*), in the watch's.
unsigned wantedEvents(int what);
/// The watch's words for what happened, in libcurl's (CURL_CSELECT_*).
int happenedBits(unsigned events);

/// Has a new easy handle open and close its connections in sight of the watch, which must outlive them.
void openAndCloseThrough(CURL *easy, SocketWatch &watch);

} // namespace pm::http
