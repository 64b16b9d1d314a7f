#include "bench/shadowbench/load.h"

#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace bench {
namespace {

constexpr int64_t kSecond = 1'000'000'000;  // ns
constexpr int64_t kTurnMax = 100'000'000;   // ns without an event until progress is shown
constexpr uint32_t kConnectingMax = 64;     // below the usual listen backlog
constexpr size_t kEventsMax = 256;
constexpr size_t kIdleReadBytes = 1024;

int64_t Now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * kSecond + time.tv_nsec;
}

int64_t Nanoseconds(double seconds) { return static_cast<int64_t>(seconds * 1e9); }

ProcessUse Between(const ProcessUse& start, const ProcessUse& end) {
  return {.cpu_seconds = end.cpu_seconds - start.cpu_seconds,
          .system_seconds = end.system_seconds - start.system_seconds,
          .resident_bytes = end.resident_bytes};
}

bool AddsUp(const Tally& tally, const Workload& workload) {
  for (size_t i = 0; i < kOperations; ++i) {
    if (tally.sent[i] != tally.accepted[i] + tally.rejected[i]) return false;
  }
  const uint64_t acknowledgements = workload.qos() == 1 ? Tally::Sum(tally.sent) : 0;
  return tally.missing == 0 && tally.unmatched == 0 && tally.duplicate == 0 &&
         tally.acknowledged == acknowledgements &&
         std::all_of(tally.refusals.begin(), tally.refusals.end(),
                     [&](const auto& refusal) { return workload.Expects(refusal.first); });
}

}  // namespace

// A device and its connection.
struct Load::Peer {
  Peer(Stream s, Workload& workload, Tally& tally, uint32_t n, bool idle)
      : stream(std::move(s)),
        device(workload, tally, n, idle),
        number(n),
        in_size(idle ? kIdleReadBytes : workload.answer_bytes_max()),
        in(new char[in_size]) {}

  Stream stream;
  Device device;
  const uint32_t number;
  const size_t in_size;
  std::unique_ptr<char[]> in;
  size_t in_used = 0;
  bool counted_ready = false;
  bool waits_to_write = false;
};

Load::Load(const Options& options)
    : options_(options), workload_(options_), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  free_.reserve(options.window);
  if (options.target_rate > 0) paced_.resize(size_t{options.devices} * options.window);
}

Load::~Load() { close(epoll_); }

absl::StatusOr<Result> Load::Run() {
  absl::StatusOr<SslContext> tls = MakeSslContext(options_.tls);
  if (!tls.ok()) return tls.status();
  tls_ = *std::move(tls);

  Result result;
  if (absl::Status status = ConnectAll(); !status.ok()) return status;
  if (absl::Status status = MakeShadows(); !status.ok()) return status;
  if (absl::Status status = Measure(result); !status.ok()) return status;
  if (absl::Status status = Drain(); !status.ok()) return status;
  result.all_expected = AddsUp(tally_, workload_);
  result.tally = tally_;
  return result;
}

absl::Status Load::ConnectAll() {
  const uint32_t all = options_.devices + options_.idle;
  const int64_t until = Now() + Nanoseconds(options_.wait_seconds);
  peers_.reserve(all);
  while (ready_ < all) {
    while (peers_.size() < all && peers_.size() - ready_ < kConnectingMax) {
      if (absl::Status status = AddPeer(); !status.ok()) return status;
    }
    if (absl::Status status = Turn(until); !status.ok()) return status;
    ShowProgress("connecting");
    if (Now() >= until) {
      return absl::DeadlineExceededError(
          absl::StrCat("only ", ready_, " of ", all, " devices connected within --wait_seconds"));
    }
  }
  return absl::OkStatus();
}

absl::Status Load::AddPeer() {
  absl::StatusOr<Stream> stream = Stream::Connect(options_, tls_.get());
  if (!stream.ok()) return stream.status();
  const auto number = static_cast<uint32_t>(peers_.size());
  peers_.push_back(std::make_unique<Peer>(*std::move(stream), workload_, tally_, number,
                                          number >= options_.devices));
  Peer& peer = *peers_.back();
  peer.device.Greet();
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT;  // the first chance to write tells that the connection stands
  event.data.u32 = number;
  peer.waits_to_write = true;
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, peer.stream.fd(), &event) != 0) {
    return absl::ResourceExhaustedError(absl::StrCat("epoll: ", std::strerror(errno)));
  }
  return absl::OkStatus();
}

