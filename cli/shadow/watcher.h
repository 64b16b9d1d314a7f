// A shadow as it changes, version by version: looked at now and then over HTTPS, or told of each
// version over MQTT.
#pragma once

#include <memory>
#include <ostream>
#include <string>

#include "absl/status/statusor.h"
#include "cli/shadow/document.h"
#include "shadow/arena.h"
#include "shadow/id.h"

namespace cli {

// A version of the shadow: the document's text, the document with views into it, and its arena.
struct SeenShadow {
  std::string text;  // empty: there is no shadow
  shadow::Arena arena;
  ShadowDocument document;  // of version 0 while there is no shadow
};

// InvalidArgument if `text` is no document.
absl::StatusOr<std::unique_ptr<SeenShadow>> SeenIn(std::string text);

class ShadowWatcher {
 public:
  virtual ~ShadowWatcher() = default;

  // The shadow as it is, and with each later call its next version that can be had: waits for it.
  // What passes by itself, such as a lost connection, is only remarked.
  virtual absl::StatusOr<std::unique_ptr<SeenShadow>> Next() = 0;
};

// Looks over the HTTPS data plane, every --interval seconds: versions that come and go between two
// looks are not seen. `remarks` outlives it.
absl::StatusOr<std::unique_ptr<ShadowWatcher>> WatchByLooking(const shadow::ShadowId& id,
                                                              std::ostream& remarks);

// Is told over MQTT by the broker of --broker. The broker keeps what happens while the connection
// is lost, for kSessionSeconds. `remarks` outlives it.
inline constexpr int kSessionSeconds = 300;
absl::StatusOr<std::unique_ptr<ShadowWatcher>> WatchLive(const shadow::ShadowId& id,
                                                         std::ostream& remarks);

}  // namespace cli
