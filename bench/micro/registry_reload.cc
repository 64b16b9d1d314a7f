// What a large registry costs: how long it takes to load, how much memory it holds, and how long
// the longest turn of the broker is while it is read again. In CPU time, which other programs on
// the machine do not lengthen.
//
//   registry_reload [THINGS]      (10000: as many things, certificates and, with them, policies)
#include <malloc.h>
#include <stdlib.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "plugin/access.h"
#include "policy/registry_files.h"

namespace {

double CpuMs() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

class Broker : public plugin::Broker {
 public:
  void Publish(const std::string&, absl::string_view) override {}
  void PublishTo(const std::string&, absl::string_view, absl::string_view) override {}
  void Disconnect(const std::string&) override {}
  void Log(plugin::LogLevel, const std::string& line) override { std::puts(line.c_str()); }
  int64_t SteadyUs() const override { return static_cast<int64_t>(CpuMs() * 1e3); }
  int64_t EpochSeconds() const override { return 0; }
};

void Write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

std::string PolicyText(const std::string& thing) {
  const std::string arn = "arn:aws:iot:us-east-1:123456789012:";
  return absl::StrCat(
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:Connect",)",
      R"("Resource":"*"},{"Effect":"Allow","Action":["iot:Publish","iot:Receive"],"Resource":[")",
      arn, "topic/$aws/things/", thing, "/shadow/*\",\"", arn, "topic/cmd/", thing,
      R"(/*"]},{"Effect":"Allow","Action":"iot:Subscribe","Resource":[")", arn,
      "topicfilter/$aws/things/", thing, "/shadow/*\",\"", arn, "topicfilter/cmd/", thing,
      "/*\"]}]}");
}

void Fill(const std::string& folder, int things) {
  for (const char* part : {"things", "policies", "certificates"}) {
    std::filesystem::create_directories(absl::StrCat(folder, "/", part));
  }
  for (int i = 0; i < things; ++i) {
    const std::string name = absl::StrCat("thing-", i);
    const std::string id = absl::StrCat(absl::Hex(i, absl::kZeroPad8), std::string(56, 'a'));
    Write(absl::StrCat(folder, "/things/", name, ".json"), R"({"attributes":{"room":"kitchen"}})");
    Write(absl::StrCat(folder, "/policies/", name, ".json"), PolicyText(name));
    Write(absl::StrCat(folder, "/certificates/", id, ".json"),
          absl::StrCat(R"({"status":"ACTIVE","things":[")", name, R"("],"policies":[")", name,
                       "\"]}"));
  }
}

void Measure(const std::string& folder) {
  const size_t before = mallinfo2().uordblks;
  const double begin = CpuMs();
  auto registry = policy::LoadRegistry(folder);
  if (!registry.ok()) {
    std::puts(std::string(registry.status().message()).c_str());
    return;
  }
  std::printf("load: %.0f ms, %.1f MB\n", CpuMs() - begin,
              static_cast<double>(mallinfo2().uordblks - before) / 1e6);
  Broker broker;
  plugin::Counters counters;
  plugin::Options options;
  options.auth = plugin::Auth::kCertificate;
  options.registry = folder;
  plugin::Access access(options, *std::move(registry), broker, counters);
  access.Reload();
  int turns = 0;
  double longest = 0;
  constexpr int kAfter = 100;  // the registry before is taken down
  for (int after = 0; after < kAfter; ++turns) {
    if (counters.registry_loads > 0) ++after;
    const double turn = CpuMs();
    access.Tick(0);
    const double took = CpuMs() - turn;
    if (took > 5) std::printf("turn %d: %.1f ms\n", turns, took);
    longest = std::max(longest, took);
  }
  std::printf("reload: %d turns, the longest %.1f ms\n", turns - kAfter, longest);
}

}  // namespace

int main(int argc, char** argv) {
  int things = 10'000;
  if (argc > 1 && (!absl::SimpleAtoi(argv[1], &things) || things < 1)) {
    std::puts("usage: registry_reload [THINGS]");
    return 1;
  }
  std::string folder = "/tmp/registry_reload.XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return 1;
  Fill(folder, things);
  Measure(folder);
  std::filesystem::remove_all(folder);
  return 0;
}