absl::Status Load::MakeShadows() {
  for (uint32_t i = 0; i < options_.devices; ++i) {
    peers_[i]->device.StartFirst(Now());
    ++outstanding_;
    if (absl::Status status = Flush(*peers_[i]); !status.ok()) return status;
  }
  const int64_t until = Now() + Nanoseconds(options_.wait_seconds);
  const absl::StatusOr<bool> made =
      TurnUntil(until, "making shadows", [this] { return outstanding_ == 0; });
  if (!made.ok()) return made.status();
  if (*made) return absl::OkStatus();
  return absl::DeadlineExceededError(absl::StrCat(outstanding_, " of ", options_.devices,
                                                  " first updates were not answered within "
                                                  "--wait_seconds: is the shadow service there?"));
}

absl::Status Load::Measure(Result& result) {
  const auto never = [] { return false; };
  again_ = true;
  next_due_ = Now();
  for (uint32_t i = 0; i < options_.devices; ++i) {
    for (uint32_t slot = 0; slot < options_.window; ++slot) free_.push_back(slot);
    Refill(*peers_[i]);
    if (absl::Status status = Flush(*peers_[i]); !status.ok()) return status;
  }
  int64_t start = Now();
  if (auto over = TurnUntil(start + Nanoseconds(options_.warmup_seconds), "warming up", never);
      !over.ok()) {
    return over.status();
  }

  const absl::StatusOr<Use> before = ReadUse();
  if (!before.ok()) return before.status();
  tally_.measuring = true;
  start = Now();
  if (auto over = TurnUntil(start + Nanoseconds(options_.seconds), "measuring", never);
      !over.ok()) {
    return over.status();
  }
  tally_.measuring = false;
  result.seconds = static_cast<double>(Now() - start) * 1e-9;
  const absl::StatusOr<Use> after = ReadUse();
  if (!after.ok()) return after.status();
  result.use = {.broker = Between(before->broker, after->broker),
                .service = Between(before->service, after->service),
                .generator = Between(before->generator, after->generator)};
  return absl::OkStatus();
}

// Waits for the last answers, then for the answer to a ping on each connection: a second answer to
// some request would have come before it.
absl::Status Load::Drain() {
  again_ = false;
  const int64_t until = Now() + Nanoseconds(options_.wait_seconds);
  if (auto done =
          TurnUntil(until, "waiting for the last answers", [this] { return outstanding_ == 0; });
      !done.ok()) {
    return done.status();
  }
  for (uint32_t i = 0; i < options_.devices; ++i) {
    tally_.missing += peers_[i]->device.Awaited();
    peers_[i]->device.Ping();
    if (absl::Status status = Flush(*peers_[i]); !status.ok()) return status;
  }
  uint32_t first_without = 0;
  const auto all_pong = [&] {
    while (first_without < options_.devices && peers_[first_without]->device.pong())
      ++first_without;
    return first_without == options_.devices;
  };
  const absl::StatusOr<bool> done =
      TurnUntil(Now() + Nanoseconds(options_.wait_seconds), "waiting for pings", all_pong);
  if (!done.ok()) return done.status();
  return *done ? absl::OkStatus() : absl::DeadlineExceededError("the broker answers no ping");
}

absl::StatusOr<Use> Load::ReadUse() const {
  Use use;
  const std::array<std::pair<pid_t, ProcessUse*>, 3> processes = {
      std::pair{options_.broker_pid, &use.broker}, std::pair{options_.service_pid, &use.service},
      std::pair{getpid(), &use.generator}};
  for (const auto& [pid, place] : processes) {
    if (pid == 0) continue;
    absl::StatusOr<ProcessUse> read = ReadProcessUse(pid);
    if (!read.ok()) return read.status();
    *place = *read;
  }
  return use;
}

template <class Done>
absl::StatusOr<bool> Load::TurnUntil(int64_t until, const char* phase, const Done& done) {
  while (!done()) {
    if (Now() >= until) return false;
    if (absl::Status status = Turn(until); !status.ok()) return status;
    ShowProgress(phase);
  }
  return true;
}

