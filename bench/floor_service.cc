// floor_service: the least that a service behind the link can do. It takes each envelope of
// requests, appends a few bytes to a file, syncs it, and answers with filler: no parsing, no
// documents, no store. What lies between it and the limit plugin is the price of a second process
// and of the disk; what lies between it and shadowd is shadowd's work.
#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "proto/envelope.h"
#include "service/link/links.h"
#include "service/watch/health.h"
#include "service/watch/log.h"
#include "storage/memory_store.h"

ABSL_FLAG(std::string, broker, "", "the link's socket, as unix:PATH");
ABSL_FLAG(std::string, link_secret_file, "", "the file with the secret that the plugin has");
ABSL_FLAG(std::string, log, "", "the file that is appended to and synced; none: neither is done");
ABSL_FLAG(size_t, append_bytes, 650, "appended for a request: what RocksDB logs for 0.5 KB");
ABSL_FLAG(size_t, answer_bytes, 1600, "size of an accepted, about");

namespace {

constexpr absl::string_view kTokenMember = "\"clientToken\"";
constexpr int kIdleMs = 1000;

// Ends as the request does: with its token, which the load generator puts last.
void Answer(const proto::LinkRequest& request, const std::string& filler,
            proto::AnswerBatchWriter& answers) {
  answers.BeginAnswer(request.sequence, request.id);
  const size_t token = request.payload.rfind(kTokenMember);
  absl::StrAppend(&answers.BeginMessage(proto::AcceptedTopic(request.operation)), "{\"filler\":\"",
                  filler, "\",", request.payload.substr(std::min(token, request.payload.size())));
}

class Floor {
 public:
  Floor()
      : appended_(absl::GetFlag(FLAGS_append_bytes), 'x'),
        filler_(absl::GetFlag(FLAGS_answer_bytes), 'x') {
    const std::string path = absl::GetFlag(FLAGS_log);
    if (path.empty()) return;
    log_ = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log_ < 0) std::perror(path.c_str());
  }

  service::Links::Output Process(const std::vector<proto::Parcel>& parcels) {
    service::Links::Output output;
    for (const auto& [broker, envelope] : parcels) {
      const auto batch = proto::DecodeRequestBatch(envelope);
      if (!batch.ok() || batch->requests.empty()) continue;  // a status, or a greeting
      proto::AnswerBatchWriter answers(batch->epoch);
      for (const proto::LinkRequest& request : batch->requests) Answer(request, filler_, answers);
      if (log_ >= 0 && !Append(batch->requests.size())) continue;  // unanswered: the load fails
      output.dispatches.push_back({.broker = broker, .answers = std::move(answers).Finish()});
    }
    return output;
  }

 private:
  bool Append(size_t requests) {
    for (size_t i = 0; i < requests; ++i) {
      if (write(log_, appended_.data(), appended_.size()) < 0) return false;
    }
    return fdatasync(log_) == 0;
  }

  const std::string appended_;
  const std::string filler_;
  int log_ = -1;
};

}  // namespace

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage("the least that a service behind the link can do");
  absl::ParseCommandLine(argc, argv);
  std::string secret;
  std::ifstream(absl::GetFlag(FLAGS_link_secret_file)) >> secret;
  const std::string broker = absl::GetFlag(FLAGS_broker);

  service::Log log(service::LogLevel::kInfo, service::LogFormat::kText);
  const storage::MemoryStore store;
  service::Health health(store);
  Floor floor;
  service::LinkFigures figures;
  constexpr uint64_t kLife = 1;
  service::Links links(
      {{.host = std::string(absl::StripPrefix(broker, "unix:")),
        .address = broker,
        .secret = secret}},
      kLife,
      {.process = [&](const std::vector<proto::Parcel>& parcels) { return floor.Process(parcels); },
       .idle = [] { return kIdleMs; }},
      health, figures, log);
  const int never = eventfd(0, EFD_CLOEXEC);
  links.Run(never, never);  // until it is killed
}
