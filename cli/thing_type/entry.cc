#include "cli/thing_type/entry.h"

#include "cli/registry/pairs.h"
#include "policy/entry_json.h"

namespace cli {

std::string DeprecatedText(const policy::ThingType& type) {
  return type.deprecated == 0 ? "" : policy::TimeText(type.deprecated);
}

JsonText TypeObject(const control::Account& account, const policy::ThingType& type) {
  const std::string deprecated = DeprecatedText(type);
  return JsonText::Object(
      {{"thingType", JsonText::String(type.name)},
       {"description", JsonText::String(type.description)},
       {"searchableAttributes", JsonText::Strings(type.searchable_attributes)},
       {"deprecated", deprecated.empty() ? JsonText::Null() : JsonText::String(deprecated)},
       {"things", JsonText::Number(account.ThingsOfType(type.name).size())},
       {"tags", PairsObject(type.tags)}});
}

}  // namespace cli