absl::Status Load::Turn(int64_t until) {
  std::array<epoll_event, kEventsMax> events;
  int64_t wait = std::min(until - Now(), kTurnMax);
  if (again_ && paced_count_ > 0) wait = std::min(wait, next_due_ - Now());
  wait = std::max<int64_t>(wait, 0);
  const timespec timeout{.tv_sec = 0, .tv_nsec = wait};
  const int count = epoll_pwait2(epoll_, events.data(), kEventsMax, &timeout, nullptr);
  if (count < 0 && errno != EINTR) {
    return absl::InternalError(absl::StrCat("epoll: ", std::strerror(errno)));
  }
  for (int i = 0; i < count; ++i) {
    Peer& peer = *peers_[events[static_cast<size_t>(i)].data.u32];
    absl::Status status = Serve(peer, events[static_cast<size_t>(i)].events);
    if (!status.ok()) {
      return absl::Status(status.code(),
                          absl::StrCat("device ", peer.number, ": ", status.message()));
    }
  }
  return StartDue();
}

absl::Status Load::Serve(Peer& peer, uint32_t events) {
  if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) {
    if (absl::Status status = Receive(peer); !status.ok()) return status;
    outstanding_ -= free_.size();
    Refill(peer);
  }
  if (!peer.counted_ready && peer.device.ready()) {
    peer.counted_ready = true;
    ++ready_;
  }
  return Flush(peer);
}

// One read takes all that fits; epoll tells again if there is more. Only TLS must be emptied, for
// what OpenSSL holds back epoll does not see.
absl::Status Load::Receive(Peer& peer) {
  do {
    if (peer.in_used == peer.in_size) {
      return absl::ResourceExhaustedError("a message is larger than any answer can be");
    }
    const absl::StatusOr<size_t> got =
        peer.stream.Read(peer.in.get() + peer.in_used, peer.in_size - peer.in_used);
    if (!got.ok()) return got.status();
    if (*got == 0) return absl::OkStatus();
    peer.in_used += *got;

    const absl::string_view bytes(peer.in.get(), peer.in_used);
    const absl::StatusOr<size_t> taken = peer.device.Take(bytes, Now(), free_);
    if (!taken.ok()) return taken.status();
    peer.in_used -= *taken;
    if (peer.in_used > 0) std::memmove(peer.in.get(), peer.in.get() + *taken, peer.in_used);
  } while (peer.stream.reads_in_records());
  return absl::OkStatus();
}

// Gives the freed slots of `peer` their next requests, or lets them wait for their time.
void Load::Refill(Peer& peer) {
  if (free_.empty()) return;
  if (again_ && options_.target_rate > 0) {
    for (const uint32_t slot : free_) {
      paced_[(paced_first_ + paced_count_++) % paced_.size()] = {peer.number, slot};
    }
  } else if (again_) {
    const int64_t now = Now();
    for (const uint32_t slot : free_) peer.device.Start(slot, now);
    outstanding_ += free_.size();
  }
  free_.clear();
}

// With a target rate: starts what is due. Latency counts from the time it was due, so that a stall
// shows in all requests that it held up.
absl::Status Load::StartDue() {
  if (!again_ || paced_count_ == 0) return absl::OkStatus();
  const auto interval = static_cast<int64_t>(1e9 / options_.target_rate);
  const int64_t now = Now();
  while (paced_count_ > 0 && next_due_ <= now) {
    const FreeSlot free = paced_[paced_first_];
    paced_first_ = (paced_first_ + 1) % paced_.size();
    --paced_count_;
    peers_[free.peer]->device.Start(free.slot, next_due_);
    ++outstanding_;
    next_due_ += interval;
    if (absl::Status status = Flush(*peers_[free.peer]); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Load::Flush(Peer& peer) {
  OutBuffer& out = peer.device.out();
  while (!out.empty()) {
    const absl::StatusOr<size_t> written = peer.stream.Write(out.waiting());
    if (!written.ok()) return written.status();
    if (*written == 0) break;
    out.Drop(*written);
  }
  if (out.empty() == !peer.waits_to_write) return absl::OkStatus();
  peer.waits_to_write = !out.empty();
  epoll_event event{};
  event.events = peer.waits_to_write ? EPOLLIN | EPOLLOUT : EPOLLIN;
  event.data.u32 = peer.number;
  if (epoll_ctl(epoll_, EPOLL_CTL_MOD, peer.stream.fd(), &event) != 0) {
    return absl::InternalError(absl::StrCat("epoll: ", std::strerror(errno)));
  }
  return absl::OkStatus();
}

void Load::ShowProgress(const char* phase) {
  if (!progress_.due(Now())) return;
  progress_.Show(absl::StrFormat("%s: %d devices, %d requests, %d unanswered", phase, ready_,
                                 Tally::Sum(tally_.sent), outstanding_));
}

}  // namespace bench
