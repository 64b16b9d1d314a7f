#include "plugin/status.h"

namespace plugin {

proto::PluginStatus StatusOf(const Counters& counters) {
  return {.taken = counters.taken,
          .answered = counters.answered,
          .given_up = counters.given_up,
          .resent = counters.resent,
          .refused_away = counters.refused_away,
          .refused_window = counters.refused_window,
          .refused_in_flight = counters.refused_in_flight,
          .refused_thing_rate = counters.refused_thing_rate,
          .refused_large = counters.refused_large,
          .late_answers = counters.late_answers,
          .foreign_answers = counters.foreign_answers,
          .bad_envelopes = counters.bad_envelopes,
          .refused_identity = counters.refused_identity,
          .refused_beyond_loopback = counters.refused_beyond_loopback,
          .refused_connect = counters.refused_connect,
          .refused_publish = counters.refused_publish,
          .refused_subscribe = counters.refused_subscribe,
          .refused_receive = counters.refused_receive,
          .expelled = counters.expelled,
          .registry_loads = counters.registry_loads,
          .registry_refusals = counters.registry_refusals,
          .forbidden_publishes = counters.forbidden_publishes,
          .forbidden_connects = counters.forbidden_connects,
          .bad_manners = counters.bad_manners,
          .answer_times = counters.answer_times};
}

}  // namespace plugin
