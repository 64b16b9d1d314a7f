// What a large registry costs: how long it takes to load, how much memory it holds, and how long
// the longest turn of the broker is while it is read again in the background. In CPU time, which
// other programs on the machine do not lengthen, but for the whole reload.
//
//   registry_reload [THINGS]      (10000: as many things, certificates and, with them, policies)
#include <malloc.h>
#include <stdlib.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "plugin/access.h"
#include "policy/registry_files.h"
#include "proto/plugin_status.h"

namespace {

double CpuMs() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

class Broker : public plugin::Broker {
 public:
  void Publish(const std::string&, absl::string_view) override {}
  void Publish(const proto::PublishCommand&) override {}
  void PublishTo(const std::string&, absl::string_view, absl::string_view, bool) override {}
  void Disconnect(const std::string&, bool) override {}
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
  proto::PluginStatus status;
  plugin::Options options;
  options.auth = plugin::Auth::kCertificate;
  options.registry = folder;
  plugin::Access access(options, *std::move(registry), broker, status);
  access.Reload();
  const auto reloading = std::chrono::steady_clock::now();
  double longest = 0;
  while (status.registry_loads == 0) {
    const double turn = CpuMs();
    access.Tick(0);
    longest = std::max(longest, CpuMs() - turn);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - reloading;
  std::printf("reload: %.2f s, the longest turn %.2f ms\n", took.count(), longest);
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
