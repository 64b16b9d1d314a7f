#include "policy/registry.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "shadow/id.h"

namespace policy {

const Thing* AttachedThing(const Certificate& certificate, absl::string_view client_id) {
  const auto found = std::find_if(certificate.things.begin(), certificate.things.end(),
                                  [&](const Thing* thing) { return thing->name == client_id; });
  return found == certificate.things.end() ? nullptr : *found;
}

RegistryBuilder::RegistryBuilder() : registry_(new Registry) {}

void RegistryBuilder::AddFault(absl::string_view file, absl::string_view reason) {
  if (++fault_count_ <= kFaultsShownMax) faults_.push_back(absl::StrCat(file, ":", reason));
}

void RegistryBuilder::AddThing(absl::string_view file, absl::string_view name,
                               absl::string_view text) {
  if (!shadow::IsThingName(name)) {
    return AddFault(file, absl::StrCat(" \"", name, "\" cannot name a thing: 1 to 128 letters, ",
                                       "digits, : _ and - are allowed"));
  }
  auto thing = ParseThing(name, text);
  if (!thing.ok()) {
    registry_->things_.try_emplace(std::string(name));  // its attachments are no further faults
    return AddFault(file, thing.status().message());
  }
  registry_->things_.emplace(std::string(name), *std::move(thing));
}

void RegistryBuilder::AddPolicy(absl::string_view file, absl::string_view name,
                                absl::string_view text) {
  if (!IsPolicyName(name)) {
    return AddFault(file, absl::StrCat(" \"", name, "\" cannot name a policy: 1 to 128 letters, ",
                                       "digits and _+=,.@- are allowed"));
  }
  auto document = ParseDocument(name, text);
  if (!document.ok()) {
    registry_->policies_.try_emplace(std::string(name));  // its attachments are no further faults
    return AddFault(file, document.status().message());
  }
  registry_->policies_.emplace(std::string(name), *std::move(document));
}

void RegistryBuilder::AddCertificate(absl::string_view file, absl::string_view id,
                                     absl::string_view text) {
  if (!IsCertificateId(id)) {
    return AddFault(file, absl::StrCat(" \"", id, "\" is not a certificate id: 64 lower-case hex ",
                                       "digits, the SHA-256 of the certificate's DER"));
  }
  auto entry = ParseCertificate(text);
  if (!entry.ok()) return AddFault(file, entry.status().message());
  const auto [place, is_new] = registry_->certificates_.try_emplace(std::string(id));
  place->second.id = std::string(id);
  place->second.active = entry->active;
  place->second.description = entry->description;
  drafts_.push_back({std::string(file), &place->second, *std::move(entry)});
}

template <typename Entry>
void RegistryBuilder::Look(const Draft& draft, absl::string_view what,
                           const std::vector<Reference>& references,
                           const Registry::Map<Entry>& among, std::vector<const Entry*>& out) {
  out.reserve(references.size());
  for (const Reference& reference : references) {
    if (const Entry* const found = Registry::Find(among, reference.name)) {
      out.push_back(found);
    } else {
      AddFault(draft.file, Fault(reference.place, absl::StrCat("no ", what, " \"", reference.name,
                                                               "\" is registered"))
                               .message());
    }
  }
}

void RegistryBuilder::Resolve() {
  for (const Draft& draft : drafts_) {
    Look(draft, "thing", draft.entry.things, registry_->things_, draft.certificate->things);
    Look(draft, "policy", draft.entry.policies, registry_->policies_, draft.certificate->policies);
  }
}

absl::StatusOr<std::shared_ptr<const Registry>> RegistryBuilder::Finish() {
  Resolve();
  if (fault_count_ == 0) return std::shared_ptr<const Registry>(std::move(registry_));
  std::string text = absl::StrJoin(faults_, "\n");
  if (fault_count_ > faults_.size()) {
    absl::StrAppend(&text, "\n... and ", fault_count_ - faults_.size(), " more");
  }
  return absl::InvalidArgumentError(text);
}

}  // namespace policy
