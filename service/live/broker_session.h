// What pages hear and say over MQTT: for each an MQTT session of its own with the broker, beside
// the link, on the thread of the HTTP server. It begins with the first subscription or publish and
// ends when there has been none for a while; when the broker is lost it comes back by itself, and
// whoever is subscribed is told of both.
//
// However much comes is read as it comes, so that little waits at the broker; what is beyond the
// page's bounds is counted and dropped before anything of it is copied.
//
// Thread rule: the HTTP server's thread; NewBrokerSessions any.
#pragma once

#include <functional>

#include "service/http/loop.h"
#include "service/link/link_settings.h"
#include "service/live/mqtt_session.h"

namespace service {

// Makes sessions for pages of a server that runs with `loop`, which outlives what this gives and
// all sessions. `settings` gives those of the broker that the next goes to, on any thread.
NewMqttSession NewBrokerSessions(std::function<LinkSettings()> settings, HttpLoop& loop);

}  // namespace service
