// Any bytes as a topic and as a filter; a request topic prints back as it was, and a filter
// that is taken away leaves nothing.
#include <cstdlib>

#include "proto/request_filters.h"
#include "proto/topic.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const proto::Topic topic = proto::ParseTopic(text);
  if (topic.kind == proto::Topic::Kind::kRequest &&
      proto::RequestTopic(topic.id, topic.operation) != text) {
    std::abort();
  }
  proto::RequestFilters filters;
  filters.Add(text);
  (void)filters.Match("$aws/things/T/shadow/name/S/update");
  filters.Remove(text);
  if (filters.shapes() != 0) std::abort();
  return 0;
}
