// The stored bytes of an execution.
#include "commands/execution.h"
#include "commands/fields.h"
#include "storage/stored_format.h"

namespace commands {
namespace {

using Kind = ResultValue::Kind;

constexpr absl::string_view kExecutionWhat = "command execution";
constexpr int kExecutionFormat = 1;
constexpr unsigned char kIsClient = 1;
constexpr unsigned char kByService = 2;
constexpr absl::string_view kStatuses = "cisfrt";
constexpr absl::string_view kKinds = "sftb";

bool IsFlag(Kind kind) { return kind == Kind::kFalse || kind == Kind::kTrue; }

bool ReadValue(storage::ByteReader& reader, ResultValue& value) {
  unsigned char kind = 0;
  if (!reader.Byte(kind) || kKinds.find(static_cast<char>(kind)) == kKinds.npos) return false;
  value.kind = static_cast<Kind>(kind);
  return IsFlag(value.kind) || ReadText(reader, value.bytes);
}

bool ReadResult(storage::ByteReader& reader, Result& result) {
  uint64_t count = 0;
  if (!reader.Varint(count) || count > kResultsMax) return false;
  for (; count > 0; --count) {
    std::string name;
    ResultValue value;
    if (!ReadText(reader, name) || !ReadValue(reader, value)) return false;
    if (!result.empty() && name <= result.rbegin()->first) return false;
    result.emplace(std::move(name), std::move(value));
  }
  return true;
}

}  // namespace

std::string EncodeExecution(const Execution& execution) {
  std::string out;
  out.push_back(static_cast<char>(kExecutionFormat));
  out.push_back(static_cast<char>(execution.status));
  out.push_back(static_cast<char>((execution.target.is_client ? kIsClient : 0) |
                                  (execution.by_service ? kByService : 0)));
  for (const int64_t time : {execution.created, execution.updated, execution.completed,
                             execution.deadline, execution.timeout_s}) {
    AppendTime(time, out);
  }
  for (const std::string* text :
       {&execution.command, &execution.target.name, &execution.token, &execution.parameters,
        &execution.reason.code, &execution.reason.description}) {
    AppendText(*text, out);
  }
  storage::AppendVarint(execution.result.size(), out);
  for (const auto& [name, value] : execution.result) {
    AppendText(name, out);
    out.push_back(static_cast<char>(value.kind));
    if (!IsFlag(value.kind)) AppendText(value.bytes, out);
  }
  return out;
}

absl::StatusOr<Execution> DecodeExecution(absl::string_view id, absl::string_view bytes) {
  storage::ByteReader reader(bytes);
  const auto format = storage::ReadFormat(reader, kExecutionWhat, kExecutionFormat);
  if (!format.ok()) return format.status();
  Execution execution;
  execution.id = std::string(id);
  unsigned char status = 0;
  unsigned char flags = 0;
  if (!reader.Byte(status) || !reader.Byte(flags)) {
    return storage::Damaged(kExecutionWhat, storage::kCutOff);
  }
  if (kStatuses.find(static_cast<char>(status)) == kStatuses.npos) {
    return storage::Damaged(kExecutionWhat, "its status is unknown");
  }
  if (flags > (kIsClient | kByService)) {
    return storage::Damaged(kExecutionWhat, "it has flags that are unknown");
  }
  execution.status = static_cast<Status>(status);
  execution.target.is_client = (flags & kIsClient) != 0;
  execution.by_service = (flags & kByService) != 0;
  for (int64_t* time : {&execution.created, &execution.updated, &execution.completed,
                        &execution.deadline, &execution.timeout_s}) {
    if (!ReadTime(reader, *time)) return storage::Damaged(kExecutionWhat, storage::kCutOff);
  }
  // A time that it has to live must be one, too.
  if (execution.created > INT64_MAX - kTimeToLiveSeconds) {
    return storage::Damaged(kExecutionWhat, "its time is beyond all time");
  }
  for (std::string* text :
       {&execution.command, &execution.target.name, &execution.token, &execution.parameters,
        &execution.reason.code, &execution.reason.description}) {
    if (!ReadText(reader, *text)) return storage::Damaged(kExecutionWhat, storage::kCutOff);
  }
  if (!ReadResult(reader, execution.result)) {
    return storage::Damaged(kExecutionWhat, "its result is garbled");
  }
  if (reader.left() != 0) return storage::Damaged(kExecutionWhat, "something follows it");
  return execution;
}

}  // namespace commands
