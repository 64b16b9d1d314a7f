// Fills a store with the named shadows that shadowbench --shadows_per_device works on, without a
// broker: a million of them in the time that a million requests would take to be sent.
#include <unistd.h>

#include <ctime>
#include <iostream>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "bench/sample.h"
#include "shadow/arena.h"
#include "shadow/document.h"
#include "shadow/json.h"
#include "storage/key.h"
#include "storage/record.h"
#include "storage/rocksdb_store.h"

ABSL_FLAG(std::string, data_dir, "", "folder of the store; made if it is not there");
ABSL_FLAG(uint32_t, devices, 50, "things");
ABSL_FLAG(uint32_t, shadows_per_device, 20'000, "named shadows of each");
ABSL_FLAG(uint32_t, document_bytes, 1000, "size of each state, desired and reported together");
ABSL_FLAG(std::string, thing_prefix, "bench-", "what the thing names begin with");
ABSL_FLAG(std::string, shadow_name, "", "what the shadow names begin with");

namespace bench {
namespace {

constexpr size_t kBatch = 1000;

std::string SampleRecord(size_t document_bytes) {
  shadow::Arena arena;
  const int64_t now = std::time(nullptr);
  const std::string reported = SampleReported(Shape::kFlat, document_bytes - kSampleDesired.size());
  shadow::Document document{.version = 1, .updated_at = now};
  document.desired = *shadow::ParseJson(kSampleDesired, now, arena);
  document.reported = *shadow::ParseJson(reported, now, arena);
  return storage::EncodeRecord(document);
}

absl::Status Fill(storage::Store& store) {
  const uint32_t devices = absl::GetFlag(FLAGS_devices);
  const uint32_t shadows = absl::GetFlag(FLAGS_shadows_per_device);
  const std::string record = SampleRecord(absl::GetFlag(FLAGS_document_bytes));
  const bool shows = isatty(STDERR_FILENO) == 1;
  std::vector<storage::Write> batch;
  const auto commit = [&] {
    absl::Status status = store.Commit(batch, storage::Durability::kRelaxed);
    batch.clear();
    return status;
  };
  for (uint32_t device = 0; device < devices; ++device) {
    if (shows) std::cerr << "\rthing " << device + 1 << " of " << devices << std::flush;
    const std::string thing = SampleThing(absl::GetFlag(FLAGS_thing_prefix), device);
    for (uint32_t i = 0; i < shadows; ++i) {
      const std::string name = SampleShadow(absl::GetFlag(FLAGS_shadow_name), i);
      batch.push_back({storage::RecordKey({thing, name}), record});
      if (batch.size() < kBatch) continue;
      if (absl::Status status = commit(); !status.ok()) return status;
    }
  }
  if (shows) std::cerr << "\n";
  if (absl::Status status = commit(); !status.ok()) return status;
  return store.Sync();
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage("fills a store with shadows for shadowbench --shadows_per_device");
  absl::ParseCommandLine(argc, argv);
  const auto store = storage::OpenRocksDb({.path = absl::GetFlag(FLAGS_data_dir)});
  const absl::Status status = store.ok() ? bench::Fill(**store) : store.status();
  if (status.ok()) return 0;
  std::cerr << "fill_store: " << status << "\n";
  return 1;
}
