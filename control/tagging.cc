// TagResource, UntagResource and ListTagsForResource (section 9).
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/operation.h"
#include "control/paging.h"
#include "control/policy_texts.h"
#include "control/tags.h"
#include "policy/entry_change.h"

namespace control {
namespace {

// Something that has tags: what they are, and what is kept when they are others.
struct Tagged {
  policy::Tags tags;
  std::function<policy::EntryChange(const policy::Tags&)> keep;
};

template <class Entry>
Tagged TaggedEntry(const Entry& entry) {
  return {entry.tags, [entry](const policy::Tags& tags) {
            Entry changed = entry;
            changed.tags = tags;
            return Put(changed);
          }};
}

std::variant<Tagged, Refusal> FindTagged(const Account& account, const Surroundings& here,
                                         const std::string& arn) {
  const policy::Registry& registry = account.registry();
  const auto missing = [&]() -> Refusal {
    return NotFound(absl::StrCat("The resource ", arn, " does not exist in your account"));
  };
  const auto named = ReadArn(here, arn);
  if (!named) {
    return InvalidRequest(absl::StrCat("The resource ARN ", arn, " is not one of this account"));
  }
  if (named->kind == "thingtype") {
    const auto* const type = registry.FindThingType(named->name);
    if (type == nullptr) return missing();
    return TaggedEntry(*type);
  }
  if (named->kind == "thinggroup") {
    const auto* const group = registry.FindThingGroup(named->name);
    if (group == nullptr) return missing();
    return TaggedEntry(*group);
  }
  if (named->kind == "cacert") {
    const auto* const ca = registry.FindCa(named->name);
    if (ca == nullptr) return missing();
    return TaggedEntry(*ca);
  }
  if (named->kind == "provisioningtemplate") {
    const auto* const one = registry.FindTemplate(named->name);
    if (one == nullptr) return missing();
    return TaggedEntry(*one);
  }
  if (named->kind == "policy") {
    if (registry.FindPolicy(named->name) == nullptr) return missing();
    std::vector<policy::EntryChange> first_look;  // is part of what is kept
    return TaggedEntry(VersionsOf(account, here, named->name, first_look));
  }
  return InvalidRequest(absl::StrCat("The resource ", arn, " cannot have tags"));
}

Outcome TagResource(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string arn = in.Need("resourceArn", kAnyText);
  const policy::Tags added = ReadTags(in);
  if (!in.Has("tags")) in.Need("tags", kAnyText);
  if (auto refusal = in.Refused()) return *refusal;
  auto found = FindTagged(account, here, arn);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  auto& [tags, keep] = std::get<Tagged>(found);
  for (const auto& [key, value] : added) tags[key] = value;
  if (auto refusal = TagsRefusal(tags)) return *refusal;
  return Done{.changes = {keep(tags)}};
}

Outcome UntagResource(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string arn = in.Need("resourceArn", kAnyText);
  const auto keys = in.Texts("tagKeys", kTagKey);
  if (!in.Has("tagKeys")) in.Need("tagKeys", kAnyText);
  if (auto refusal = in.Refused()) return *refusal;
  auto found = FindTagged(account, here, arn);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  auto& [tags, keep] = std::get<Tagged>(found);
  size_t removed = 0;
  for (const std::string& key : *keys) removed += tags.erase(key);
  if (removed == 0) return Done{};
  return Done{.changes = {keep(tags)}};
}

Outcome ListTagsForResource(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string arn = in.NeedQuery("resourceArn", kAnyText);
  const Page page = ReadPage(in, kTokenPages);
  if (auto refusal = PageRefusal(in, page)) return *refusal;
  const auto found = FindTagged(account, here, arn);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  Json answer;
  TellByName(
      page, std::get<Tagged>(found).tags, "tags",
      [](const auto& tag) {
        return std::optional(Json().Text("Key", tag.first).Text("Value", tag.second).Finish());
      },
      answer);
  return Done{.body = answer.Finish()};
}

std::string ResourceOfBody(const Call& call) { return ResourceInArn(call.BodyText("resourceArn")); }

std::string ResourceOfQuery(const Call& call) {
  return ResourceInArn(call.target.Find("resourceArn").value_or(""));
}

constexpr Operation kTaggingOperations[] = {
    {"TagResource", "POST", "/tags", ResourceOfBody, TagResource},
    {"UntagResource", "POST", "/untag", ResourceOfBody, UntagResource},
    {"ListTagsForResource", "GET", "/tags", ResourceOfQuery, ListTagsForResource},
};

}  // namespace

absl::Span<const Operation> TaggingOperations() { return kTaggingOperations; }

}  // namespace control
