// One line on the terminal that tells what is going on; nothing where there is no terminal.
#pragma once

#include <cstdint>

#include "absl/strings/string_view.h"

namespace bench {

class Progress {
 public:
  Progress();
  ~Progress();  // clears the line

  // True a few times a second: then Show is worth its words.
  bool due(int64_t now);
  void Show(absl::string_view line);

 private:
  const bool terminal_;
  bool shown_ = false;
  int64_t next_ = 0;
};

}  // namespace bench
