// A whole run: connects the devices, makes their shadows, loads the broker for a time and waits for
// the last answers. One thread, one epoll; nothing is allocated on the way of a request.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bench/shadowbench/device.h"
#include "bench/shadowbench/options.h"
#include "bench/shadowbench/process.h"
#include "bench/shadowbench/progress.h"
#include "bench/shadowbench/stream.h"
#include "bench/shadowbench/tally.h"
#include "bench/shadowbench/workload.h"

namespace bench {

// What the processes used between start and end of the measurement; memory as it was at the end.
struct Use {
  ProcessUse broker;
  ProcessUse service;
  ProcessUse generator;
};

struct Result {
  Tally tally;
  double seconds = 0;  // of the measurement
  Use use;
  bool all_expected =
      false;  // every request answered once, refused only where that was to be expected
};

class Load {
 public:
  explicit Load(const Options& options);
  ~Load();

  // Once. An error: the broker could not be reached, or a connection broke.
  absl::StatusOr<Result> Run();

 private:
  struct Peer;

  absl::Status ConnectAll();
  absl::Status AddPeer();
  absl::Status MakeShadows();
  absl::Status Measure(Result& result);
  absl::Status Drain();
  absl::StatusOr<Use> ReadUse() const;

  // Runs turns until `done` or `until`; the answer says which: true for done.
  template <class Done>
  absl::StatusOr<bool> TurnUntil(int64_t until, const char* phase, const Done& done);
  absl::Status Turn(int64_t until);
  absl::Status Serve(Peer& peer, uint32_t events);
  absl::Status Receive(Peer& peer);
  absl::Status Flush(Peer& peer);
  void Refill(Peer& peer);
  absl::Status StartDue();
  void ShowProgress(const char* phase);

  struct FreeSlot {
    uint32_t peer;
    uint32_t slot;
  };

  const Options options_;
  Workload workload_;
  Tally tally_;
  SslContext tls_;
  Progress progress_;
  int epoll_;
  std::vector<std::unique_ptr<Peer>> peers_;
  std::vector<uint32_t> free_;  // slots that the last Take freed
  std::vector<FreeSlot>
      paced_;  // with a target rate: a ring of the free slots that wait for their time
  size_t paced_first_ = 0;
  size_t paced_count_ = 0;
  int64_t next_due_ = 0;
  uint32_t ready_ = 0;
  uint64_t outstanding_ = 0;
  bool again_ = false;  // a slot that is free takes the next request
};

}  // namespace bench
