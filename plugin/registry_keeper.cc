#include "plugin/registry_keeper.h"

#include <utility>

namespace plugin {

RegistryKeeper::RegistryKeeper(std::string folder, std::shared_ptr<const policy::Registry> registry)
    : folder_(std::move(folder)), registry_(std::move(registry)) {}

void RegistryKeeper::Begin() {
  begun_ = true;
  reader_.reset();
}

std::optional<absl::Status> RegistryKeeper::Step(absl::FunctionRef<bool()> may_go_on) {
  while (retired_ != nullptr && may_go_on()) {
    if (retired_->Dismantle(kFilesAtOnce)) retired_.reset();
  }
  if (!begun_ || retired_ != nullptr) return std::nullopt;
  if (!reader_) {
    auto opened = policy::RegistryReader::Open(folder_);
    if (!opened.ok()) return End(opened.status());
    reader_.emplace(*std::move(opened));
  }
  while (may_go_on()) {
    if (reader_->Step(kFilesAtOnce)) return End(reader_->Finish());
  }
  return std::nullopt;
}

std::optional<absl::Status> RegistryKeeper::End(
    absl::StatusOr<std::shared_ptr<const policy::Registry>> read) {
  begun_ = false;
  reader_.reset();
  if (!read.ok()) return read.status();
  // The keeper alone owns it, and principals look nothing up in it once the generation has changed.
  retired_ = std::const_pointer_cast<policy::Registry>(std::move(registry_));
  registry_ = *std::move(read);
  ++generation_;
  return absl::OkStatus();
}

}  // namespace plugin
