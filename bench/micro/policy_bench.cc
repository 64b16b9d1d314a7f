// What a policy check costs, and what it takes to load a registry of many things.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "policy/evaluate.h"
#include "policy/registry_files.h"

namespace policy {
namespace {

// A device's policy as shadowctl writes it: any client id, its own shadows, its own commands.
constexpr absl::string_view kDevicePolicy = R"({"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "iot:Connect", "Resource": "*"},
  {"Effect": "Allow", "Action": ["iot:Publish", "iot:Receive"],
   "Resource": ["arn:aws:iot:us-east-1:123456789012:topic/$aws/things/lamp1/shadow/*",
                "arn:aws:iot:us-east-1:123456789012:topic/cmd/lamp1/*"]},
  {"Effect": "Allow", "Action": "iot:Subscribe",
   "Resource": ["arn:aws:iot:us-east-1:123456789012:topicfilter/$aws/things/lamp1/shadow/*",
                "arn:aws:iot:us-east-1:123456789012:topicfilter/cmd/lamp1/*"]}]})";

// The same for all things, by variables, with one shadow closed and a range of addresses.
constexpr absl::string_view kFleetPolicy = R"({"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "iot:Connect",
   "Resource": "arn:aws:iot:us-east-1:123456789012:client/${iot:Connection.Thing.ThingName}",
   "Condition": {"Bool": {"iot:Connection.Thing.IsAttached": "true"}}},
  {"Effect": "Allow", "Action": ["iot:Publish", "iot:Receive"],
   "Resource": "arn:aws:iot:us-east-1:123456789012:topic/$aws/things/${iot:Connection.Thing.ThingName}/shadow/*",
   "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
  {"Effect": "Deny", "Action": "iot:*",
   "Resource": "arn:aws:iot:us-east-1:123456789012:topic*/$aws/things/*/shadow/name/secret/*"},
  {"Effect": "Allow", "Action": "iot:Subscribe",
   "Resource": "arn:aws:iot:us-east-1:123456789012:topicfilter/$aws/things/${iot:Connection.Thing.ThingName}/shadow/*"}]})";

void Decisions(benchmark::State& state, absl::string_view text, absl::string_view topic) {
  const Document document = ParseDocument("p", text).value();
  const Document* const policies[] = {&document};
  const Thing thing{"lamp1", "", {}, ""};
  Connection connection;
  connection.client_id = "lamp1";
  connection.source_ip = "10.1.2.3";
  connection.thing = &thing;
  for (auto _ : state) {
    benchmark::DoNotOptimize(Decide(policies, {Action::kPublish, topic}, connection));
  }
}

void DecideByDevicePolicy(benchmark::State& state) {
  Decisions(state, kDevicePolicy, "$aws/things/lamp1/shadow/name/settings/update");
}
BENCHMARK(DecideByDevicePolicy);

void DecideByFleetPolicy(benchmark::State& state) {
  Decisions(state, kFleetPolicy, "$aws/things/lamp1/shadow/name/settings/update");
}
BENCHMARK(DecideByFleetPolicy);

void DecideRefusal(benchmark::State& state) {
  Decisions(state, kFleetPolicy, "$aws/things/lamp2/shadow/name/settings/update");
}
BENCHMARK(DecideRefusal);

void CompileDocument(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(ParseDocument("p", kFleetPolicy));
}
BENCHMARK(CompileDocument);

std::string MakeRegistry(int64_t things) {
  const auto folder = std::filesystem::temp_directory_path() / absl::StrCat("registry", things);
  for (const auto* const part : {"things", "policies", "certificates"}) {
    std::filesystem::create_directories(folder / part);
  }
  const auto write = [&](const std::string& name, absl::string_view text) {
    std::ofstream(folder / name) << text;
  };
  write("policies/fleet.json", kFleetPolicy);
  for (int64_t i = 0; i < things; ++i) {
    write(absl::StrCat("things/lamp", i, ".json"), R"({"attributes": {"room": "hall"}})");
    write(absl::StrCat("certificates/", absl::Hex(i, absl::kZeroPad16), std::string(48, '0'),
                       ".json"),
          absl::StrCat(R"({"status": "ACTIVE", "things": ["lamp)", i,
                       R"("], "policies": ["fleet"]})"));
  }
  return folder.string();
}

void LoadRegistryOfThings(benchmark::State& state) {
  const std::string folder = MakeRegistry(state.range(0));
  for (auto _ : state) {
    auto registry = LoadRegistry(folder);
    if (!registry.ok()) state.SkipWithError(registry.status().ToString().c_str());
    state.PauseTiming();
    registry = absl::UnknownError("dropped outside the measured time");
    state.ResumeTiming();
  }
  std::filesystem::remove_all(folder);
}
BENCHMARK(LoadRegistryOfThings)->Arg(100)->Arg(10000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace policy
