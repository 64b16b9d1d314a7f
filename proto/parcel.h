// What goes over the links when there are several brokers, each with a plugin and a link of its
// own. A broker is named by its place among the settings, from 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace proto {

// Several brokers are at most so many.
inline constexpr size_t kBrokersMax = 16;
// In place of a broker: none of them.
inline constexpr size_t kNoBroker = static_cast<size_t>(-1);

// An envelope that has come from a plugin.
struct Parcel {
  size_t broker = 0;
  std::string envelope{};
};

// What is sent of a group, in the order in which it was handled: answers to the plugin that has
// asked, and news of them for all others. With one broker there are no news.
struct Dispatch {
  size_t broker = 0;      // that has asked; kNoBroker: nobody who hears answers, all hear the news
  std::string answers{};  // an envelope; empty: none
  std::string news{};     // the same
  uint64_t number = 0;    // of the news
  uint64_t last = 0;      // with several brokers: the highest sequence of the answers
};

// The epoch that the head of an envelope tells, which is that of the plugin that sent it; 0: none.
uint64_t EpochOf(absl::string_view envelope);

// Below which sequence the plugin has all answers, if the envelope tells that; 0: it does not.
uint64_t AnsweredBelowOf(absl::string_view envelope);

}  // namespace proto
