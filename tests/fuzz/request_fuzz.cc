// Any bytes as a request payload: parsed, applied twice, answered; what is printed parses back to
// the same text.
#include <cstdlib>

#include "service/commit/handler.h"
#include "shadow/json.h"

namespace {

void CheckPrinting(absl::string_view payload, shadow::Arena& arena) {
  if (!shadow::IsUtf8(payload)) return;
  const auto value = shadow::ParseJson(payload, 1, arena);
  if (!value || shadow::DeeperThan(*value, 500)) return;
  std::string printed;
  PrintJson(*value, printed);
  const auto again = shadow::ParseJson(printed, 1, arena);
  if (!again || printed.size() != shadow::PrintedBytes(*value)) std::abort();
  std::string printed_again;
  PrintJson(*again, printed_again);
  if (printed_again != printed) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view payload(reinterpret_cast<const char*>(data), size);
  shadow::Arena arena;
  CheckPrinting(payload, arena);
  std::optional<shadow::Record> record;
  for (const auto operation : {shadow::Operation::kUpdate, shadow::Operation::kUpdate,
                               shadow::Operation::kGet, shadow::Operation::kDelete}) {
    proto::AnswerBatchWriter answers(1);
    const service::Ask ask = {
        .request = {.sequence = 1, .operation = operation, .id = {"T", "S"}, .payload = payload},
        .now = 2000};
    const auto next = service::Handle(ask, record, {}, arena, answers).record;
    if (next) record = *next;
    const std::string envelope = std::move(answers).Finish();
    if (!proto::DecodeAnswerBatch(envelope).ok()) std::abort();
  }
  return 0;
}
