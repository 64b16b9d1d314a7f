#include "storage/postgres/writer.h"

#include <algorithm>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/postgres/readers.h"
#include "storage/postgres/statements.h"

namespace storage {
namespace {

constexpr int kResendsMax = 5;
constexpr int kResendMsMax = 5;
// How long Recover looks whether the database is back: it is asked with each group.
constexpr std::chrono::milliseconds kRecoverFor{1000};

bool IsSerialization(const PostgresFailure& failure) {
  return failure.sqlstate == "40001" || failure.sqlstate == "40P01";
}

// The fence is the first statement of a commit.
bool IsFenced(const PostgresFailure& failure) {
  return failure.constraint == kFencedCheck ||
         (failure.sqlstate == kFoundOtherwise && failure.statement == 0);
}

bool IsMoved(const PostgresFailure& failure) {
  return failure.constraint == kMovedCheck ||
         (failure.sqlstate == kFoundOtherwise && failure.statement > 0);
}

void WaitForOthers() {
  thread_local std::minstd_rand chance(std::random_device{}());
  std::this_thread::sleep_for(std::chrono::milliseconds(chance() % (kResendMsMax + 1)));
}

}  // namespace

PostgresWriter::PostgresWriter(std::string url, std::string holder, int64_t wait_ms)
    : url_(std::move(url)), holder_(std::move(holder)), wait_(wait_ms) {}

void PostgresWriter::HoldFrom(Clock::time_point sent) {
  renewed_ = sent;
  held_until_ = (sent + Ownership::kOwnedFor).time_since_epoch() / std::chrono::nanoseconds(1);
}

void PostgresWriter::Drop() {
  connection_.reset();
  connected_ = false;
}

absl::Status PostgresWriter::Connect() {
  auto made = PostgresConnection::Connect(url_, PostgresConnection::Use::kWrite);
  if (!made.ok()) return made.status();
  connection_ = *std::move(made);
  connected_ = true;
  if (++sessions_ > 1) ++counts_.reconnects;
  return absl::OkStatus();
}

absl::Status PostgresWriter::Health() const {
  absl::MutexLock lock(&failure_mutex_);
  return failure_;
}

absl::Status PostgresWriter::Fail(const absl::Status& status) {
  absl::MutexLock lock(&failure_mutex_);
  failure_.Update(status);
  return failure_;
}

absl::Status PostgresWriter::StepDown(absl::string_view why) {
  held_until_ = 0;
  Drop();
  absl::MutexLock lock(&failure_mutex_);
  stepped_down_ = true;
  failure_ = absl::PermissionDeniedError(why);
  return failure_;
}

absl::StatusOr<bool> PostgresWriter::Take() {
  thread_ = std::this_thread::get_id();
  if (connection_ == nullptr) {
    if (auto connected = Connect(); !connected.ok()) return connected;
  }
  const auto sent = Clock::now();
  PostgresOutcome outcome = connection_->Run(
      {{{kTake, {holder_}}}}, sent + std::min<Clock::duration>(wait_, Ownership::kOwnedFor));
  if (outcome.failure) {
    if (outcome.failure->lost) Drop();
    return FromPostgres(*outcome.failure, "take");
  }
  const PostgresRows& rows = outcome.rows[0];
  if (rows.size() == 0) return false;
  life_ = rows.Number(0, 0);
  n_ = rows.Number(0, 1);
  pending_ = false;
  settlings_ = 0;
  HoldFrom(sent);
  absl::MutexLock lock(&failure_mutex_);
  failure_ = absl::OkStatus();
  stepped_down_ = false;
  return true;
}

absl::StatusOr<int> PostgresWriter::RenewIfDue() {
  thread_ = std::this_thread::get_id();
  {
    absl::MutexLock lock(&failure_mutex_);
    if (stepped_down_) return failure_;
  }
  const auto due = renewed_ + Ownership::kRenewEvery;
  const auto now = Clock::now();
  if (now < due) return static_cast<int>((due - now) / std::chrono::milliseconds(1)) + 1;
  // What a commit is not known of is settled by whoever commits or recovers.
  if (pending_) return absl::UnavailableError("the database is away");
  const auto deadline = now + Ownership::kRenewEvery;
  if (connection_ == nullptr) {
    if (auto settled = TrySettle(deadline); !settled.ok()) return settled.status();
  } else {
    PostgresOutcome outcome = connection_->Run({{{kRenew, {PostgresNumber(life_)}}}}, deadline);
    if (outcome.failure) {
      if (outcome.failure->lost) Drop();
      return FromPostgres(*outcome.failure, "renew the ownership of");
    }
    if (outcome.rows[0].size() == 0 || outcome.rows[0].Number(0, 0) != n_)
      return FencedBy(deadline);
    HoldFrom(now);
  }
  return static_cast<int>(Ownership::kRenewEvery / std::chrono::milliseconds(1));
}

absl::Status PostgresWriter::GiveUp() {
  absl::Status status;
  if (life_ > 0 && Holds()) {
    if (connection_ == nullptr) status = Connect();
    if (status.ok()) {
      const auto outcome =
          connection_->Run({{{kGiveUp, {PostgresNumber(life_)}}}}, Clock::now() + wait_);
      if (outcome.failure) status = FromPostgres(*outcome.failure, "give up");
    }
  }
  StepDown("this shadowd has given the store up").IgnoreError();
  return status;
}

// What the row says before this life's own settling raised it.
absl::StatusOr<bool> PostgresWriter::Settled(int64_t n) {
  const int64_t more = n - n_;
  if (more < 0) {
    ++counts_.lost_commits;
    return StepDown(absl::StrCat(
        "store_lost_commits: the database knows ", -more,
        " commits less than it has confirmed: another server has taken over without them, or a"
        " backup was restored; what was accepted since may be lost"));
  }
  const bool committed = more % 2 != 0;
  if (more > 2 * settlings_ + 1 || (committed && !pending_)) {
    return StepDown(
        "the database is not as this shadowd has left it: somebody else has written to"
        " its owner's row");
  }
  n_ = n + 2;
  pending_ = false;
  settlings_ = 0;
  return committed;
}

// Makes a session if there is none, and settles what became of the commit that is pending. Gives
// whether it was written; without one, false.
absl::StatusOr<bool> PostgresWriter::TrySettle(PostgresDeadline deadline) {
  if (connection_ == nullptr) {
    if (auto connected = Connect(); !connected.ok()) return connected;
  }
  const auto sent = Clock::now();
  const PostgresOutcome outcome =
      connection_->Run({{{kSettle, {PostgresNumber(life_)}}}}, deadline);
  if (outcome.failure) {
    ++settlings_;
    Drop();
    return absl::UnavailableError(FromPostgres(*outcome.failure, "reach").message());
  }
  if (outcome.rows[0].size() == 0) return FencedBy(deadline);
  auto committed = Settled(outcome.rows[0].Number(0, 0));
  if (committed.ok()) HoldFrom(sent);
  return committed;
}

absl::StatusOr<bool> PostgresWriter::Settle(PostgresDeadline deadline) {
  for (;;) {
    auto settled = TrySettle(deadline);
    if (!absl::IsUnavailable(settled.status()) || !WaitForDatabase(deadline)) return settled;
  }
}

// Says who is in the way.
absl::Status PostgresWriter::FencedBy(PostgresDeadline deadline) {
  const PostgresOutcome outcome = connection_->Run({{{kReadOwner}}}, deadline);
  if (outcome.failure) return StepDown(Fenced().message());
  const PostgresRows& rows = outcome.rows[0];
  if (rows.size() == 0) return StepDown("the owner's row has vanished from the database");
  if (rows.Number(0, 0) == life_) {
    const auto settled = Settled(rows.Number(0, 1));
    if (!settled.ok()) return settled.status();
    return StepDown("the database is not as this shadowd has left it");
  }
  return StepDown(absl::StrCat(Fenced().message(), ": ", ForPeople(rows.Bytes(0, 2))));
}

// What an error means that the session has survived.
absl::Status PostgresWriter::Refused(const PostgresFailure& failure, PostgresDeadline deadline) {
  if (IsFenced(failure)) return FencedBy(deadline);
  if (IsMoved(failure)) {
    ++counts_.moved;
    return Moved();
  }
  return Fail(FromPostgres(failure, "commit to"));
}

absl::Status PostgresWriter::Commit(std::vector<PostgresStatement> statements) {
  thread_ = std::this_thread::get_id();
  if (auto health = Health(); !health.ok()) return health;
  const PostgresDeadline deadline = Clock::now() + wait_;
  statements.insert(statements.begin(), {kFence, {PostgresNumber(life_), ""}});
  for (int resends = 0;;) {
    if (connection_ == nullptr) {
      const auto committed = Settle(deadline);
      if (!committed.ok()) return Fail(committed.status());
      if (*committed) return absl::OkStatus();
    }
    statements[0].parameters[1] = PostgresNumber(n_ + 1);
    const auto sent = Clock::now();
    const PostgresOutcome outcome = connection_->Run(statements, deadline);
    if (!outcome.failure) {
      ++n_;
      HoldFrom(sent);
      return absl::OkStatus();
    }
    if (outcome.failure->lost) {
      pending_ = true;
      Drop();
      // One more try would have no time to be heard of, but may well be written.
      if (Clock::now() >= deadline) return Fail(FromPostgres(*outcome.failure, "commit to"));
      continue;
    }
    if (!IsSerialization(*outcome.failure) || resends == kResendsMax) {
      return Refused(*outcome.failure, deadline);
    }
    ++resends;
    ++counts_.resent;
    WaitForOthers();
  }
}

absl::StatusOr<std::vector<PostgresRows>> PostgresWriter::Read(
    absl::Span<const PostgresStatement> statements) {
  const absl::Status health = Health();
  if (absl::IsPermissionDenied(health)) return health;
  const PostgresDeadline deadline = Clock::now() + (health.ok() ? wait_ : kRecoverFor);
  for (;;) {
    if (connection_ == nullptr) {
      // While commits fail nobody asks what became of the last one.
      if (const auto settled = Settle(deadline); !settled.ok()) return settled.status();
    }
    PostgresOutcome outcome = connection_->Run(statements, deadline);
    if (!outcome.failure) return std::move(outcome.rows);
    if (outcome.failure->lost) Drop();
    const bool may_pass = outcome.failure->lost || IsSerialization(*outcome.failure);
    if (!may_pass || !WaitForDatabase(deadline)) {
      return FromPostgres(*outcome.failure, "read from");
    }
  }
}

absl::Status PostgresWriter::Recover() {
  thread_ = std::this_thread::get_id();
  absl::Status health = Health();
  if (health.ok() || absl::IsPermissionDenied(health)) return health;
  const auto settled = Settle(Clock::now() + std::min<Clock::duration>(wait_, kRecoverFor));
  if (!settled.ok()) return settled.status();
  absl::MutexLock lock(&failure_mutex_);
  failure_ = absl::OkStatus();
  return failure_;
}

}  // namespace storage
