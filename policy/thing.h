// A thing as the registry knows it: what `iot:Connection.Thing.*` resolves to.
#pragma once

#include <map>
#include <string>

namespace policy {

struct Thing {
  std::string name;       // A3
  std::string type_name;  // empty: it has no type
  std::map<std::string, std::string, std::less<>> attributes;
  std::string description;  // for people; decides nothing
};

}  // namespace policy
